package io.slipway.cli;

/** Arguments that a sub-command cannot use. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong, for people; it stands behind the command's name */
    UsageException(String message) {
        super(message, null, false, false);
    }
}
