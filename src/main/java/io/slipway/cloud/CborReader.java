package io.slipway.cloud;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one CBOR item (RFC 8949) as maps, lists, text, bytes, booleans, {@code null}, and {@link Long} or {@link
 * BigDecimal} for numbers. What is not well-formed or nested deeply, and text in chunks, is refused: what a gateway
 * sends has none of it. Keys that are integers are SenML's labels (RFC 8428 section 6) and become its names.
 */
final class CborReader {
    private static final int MAX_DEPTH = 8;
    private static final int INDEFINITE = 31;
    private static final byte BREAK = (byte) 0xff;
    private static final int MOST_EXPONENT = 400;
    /** SenML's labels from 0 to 8, and from -1 to -6. */
    private static final String[] LABELS = {"n", "u", "v", "vs", "vb", "s", "t", "ut", "vd"};
    private static final String[] BASE_LABELS = {"bver", "bn", "bt", "bu", "bv", "bs"};

    private final byte[] in;
    private int at;

    private CborReader(byte[] in) {
        this.in = in;
    }

    /** The item, behind which nothing may stand. */
    static Object read(byte[] cbor) throws BadMessage {
        CborReader reader = new CborReader(cbor);
        Object item = reader.item(0);
        if (reader.at != cbor.length) {
            throw new BadMessage("bytes after the CBOR item");
        }
        return item;
    }

    private Object item(int depth) throws BadMessage {
        if (depth > MAX_DEPTH) {
            throw new BadMessage("CBOR that is nested too deeply");
        }
        int head = next();
        switch (head >> 5) {
            case 0:
                return whole(argument(head), false);
            case 1:
                return whole(argument(head), true);
            case 2:
                return bytes(head);
            case 3:
                return text(head);
            case 4:
                return array(count(head, 1), depth);
            case 5:
                return map(count(head, 2), depth);
            case 6:
                return tagged(argument(head), depth);
            default:
                return simple(head & 0x1f);
        }
    }

    private int next() throws BadMessage {
        if (at >= in.length) {
            throw new BadMessage("CBOR that ends too early");
        }
        return in[at++] & 0xff;
    }

    private long argument(int head) throws BadMessage {
        int info = head & 0x1f;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw new BadMessage("CBOR with a reserved or indefinite length");
        }
        return big(1 << info - 24);
    }

    private long big(int size) throws BadMessage {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | next();
        }
        return value;
    }

    private int length(int head, int each) throws BadMessage {
        long length = argument(head);
        if (length < 0 || length > (in.length - at) / each) {
            throw new BadMessage("CBOR that ends too early");
        }
        return (int) length;
    }

    /** How many items follow; -1 where a break ends them. */
    private int count(int head, int each) throws BadMessage {
        return (head & 0x1f) == INDEFINITE ? -1 : length(head, each);
    }

    /** Whether another item follows, when so many have been read of those that {@link #count} said. */
    private boolean hasMore(int count, int read) throws BadMessage {
        if (count >= 0) {
            return read < count;
        }
        if (at < in.length && in[at] == BREAK) {
            at++;
            return false;
        }
        return true;
    }

    private static Object whole(long n, boolean negative) {
        if (n >= 0) {
            return negative ? -1 - n : n;
        }
        BigInteger large = new BigInteger(Long.toUnsignedString(n));
        return new BigDecimal(negative ? large.not() : large);
    }

    private byte[] bytes(int head) throws BadMessage {
        int length = length(head, 1);
        at += length;
        return Arrays.copyOfRange(in, at - length, at);
    }

    private String text(int head) throws BadMessage {
        int length = length(head, 1);
        at += length;
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in, at - length, length)).toString();
        } catch (CharacterCodingException broken) {
            throw new BadMessage("CBOR with text that is not UTF-8");
        }
    }

    private List<Object> array(int count, int depth) throws BadMessage {
        List<Object> items = new ArrayList<>();
        while (hasMore(count, items.size())) {
            items.add(item(depth + 1));
        }
        return items;
    }

    private Map<String, Object> map(int count, int depth) throws BadMessage {
        Map<String, Object> members = new HashMap<>();
        while (hasMore(count, members.size())) {
            Object key = item(depth + 1);
            String name = key instanceof Long ? label((Long) key) : key instanceof String ? (String) key : null;
            if (name == null || members.containsKey(name)) {
                throw new BadMessage("CBOR with a key that is no label, or stands twice");
            }
            members.put(name, item(depth + 1));
        }
        return members;
    }

    private static String label(long key) {
        if (key >= 0 && key < LABELS.length) {
            return LABELS[(int) key];
        }
        return key < 0 && -1 - key < BASE_LABELS.length ? BASE_LABELS[(int) (-1 - key)] : String.valueOf(key);
    }

    private Object tagged(long tag, int depth) throws BadMessage {
        Object item = item(depth + 1);
        if (tag != 4) {
            return item;
        }
        List<?> pair = item instanceof List ? (List<?>) item : new ArrayList<>();
        if (pair.size() != 2 || !(pair.get(0) instanceof Long) || Math.abs((Long) pair.get(0)) > MOST_EXPONENT
            || !(pair.get(1) instanceof Long)) {
            throw new BadMessage("CBOR with a decimal fraction that is none");
        }
        return new BigDecimal(BigInteger.valueOf((Long) pair.get(1)), -((Long) pair.get(0)).intValue());
    }

    private Object simple(int info) throws BadMessage {
        switch (info) {
            case 20:
                return Boolean.FALSE;
            case 21:
                return Boolean.TRUE;
            case 22:
                return null;
            case 25:
                return floating(half((int) big(2)));
            case 26:
                return floating(Float.intBitsToFloat((int) big(4)));
            case 27:
                return floating(Double.longBitsToDouble(big(8)));
            default:
                throw new BadMessage("CBOR with a simple value that means nothing here");
        }
    }

    private static Object floating(double value) throws BadMessage {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new BadMessage("CBOR with a number that is not finite");
        }
        return value == 0 ? BigDecimal.ZERO : BigDecimal.valueOf(value);
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
