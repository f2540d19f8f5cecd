package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of a run of readings of one epoch, column by column, so that what is alike lies side by side: a reading
 * costs a few bytes and what is left deflates well.
 *
 * <pre>
 * byte    version, 1
 * varint  number of series (node and source together)
 *         each: 8 bytes node, varint length, source in UTF-8
 * varint  number of readings
 * column  seq      the first whole, then the distance to the one before
 * column  at       zigzag, distance to the one before, which is 0 for the first
 * column  at-mono  zigzag, distance to the one before: nearly always 0
 * column  series   index * 2 + clock_ok
 * column  length   of the payload
 * bytes   the payloads, one after the other
 * </pre>
 * Varints are little-endian base 128 with the top bit set on all bytes but the last; nothing depends on the
 * machine's byte order. The store's thread only.
 */
final class ReadingsCodec {
    private static final int VERSION = 1;

    /** A series as the key of a map: no text is put together for each reading. */
    private static final class Series {
        private final Eui64 node;
        private final String source;

        Series(Eui64 node, String source) {
            this.node = node;
            this.source = source;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Series && ((Series) other).node.equals(node)
                && ((Series) other).source.equals(source);
        }

        @Override
        public int hashCode() {
            return node.hashCode() * 31 + source.hashCode();
        }
    }

    private ReadingsCodec() {
    }

    /** Writes readings that are all of one epoch, in ascending order; at least one. */
    static byte[] encode(List<Reading> readings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 + readings.size() * 16);
        int[] index = new int[readings.size()];
        out.write(VERSION);
        writeSeries(out, readings, index);
        writeVarint(out, readings.size());
        long seq = 0;
        for (Reading reading : readings) {
            writeVarint(out, reading.seq - seq);
            seq = reading.seq;
        }
        long at = 0;
        for (Reading reading : readings) {
            writeZigzag(out, reading.at - at);
            at = reading.at;
        }
        long offset = 0;
        for (Reading reading : readings) {
            writeZigzag(out, reading.at - reading.mono - offset);
            offset = reading.at - reading.mono;
        }
        for (int i = 0; i < index.length; i++) {
            writeVarint(out, (long) index[i] << 1 | (readings.get(i).clockOk ? 1 : 0));
        }
        for (Reading reading : readings) {
            writeVarint(out, reading.payload.length);
        }
        for (Reading reading : readings) {
            out.write(reading.payload, 0, reading.payload.length);
        }
        return out.toByteArray();
    }

    private static void writeSeries(ByteArrayOutputStream out, List<Reading> readings, int[] index) {
        Map<Series, Integer> series = new LinkedHashMap<>();
        for (int i = 0; i < index.length; i++) {
            Series key = new Series(readings.get(i).node, readings.get(i).source);
            Integer known = series.get(key);
            if (known == null) {
                known = series.size();
                series.put(key, known);
            }
            index[i] = known;
        }
        writeVarint(out, series.size());
        for (Series one : series.keySet()) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) (one.node.bits() >>> shift));
            }
            byte[] source = one.source.getBytes(StandardCharsets.UTF_8);
            writeVarint(out, source.length);
            out.write(source, 0, source.length);
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if the bytes are not that
     */
    static List<Reading> decode(byte[] bytes, String origin, Epoch epoch) {
        try {
            return new Input(bytes).readings(origin, epoch);
        } catch (IndexOutOfBoundsException | NegativeArraySizeException cut) {
            throw new IllegalArgumentException("readings are cut off or damaged");
        }
    }

    private static void writeVarint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static void writeZigzag(ByteArrayOutputStream out, long value) {
        writeVarint(out, value << 1 ^ value >> 63);
    }

    /** Reads from the front to the back; runs off the end with an IndexOutOfBoundsException. */
    private static final class Input {
        private final byte[] bytes;
        private int pos;

        Input(byte[] bytes) {
            this.bytes = bytes;
        }

        List<Reading> readings(String origin, Epoch epoch) {
            if (bytes[pos++] != VERSION) {
                throw new IllegalArgumentException("readings of an unknown version " + bytes[0]);
            }
            Series[] series = series();
            int count = count();
            long[] seqs = new long[count];
            long[] ats = new long[count];
            long[] monos = new long[count];
            int[] index = new int[count];
            int[] lengths = new int[count];
            long previous = 0;
            for (int i = 0; i < count; i++) {
                previous += varint();
                seqs[i] = previous;
            }
            previous = 0;
            for (int i = 0; i < count; i++) {
                previous += zigzag();
                ats[i] = previous;
            }
            previous = 0;
            for (int i = 0; i < count; i++) {
                previous += zigzag();
                monos[i] = ats[i] - previous;
            }
            for (int i = 0; i < count; i++) {
                index[i] = (int) varint();
            }
            for (int i = 0; i < count; i++) {
                lengths[i] = count();
            }
            List<Reading> readings = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                Series one = series[index[i] >>> 1];
                readings.add(new Reading(origin, epoch, seqs[i], ats[i], (index[i] & 1) == 1, monos[i],
                    one.node, one.source, take(lengths[i])));
            }
            return readings;
        }

        private Series[] series() {
            Series[] series = new Series[count()];
            for (int i = 0; i < series.length; i++) {
                long node = 0;
                for (int k = 0; k < 8; k++) {
                    node = node << 8 | bytes[pos++] & 0xff;
                }
                series[i] = new Series(Eui64.of(node), new String(take(count()), StandardCharsets.UTF_8));
            }
            return series;
        }

        /** A number of things that still follow, so never more than there are bytes left: no array grows past that. */
        private int count() {
            long count = varint();
            if (count < 0 || count > bytes.length - pos) {
                throw new IndexOutOfBoundsException();
            }
            return (int) count;
        }

        private byte[] take(int length) {
            if (length > bytes.length - pos) {
                throw new IndexOutOfBoundsException();
            }
            byte[] taken = new byte[length];
            System.arraycopy(bytes, pos, taken, 0, length);
            pos += length;
            return taken;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte b = bytes[pos++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IndexOutOfBoundsException();
        }

        private long zigzag() {
            long value = varint();
            return value >>> 1 ^ -(value & 1);
        }
    }
}
