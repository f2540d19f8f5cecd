package io.slipway.store;

import io.slipway.reading.Reading;
import io.slipway.sync.Block;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.zip.Deflater;

/** Makes readings into payloads of blocks that a frame can carry. One thread. */
final class BlockPacker {
    /** Fast enough for an interpreter's host; higher levels gain little on columns. */
    private static final int DEFLATE_LEVEL = 3;

    /** A block without its number and hash. */
    static final class Packed {
        /** First, last, count. */
        final long[] range;
        /** The earliest and the latest, ms since 1970. */
        final long[] times;
        final int codec;
        final byte[] payload;

        Packed(List<Reading> readings, int codec, byte[] payload) {
            this.range = new long[] {readings.get(0).seq, readings.get(readings.size() - 1).seq, readings.size()};
            this.times = new long[] {Long.MAX_VALUE, Long.MIN_VALUE};
            for (Reading reading : readings) {
                times[0] = Math.min(times[0], reading.at);
                times[1] = Math.max(times[1], reading.at);
            }
            this.codec = codec;
            this.payload = payload;
        }
    }

    /**
     * Adds as few blocks as these readings take, in order.
     *
     * @param readings all of one epoch, ascending
     * @return how many of them are too long for any block and left out
     */
    int pack(List<Reading> readings, List<Packed> to) {
        if (readings.isEmpty()) {
            return 0;
        }
        byte[] plain = ReadingsCodec.encode(readings);
        byte[] deflated = deflate(plain);
        boolean shorter = deflated.length < plain.length;
        byte[] payload = shorter ? deflated : plain;
        if (payload.length <= Block.MAX_PAYLOAD) {
            to.add(new Packed(readings, shorter ? BlockRow.DEFLATED : BlockRow.PLAIN, payload));
            return 0;
        }
        if (readings.size() == 1) {
            return 1;
        }
        int half = readings.size() / 2;
        return pack(readings.subList(0, half), to) + pack(readings.subList(half, readings.size()), to);
    }

    private static byte[] deflate(byte[] plain) {
        Deflater deflater = new Deflater(DEFLATE_LEVEL, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2 + 64);
            byte[] buffer = new byte[2048];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            // Its memory is not the heap's: it must not wait for the collector.
            deflater.end();
        }
    }
}
