package io.slipway.decode;

import io.slipway.health.Counter;

/** A payload does not fit its decoder. Carries no stack trace: it is an answer, not a failure. */
final class Undecodable extends Exception {
    private static final long serialVersionUID = 1;

    /** In which way. */
    enum Reason {
        /** It is not of that format at all. */
        MALFORMED(Counter.DECODE_MALFORMED),
        /** It is of that format, and says what its standard or the configuration does not allow. */
        INVALID(Counter.DECODE_INVALID),
        /** It is larger or deeper than a small machine is to work on. */
        LIMIT(Counter.DECODE_LIMIT),
        /** Its CoAP Content-Format is none that can be decoded. */
        FORMAT(Counter.DECODE_FORMAT);

        /** What counts it. */
        final Counter counter;

        Reason(Counter counter) {
            this.counter = counter;
        }
    }

    /** In which way. */
    final transient Reason reason;

    private Undecodable(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static Undecodable malformed(String message) {
        return new Undecodable(Reason.MALFORMED, message);
    }

    static Undecodable invalid(String message) {
        return new Undecodable(Reason.INVALID, message);
    }

    static Undecodable limit(String message) {
        return new Undecodable(Reason.LIMIT, message);
    }

    static Undecodable format(String message) {
        return new Undecodable(Reason.FORMAT, message);
    }
}
