package io.slipway.mesh.coap;

/** An answer that makes no whole; the message says why. Carries no stack trace. */
final class BrokenTransferException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenTransferException(String reason) {
        super(reason, null, false, false);
    }
}
