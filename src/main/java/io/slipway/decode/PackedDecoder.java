package io.slipway.decode;

import io.slipway.config.DecodeConfig;
import io.slipway.config.DecodeField;
import java.util.List;

/** A record of numbers at fixed places, as C's packed structures are, each as the configuration describes it. */
final class PackedDecoder implements Decoder {
    private final List<DecodeField> fields;
    private final int least;
    private final int exactly;

    PackedDecoder(DecodeConfig config) {
        this.fields = config.fields;
        this.least = config.end();
        this.exactly = config.bytes;
    }

    @Override
    public boolean decode(byte[] payload, int contentFormat, long atMs, Fields out) throws Undecodable {
        if (exactly > 0 && payload.length != exactly) {
            throw Undecodable.malformed("a record that is not " + exactly + " bytes long");
        }
        if (payload.length < least) {
            throw Undecodable.malformed("a record shorter than its fields, which take " + least + " bytes");
        }
        for (int i = 0; i < fields.size(); i++) {
            add(fields.get(i), payload, out);
        }
        return true;
    }

    private static void add(DecodeField field, byte[] payload, Fields out) throws Undecodable {
        long raw = raw(field, payload);
        if (field.isFlag) {
            out.add(field.name, Fields.Kind.WORD, (raw >>> field.lowBit & 1) == 1 ? "true" : "false", field.unit);
            return;
        }
        String number = field.type == 'f' ? floating(field, raw) : integer(field, raw);
        if (number == null) {
            // Sensors say "no value" so; JSON has no other word for it.
            out.add(field.name, Fields.Kind.WORD, "null", field.unit);
        } else {
            out.add(field.name, Fields.Kind.NUMBER, Fields.scaled(number, field), field.unit);
        }
    }

    private static long raw(DecodeField field, byte[] payload) {
        long raw = 0;
        for (int i = 0; i < field.size; i++) {
            int at = field.bigEndian ? field.at + i : field.at + field.size - 1 - i;
            raw = raw << 8 | payload[at] & 0xff;
        }
        return raw;
    }

    private static String integer(DecodeField field, long raw) {
        boolean part = field.lowBit >= 0;
        int bits = part ? field.bitCount : 8 * field.size;
        // To the top and down again: that takes away what lies above and, for signed numbers, repeats the sign.
        long top = raw << 64 - bits - (part ? field.lowBit : 0);
        return field.type == 'u' ? Long.toUnsignedString(top >>> 64 - bits) : Long.toString(top >> 64 - bits);
    }

    /** The shortest decimal that is this number and no other of its size; {@code null} where it is not finite. */
    private static String floating(DecodeField field, long raw) {
        double value = field.size == 4 ? Float.intBitsToFloat((int) raw) : Double.longBitsToDouble(raw);
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return null;
        }
        return field.size == 4 ? Float.toString((float) value) : Double.toString(value);
    }
}
