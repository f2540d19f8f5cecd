package io.slipway.mesh.coap;

/** What a request is answered: the response without the message around it. */
final class Reply {
    final int code;
    final Options options = new Options();
    final byte[] payload;

    Reply(int code) {
        this(code, CoapMessage.NOTHING);
    }

    Reply(int code, byte[] payload) {
        this.code = code;
        this.payload = payload;
    }

    Reply with(int option, long value) {
        options.add(option, value);
        return this;
    }
}
