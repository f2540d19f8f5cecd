package io.slipway.mesh.coap;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the values of resources out of LwM2M's TLV (OMA LwM2M 1.0, section 6.4.3):
 *
 * <pre>
 *  type (1)   bits 7-6: object instance, resource instance, several instances of a resource, resource
 *             bit  5:   the id has two octets
 *             bits 4-3: octets of the length; 0: bits 2-0 are the length
 *  id (1-2), length (0-3), value
 * </pre>
 */
final class Tlv {
    /** The number of its media type. */
    static final int FORMAT = 11_542;

    private static final int OBJECT_INSTANCE = 0;
    private static final int RESOURCE_INSTANCE = 1;
    private static final int MULTIPLE = 2;
    /** Resources that all IPSO objects have, and that are floating-point numbers. */
    private static final int SENSOR_VALUE = 5700;
    private static final int FIRST_RANGE = 5601;
    private static final int LAST_RANGE = 5604;

    /** Takes what is read. */
    interface Receiver {
        /** @param value as text where it is a number that every object writes alike, else as it was sent */
        void resource(String path, byte[] value);
    }

    private final byte[] bytes;
    private final Receiver receiver;

    private Tlv(byte[] bytes, Receiver receiver) {
        this.bytes = bytes;
        this.receiver = receiver;
    }

    /**
     * Hands over every resource.
     *
     * @param path of what was asked for, such as {@code 3303/0}
     * @return false where it is not TLV from the first to the last octet; then nothing is handed over
     */
    static boolean read(String path, byte[] bytes, Receiver receiver) {
        Tlv tlv = new Tlv(bytes, receiver);
        String base = instanceOf(path);
        return tlv.walk(0, bytes.length, base, false, 0) && tlv.walk(0, bytes.length, base, true, 0);
    }

    /** The first two segments, or the one that there is: resources name themselves. */
    private static String instanceOf(String path) {
        int first = path.indexOf('/');
        int second = first < 0 ? -1 : path.indexOf('/', first + 1);
        return second < 0 ? path : path.substring(0, second);
    }

    private boolean walk(int from, int to, String base, boolean hand, int depth) {
        int at = from;
        while (at < to) {
            int type = bytes[at] & 0xff;
            int idLength = (type & 0x20) == 0 ? 1 : 2;
            int lengthLength = type >> 3 & 3;
            int value = at + 1 + idLength + lengthLength;
            if (value > to || depth > 2) {
                return false;
            }
            int id = number(at + 1, idLength);
            int length = lengthLength == 0 ? type & 7 : number(at + 1 + idLength, lengthLength);
            if (length > to - value) {
                return false;
            }
            if (!entry(type >> 6, base, id, value, value + length, hand, depth)) {
                return false;
            }
            at = value + length;
        }
        return true;
    }

    private boolean entry(int kind, String base, int id, int from, int to, boolean hand, int depth) {
        String path = base + '/' + id;
        if (kind == OBJECT_INSTANCE) {
            // Asked for by its own path, an instance may stand in what is sent once more.
            String instance = base.indexOf('/') < 0 ? path : base;
            return walk(from, to, instance, hand, depth + 1);
        }
        if (kind == MULTIPLE) {
            return walk(from, to, path, hand, depth + 1);
        }
        if (hand) {
            receiver.resource(path, value(kind == RESOURCE_INSTANCE ? -1 : id, from, to));
        }
        return true;
    }

    private byte[] value(int resource, int from, int to) {
        boolean isFloat = resource == SENSOR_VALUE || resource >= FIRST_RANGE && resource <= LAST_RANGE;
        int length = to - from;
        if (isFloat && (length == 4 || length == 8)) {
            ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
            double number = length == 4 ? in.getFloat(from) : in.getDouble(from);
            if (!Double.isNaN(number) && !Double.isInfinite(number)) {
                String text = length == 4 ? Float.toString((float) number) : Double.toString(number);
                return text.getBytes(StandardCharsets.US_ASCII);
            }
        }
        return Arrays.copyOfRange(bytes, from, to);
    }

    private int number(int from, int length) {
        int number = 0;
        for (int i = from; i < from + length; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }
}
