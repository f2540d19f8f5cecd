package io.slipway.sync;

/** A frame, or a list of values, that cannot be what it claims to be. Carries no stack trace. */
final class BadFrame extends Exception {
    BadFrame(String message) {
        super(message, null, false, false);
    }
}
