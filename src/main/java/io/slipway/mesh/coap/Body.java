package io.slipway.mesh.coap;

import java.util.Arrays;

/** The body of a request or response that comes in blocks (RFC 7959), as far as it has come. */
final class Body {
    private byte[] bytes = CoapMessage.NOTHING;
    private int length;

    int length() {
        return length;
    }

    /** Adds the next block's payload; grows by no more than what it needs twice over. */
    void append(byte[] payload) {
        if (length + payload.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + payload.length, bytes.length * 2));
        }
        System.arraycopy(payload, 0, bytes, length, payload.length);
        length += payload.length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
