package io.slipway.cloud;

/** A message that is not what its topic promises. Carries no stack trace: it is an answer, not a failure. */
final class BadMessage extends Exception {
    private static final long serialVersionUID = 1;

    /** @param reason for people, without anything that a database could not hold */
    BadMessage(String reason) {
        super(reason, null, false, false);
    }
}
