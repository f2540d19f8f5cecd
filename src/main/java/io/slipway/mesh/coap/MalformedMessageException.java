package io.slipway.mesh.coap;

/** A datagram that is no CoAP message. A value for the one who drops it: carries no stack trace. */
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message's id where it was confirmable and so is to be reset (RFC 7252 section 4.2); else -1. */
    final int resetId;

    MalformedMessageException(String reason, int resetId) {
        super(reason, null, false, false);
        this.resetId = resetId;
    }
}
