package io.slipway.reading;

/**
 * What a payload looks like from outside, so that it can be shown as what it most likely is. The whole payload
 * decides: one wrong byte makes text bytes, one space makes a number text. Any thread.
 */
public enum PayloadForm {
    /**
     * A number in JSON's grammar (RFC 8259 section 6) and nothing around it, with at most
     * {@value #MAX_DIGITS} digits before its exponent and at most two in it: it fits a 64-bit integer and a power of
     * ten, and a double.
     */
    NUMBER,
    /** Well-formed UTF-8 (RFC 3629) without control characters other than tab, line feed, carriage return. */
    TEXT,
    /** Anything else. */
    BYTES;

    /** The digits of a number's integer and fraction parts together, at most. */
    public static final int MAX_DIGITS = 18;

    /** Looks at every byte at most twice; allocates nothing. An empty payload is text. */
    public static PayloadForm of(byte[] payload) {
        return isNumber(payload) ? NUMBER : isText(payload) ? TEXT : BYTES;
    }

    private static boolean isNumber(byte[] in) {
        int at = in.length > 0 && in[0] == '-' ? 1 : 0;
        int integer = digits(in, at);
        if (integer == 0 || integer > 1 && in[at] == '0') {
            return false;
        }
        at += integer;
        int fraction = 0;
        if (at < in.length && in[at] == '.') {
            fraction = digits(in, at + 1);
            if (fraction == 0) {
                return false;
            }
            at += 1 + fraction;
        }
        if (at < in.length && (in[at] == 'e' || in[at] == 'E')) {
            at++;
            if (at < in.length && (in[at] == '+' || in[at] == '-')) {
                at++;
            }
            int exponent = digits(in, at);
            if (exponent == 0 || exponent > 2) {
                return false;
            }
            at += exponent;
        }
        return at == in.length && integer + fraction <= MAX_DIGITS;
    }

    private static int digits(byte[] in, int from) {
        int at = from;
        while (at < in.length && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        return at - from;
    }

    private static boolean isText(byte[] in) {
        int at = 0;
        while (at < in.length) {
            int first = in[at];
            if (first >= 0) {
                if (first < 0x20 && first != '\t' && first != '\n' && first != '\r' || first == 0x7f) {
                    return false;
                }
                at++;
            } else {
                int length = sequence(in, at);
                if (length == 0) {
                    return false;
                }
                at += length;
            }
        }
        return true;
    }

    /** The length of the well-formed, printable sequence of two to four bytes that begins here; 0 if there is none. */
    private static int sequence(byte[] in, int at) {
        int first = in[at] & 0xff;
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || at + length > in.length) {
            return 0;
        }
        int code = first & 0x7f >> length;
        for (int i = at + 1; i < at + length; i++) {
            if ((in[i] & 0xc0) != 0x80) {
                return 0;
            }
            code = code << 6 | in[i] & 0x3f;
        }
        boolean overlong = length == 3 && code < 0x800 || length == 4 && code < 0x10000;
        boolean surrogate = code >= 0xd800 && code <= 0xdfff;
        return code < 0xa0 || overlong || surrogate || code > 0x10ffff ? 0 : length;
    }
}
