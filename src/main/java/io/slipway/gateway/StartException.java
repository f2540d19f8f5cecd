package io.slipway.gateway;

/** The gateway cannot start; the message says in one line why, for people. Nothing of it is left running. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
