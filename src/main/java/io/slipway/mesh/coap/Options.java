package io.slipway.mesh.coap;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The options of one message in the order of their numbers (RFC 7252 section 3.1). Not safe for several threads. */
final class Options {
    static final int URI_HOST = 3;
    static final int ETAG = 4;
    static final int OBSERVE = 6;
    static final int URI_PORT = 7;
    static final int LOCATION_PATH = 8;
    static final int URI_PATH = 11;
    static final int CONTENT_FORMAT = 12;
    static final int MAX_AGE = 14;
    static final int URI_QUERY = 15;
    static final int ACCEPT = 17;
    static final int LOCATION_QUERY = 20;
    static final int BLOCK2 = 23;
    static final int BLOCK1 = 27;
    static final int SIZE2 = 28;
    static final int PROXY_URI = 35;
    static final int PROXY_SCHEME = 39;
    static final int SIZE1 = 60;

    private static final byte[] ZERO = {};

    private int[] numbers = new int[6];
    private byte[][] values = new byte[6][];
    private int size;

    int size() {
        return size;
    }

    int number(int index) {
        return numbers[index];
    }

    /** Nobody writes to it. */
    byte[] value(int index) {
        return values[index];
    }

    /** Puts an option behind those of the same and of lower numbers. */
    Options add(int number, byte[] value) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        int at = size;
        while (at > 0 && numbers[at - 1] > number) {
            numbers[at] = numbers[at - 1];
            values[at] = values[at - 1];
            at--;
        }
        numbers[at] = number;
        values[at] = value;
        size++;
        return this;
    }

    /** Adds a number from 0 to 2^32 - 1, without leading zero bytes (RFC 7252 section 3.2). */
    Options add(int number, long value) {
        int length = 0;
        while (length < 4 && value >>> 8 * length != 0) {
            length++;
        }
        byte[] bytes = length == 0 ? ZERO : new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> 8 * (length - 1 - i));
        }
        return add(number, bytes);
    }

    Options add(int number, String text) {
        return add(number, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The first value of an option; {@code null} where it is not there. */
    byte[] first(int number) {
        for (int i = 0; i < size; i++) {
            if (numbers[i] == number) {
                return values[i];
            }
        }
        return null;
    }

    boolean has(int number) {
        return first(number) != null;
    }

    /** An option's number; {@code fallback} where it is not there. */
    long uint(int number, long fallback) {
        byte[] bytes = first(number);
        if (bytes == null) {
            return fallback;
        }
        long value = 0;
        for (byte b : bytes) {
            value = value << 8 | b & 0xff;
        }
        return value;
    }

    /** A copy of those that stay the same from one block of a body to the next. */
    Options withoutBlocks() {
        Options copy = new Options();
        for (int i = 0; i < size; i++) {
            int number = numbers[i];
            if (number != BLOCK1 && number != BLOCK2 && number != SIZE1 && number != SIZE2 && number != OBSERVE) {
                copy.add(number, values[i]);
            }
        }
        return copy;
    }

    /**
     * Takes out the elective options that nobody here knows, or whose length or number of occurrences is wrong, as if
     * they had not been sent (RFC 7252 sections 5.4.1, 5.4.3, 5.4.5).
     *
     * @return the number of the first critical option of that kind; 0 where there is none
     */
    int sift() {
        int kept = 0;
        int critical = 0;
        for (int i = 0; i < size; i++) {
            boolean again = kept > 0 && numbers[kept - 1] == numbers[i];
            if (isKnown(numbers[i], values[i].length) && !(again && !isRepeatable(numbers[i]))) {
                numbers[kept] = numbers[i];
                values[kept++] = values[i];
            } else if ((numbers[i] & 1) == 1 && critical == 0) {
                critical = numbers[i];
            }
        }
        Arrays.fill(values, kept, size, null);
        size = kept;
        return critical;
    }

    /** RFC 7252 section 5.10, RFC 7641 section 2, RFC 7959 sections 2.1 and 4. Conditions (1, 5) are not supported. */
    private static boolean isKnown(int number, int length) {
        switch (number) {
            case URI_HOST:
            case PROXY_SCHEME:
                return length >= 1 && length <= 255;
            case ETAG:
                return length >= 1 && length <= 8;
            case LOCATION_PATH:
            case URI_PATH:
            case URI_QUERY:
            case LOCATION_QUERY:
                return length <= 255;
            case URI_PORT:
            case CONTENT_FORMAT:
            case ACCEPT:
                return length <= 2;
            case OBSERVE:
            case BLOCK1:
            case BLOCK2:
                return length <= 3;
            case MAX_AGE:
            case SIZE1:
            case SIZE2:
                return length <= 4;
            case PROXY_URI:
                return length >= 1 && length <= 1034;
            default:
                return false;
        }
    }

    private static boolean isRepeatable(int number) {
        return number == ETAG || number == LOCATION_PATH || number == URI_PATH || number == URI_QUERY
            || number == LOCATION_QUERY;
    }
}
