package io.slipway.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;

/**
 * Reads one CBOR data item (RFC 8949) and says what it holds in JSON's terms (section 6.1), except that a bignum stays
 * the number that it is. All of the format is known: indefinite lengths, tags, half floats; what is not well-formed
 * (appendix F), or stands after the item, is refused. Not thread-safe.
 *
 * <p>Tags 2 to 5 are numbers, 21 to 23 say how bytes are to be written; what any other tag means is not looked at.
 */
final class CborParser {
    private static final int INDEFINITE = CborInput.INDEFINITE;
    private static final int BYTES = CborInput.BYTES;
    private static final int TEXT = CborInput.TEXT;
    private static final int ARRAY = 4;
    private static final int TAG = 6;
    private static final int BASE64URL = 21;
    private static final int BASE64 = 22;
    private static final int BASE16 = 23;
    /** Bytes of a bignum, at most. */
    private static final int MOST_BIGNUM = 32;
    /** Of a decimal fraction, as for JSON. */
    private static final int MOST_EXPONENT = 400;

    private final Names names = new Names();
    private final CborInput in = new CborInput();
    private Values out;
    private int encoding;

    /** Reads the whole payload. */
    void parse(byte[] payload, Values values) throws Undecodable {
        in.begin(payload);
        out = values;
        encoding = BASE64URL;
        names.clear();
        item();
        if (!in.isAtEnd()) {
            throw in.wrong("bytes after the item");
        }
    }

    private void item() throws Undecodable {
        names.value();
        int head = in.next();
        int info = head & 0x1f;
        switch (head >> 5) {
            case 0:
                out.number(Long.toUnsignedString(in.argument(info)));
                break;
            case 1:
                out.number(negative(in.argument(info)));
                break;
            case BYTES:
                out.bytes(encoded(in.bytes(info)));
                break;
            case TEXT:
                out.text(in.text(info));
                break;
            case ARRAY:
                array(info);
                break;
            case 5:
                map(info);
                break;
            case TAG:
                tagged(in.argument(info));
                break;
            default:
                simple(info);
                break;
        }
    }

    private static String negative(long n) {
        return n >= 0 ? Long.toString(-1 - n) : new BigInteger(Long.toUnsignedString(n)).not().toString();
    }

    private String encoded(byte[] bytes) {
        if (encoding == BASE16) {
            StringBuilder hex = new StringBuilder(2 * bytes.length);
            for (byte one : bytes) {
                hex.append(Character.forDigit(one >> 4 & 0xf, 16)).append(Character.forDigit(one & 0xf, 16));
            }
            return hex.toString();
        }
        return (encoding == BASE64 ? Base64.getEncoder() : Base64.getUrlEncoder().withoutPadding())
            .encodeToString(bytes);
    }

    private void array(int info) throws Undecodable {
        names.open();
        out.array();
        if (info == INDEFINITE) {
            while (!in.takeBreak()) {
                item();
            }
        } else {
            for (int left = in.length(info, 1); left > 0; left--) {
                item();
            }
        }
        names.close();
        out.endArray();
    }

    private void map(int info) throws Undecodable {
        names.open();
        out.object();
        if (info == INDEFINITE) {
            while (!in.takeBreak()) {
                key();
                item();
            }
        } else {
            for (int left = in.length(info, 2); left > 0; left--) {
                key();
                item();
            }
        }
        names.close();
        out.endObject();
    }

    /** Text, or an integer, which stands as a name in JSON as its digits. */
    private void key() throws Undecodable {
        int head = in.next();
        int info = head & 0x1f;
        if (head >> 5 == TEXT) {
            String name = in.text(info);
            names.add(name);
            out.name(name);
            return;
        }
        if (info > 27 && (info != INDEFINITE || head == CborInput.BREAK || head >> 5 < BYTES || head >> 5 == TAG)) {
            throw in.wrong("a key that has a reserved or indefinite length");
        }
        long number = head >> 5 > 1 ? -1 : in.argument(info);
        if (number < 0) {
            throw Undecodable.invalid("CBOR with a key that is neither text nor an integer of 63 bits");
        }
        long key = head >> 5 == 0 ? number : -1 - number;
        names.add(Long.toString(key));
        out.key(key);
    }

    private void tagged(long tag) throws Undecodable {
        if (tag == 2 || tag == 3) {
            BigInteger number = bignum(in.next(), tag == 3);
            out.number(number.toString());
        } else if (tag == 4 || tag == 5) {
            fraction(tag == 4);
        } else {
            int outer = encoding;
            if (tag >= BASE64URL && tag <= BASE16) {
                encoding = (int) tag;
            }
            // A tag nests as an array does, or a thousand of them would need a deep stack.
            names.open();
            item();
            names.close();
            encoding = outer;
        }
    }

    private BigInteger bignum(int head, boolean negative) throws Undecodable {
        if (head >> 5 != BYTES) {
            throw Undecodable.invalid("CBOR with a bignum that is no byte string");
        }
        byte[] bytes = in.bytes(head & 0x1f);
        int zeros = 0;
        while (zeros < bytes.length && bytes[zeros] == 0) {
            zeros++;
        }
        if (bytes.length - zeros > MOST_BIGNUM) {
            throw Undecodable.limit("a bignum of more than " + MOST_BIGNUM + " bytes");
        }
        BigInteger number = new BigInteger(1, bytes);
        return negative ? number.not() : number;
    }

    /** A decimal fraction or a bigfloat (section 3.4.4): exponent and mantissa. */
    private void fraction(boolean decimal) throws Undecodable {
        boolean pair = in.next() == (ARRAY << 5 | 2);
        BigInteger exponent = pair ? integer(in.next()) : null;
        BigInteger mantissa = exponent == null ? null : integer(in.next());
        if (mantissa == null) {
            throw Undecodable.invalid("CBOR with a fraction that is no pair of integers");
        }
        if (exponent.bitLength() > 16 || Math.abs(exponent.intValue()) > MOST_EXPONENT) {
            throw Undecodable.limit("a number with an exponent beyond " + MOST_EXPONENT);
        }
        int power = exponent.intValue();
        if (decimal) {
            out.number(new BigDecimal(mantissa, -power).toString());
            return;
        }
        double value = power > 0 ? new BigDecimal(mantissa.shiftLeft(power)).doubleValue()
            : new BigDecimal(mantissa).divide(new BigDecimal(BigInteger.ONE.shiftLeft(-power))).doubleValue();
        floating(value);
    }

    /** An integer of any size; {@code null} where the item is none. */
    private BigInteger integer(int head) throws Undecodable {
        if (head >> 5 != TAG) {
            return in.integer(head);
        }
        long tag = in.argument(head & 0x1f);
        return tag == 2 || tag == 3 ? bignum(in.next(), tag == 3) : null;
    }

    private void simple(int info) throws Undecodable {
        switch (info) {
            case 20:
                out.bool(false);
                break;
            case 21:
                out.bool(true);
                break;
            case 24:
                if (in.next() < 32) {
                    throw in.wrong("a simple value in the wrong form");
                }
                out.nothing();
                break;
            case 25:
                floating(half((int) in.big(2)));
                break;
            case 26:
                floating(Float.intBitsToFloat((int) in.big(4)));
                break;
            case 27:
                floating(Double.longBitsToDouble(in.big(8)));
                break;
            default:
                if (info > 27) {
                    throw in.wrong(info == INDEFINITE ? "a break where none belongs" : "a reserved length");
                }
                out.nothing();
                break;
        }
    }

    private void floating(double value) throws Undecodable {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            out.notFinite();
        } else {
            out.number(Double.toString(value));
        }
    }

    /** IEEE 754 binary16 (RFC 8949 appendix D). */
    private static double half(int bits) {
        int exponent = bits >> 10 & 0x1f;
        int mantissa = bits & 0x3ff;
        double value = exponent == 0 ? Math.scalb((double) mantissa, -24)
            : exponent < 31 ? Math.scalb((double) (mantissa + 1024), exponent - 25)
            : mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        return (bits & 0x8000) == 0 ? value : -value;
    }
}
