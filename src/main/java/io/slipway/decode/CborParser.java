package io.slipway.decode;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads one CBOR data item (RFC 8949) and says what it holds in JSON's terms (section 6.1), except that a bignum stays
 * the number that it is. All of the format is known: indefinite lengths, tags, half floats; what is not well-formed
 * (appendix F), or stands after the item, is refused. Not thread-safe.
 *
 * <p>Tags 2 to 5 are numbers, 21 to 23 say how bytes are to be written; what any other tag means is not looked at.
 */
final class CborParser {
    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xff;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
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
    private final Utf8 utf8 = new Utf8();
    private byte[] in;
    private int at;
    private Values out;
    private int encoding;

    /** Reads the whole payload. */
    void parse(byte[] payload, Values values) throws Undecodable {
        in = payload;
        at = 0;
        out = values;
        encoding = BASE64URL;
        names.clear();
        item();
        if (at < in.length) {
            throw wrong("bytes after the item");
        }
    }

    private void item() throws Undecodable {
        names.value();
        int head = next();
        int info = head & 0x1f;
        switch (head >> 5) {
            case 0:
                out.number(Long.toUnsignedString(argument(info)));
                break;
            case 1:
                out.number(negative(argument(info)));
                break;
            case BYTES:
                out.bytes(encoded(string(BYTES, info)));
                break;
            case TEXT:
                out.text(text(info));
                break;
            case ARRAY:
                array(info);
                break;
            case 5:
                map(info);
                break;
            case TAG:
                tagged(argument(info));
                break;
            default:
                simple(info);
                break;
        }
    }

    /** The number in the head. Unsigned, of 64 bits. */
    private long argument(int info) throws Undecodable {
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw wrong("a reserved or indefinite length");
        }
        return big(1 << info - 24);
    }

    private long big(int size) throws Undecodable {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | next();
        }
        return value;
    }

    private static String negative(long n) {
        return n >= 0 ? Long.toString(-1 - n) : new BigInteger(Long.toUnsignedString(n)).not().toString();
    }

    /** A length that must still be there: each element takes a byte at least. */
    private int length(int info, int each) throws Undecodable {
        long length = argument(info);
        if (length < 0 || length > (in.length - at) / each) {
            throw Undecodable.malformed("CBOR that ends too early");
        }
        return (int) length;
    }

    private byte[] string(int major, int info) throws Undecodable {
        if (info != INDEFINITE) {
            int length = length(info, 1);
            at += length;
            return Arrays.copyOfRange(in, at - length, at);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!atBreak()) {
            int head = next();
            int chunkInfo = head & 0x1f;
            if (head >> 5 != major || chunkInfo == INDEFINITE) {
                throw wrong("a chunk of another kind");
            }
            int length = length(chunkInfo, 1);
            all.write(in, at, length);
            if (major == TEXT) {
                // No character may be spread over chunks: section 3.2.3.
                utf8.decode(in, at, at + length);
            }
            at += length;
        }
        return all.toByteArray();
    }

    private String text(int info) throws Undecodable {
        if (info == INDEFINITE) {
            byte[] all = string(TEXT, info);
            return utf8.decode(all, 0, all.length);
        }
        int length = length(info, 1);
        at += length;
        return utf8.decode(in, at - length, at);
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
            while (!atBreak()) {
                item();
            }
        } else {
            for (int left = length(info, 1); left > 0; left--) {
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
            while (!atBreak()) {
                key();
                item();
            }
        } else {
            for (int left = length(info, 2); left > 0; left--) {
                key();
                item();
            }
        }
        names.close();
        out.endObject();
    }

    /** Text, or an integer, which stands as a name in JSON as its digits. */
    private void key() throws Undecodable {
        int head = next();
        int info = head & 0x1f;
        if (head >> 5 == TEXT) {
            String name = text(info);
            names.add(name);
            out.name(name);
            return;
        }
        if (info > 27 && (info != INDEFINITE || head == BREAK || head >> 5 < BYTES || head >> 5 == TAG)) {
            throw wrong("a key that has a reserved or indefinite length");
        }
        long number = head >> 5 > 1 ? -1 : argument(info);
        if (number < 0) {
            throw Undecodable.invalid("CBOR with a key that is neither text nor an integer of 63 bits");
        }
        long key = head >> 5 == 0 ? number : -1 - number;
        names.add(Long.toString(key));
        out.key(key);
    }

    private void tagged(long tag) throws Undecodable {
        if (tag == 2 || tag == 3) {
            BigInteger number = bignum(next(), tag == 3);
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
        byte[] bytes = string(BYTES, head & 0x1f);
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
        boolean pair = next() == (ARRAY << 5 | 2);
        BigInteger exponent = pair ? integer(next()) : null;
        if (exponent == null) {
            throw Undecodable.invalid("CBOR with a fraction that is no pair of integers");
        }
        BigInteger mantissa = integer(next());
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

    private BigInteger integer(int head) throws Undecodable {
        int info = head & 0x1f;
        switch (head >> 5) {
            case 0:
                return new BigInteger(Long.toUnsignedString(argument(info)));
            case 1:
                return new BigInteger(Long.toUnsignedString(argument(info))).not();
            case TAG:
                long tag = argument(info);
                if (tag == 2 || tag == 3) {
                    return bignum(next(), tag == 3);
                }
                throw Undecodable.invalid("CBOR with a fraction that is no pair of integers");
            default:
                throw Undecodable.invalid("CBOR with a fraction that is no pair of integers");
        }
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
                if (next() < 32) {
                    throw wrong("a simple value in the wrong form");
                }
                out.nothing();
                break;
            case 25:
                floating(half((int) big(2)));
                break;
            case 26:
                floating(Float.intBitsToFloat((int) big(4)));
                break;
            case 27:
                floating(Double.longBitsToDouble(big(8)));
                break;
            default:
                if (info > 27) {
                    throw wrong(info == INDEFINITE ? "a break where none belongs" : "a reserved length");
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

    private boolean atBreak() throws Undecodable {
        if (at < in.length && (in[at] & 0xff) == BREAK) {
            at++;
            return true;
        }
        if (at >= in.length) {
            throw Undecodable.malformed("CBOR that ends too early");
        }
        return false;
    }

    private int next() throws Undecodable {
        if (at >= in.length) {
            throw Undecodable.malformed("CBOR that ends too early");
        }
        return in[at++] & 0xff;
    }

    private Undecodable wrong(String what) {
        return Undecodable.malformed("CBOR with " + what + ", before byte " + at);
    }
}
