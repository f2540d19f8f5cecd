package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import io.slipway.sync.Block;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Inflater;

/**
 * Committed readings of one epoch as they lie on the disk: whoever holds the database only copies bytes, and whoever
 * wants the readings decodes them. Immutable; any thread.
 *
 * <pre>
 * text    origin
 * int     boot
 * int     nonce
 * int     number of readings
 * byte    1 where the wall clock's offset follows
 * long    what the wall clock was ahead of the monotonic clock, ms
 * byte    codec; 0: damaged, the payload is the reason in UTF-8
 * int     length of the payload
 * bytes   the payload
 * </pre>
 * Numbers are big-endian, text as {@link DataOutputStream#writeUTF} has it.
 */
public final class Run {
    private static final int DAMAGED = 0;
    /** No program of ours makes longer ones: what says so is damaged. */
    private static final int PAYLOAD_LIMIT = 64 << 20;

    private final String origin;
    private final Epoch epoch;
    private final int count;
    private final Long offsetMs;
    private final int codec;
    private final byte[] payload;

    Run(String origin, Epoch epoch, int count, Long offsetMs, int codec, byte[] payload) {
        this.origin = origin;
        this.epoch = epoch;
        this.count = count;
        this.offsetMs = offsetMs;
        this.codec = codec;
        this.payload = payload;
    }

    /** The readings of a block, without the times that its gateway may have learned since. */
    public static Run of(Block block) {
        return new Run(block.key.origin, block.records, block.count, null, block.codec, block.payload);
    }

    /** In the place of readings that cannot be had. */
    static Run damaged(String origin, Epoch epoch, int count, String why) {
        return new Run(origin, epoch, count, null, DAMAGED, why.getBytes(StandardCharsets.UTF_8));
    }

    /** How many readings it holds, by what stands beside them: it may be damaged. */
    public int count() {
        return count;
    }

    int payloadBytes() {
        return payload.length;
    }

    /**
     * The readings, ascending, with the times that are known by now.
     *
     * @throws StoreException if they are damaged
     */
    public List<Reading> readings() throws StoreException {
        if (codec == DAMAGED) {
            throw new StoreException(new String(payload, StandardCharsets.UTF_8), null);
        }
        Inflater inflater = new Inflater(true);
        try {
            List<Reading> readings = BlockRow.decode(codec, payload, inflater, origin, epoch);
            if (readings.size() == count) {
                return Clocks.timed(readings, offsetMs);
            }
            throw new StoreException("its readings are not those of its header", null);
        } catch (IllegalArgumentException damaged) {
            throw new StoreException(damaged.getMessage(), damaged);
        } finally {
            inflater.end();
        }
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeUTF(origin);
        out.writeInt(epoch.boot());
        out.writeInt(epoch.nonce());
        out.writeInt(count);
        out.writeBoolean(offsetMs != null);
        if (offsetMs != null) {
            out.writeLong(offsetMs);
        }
        out.writeByte(codec);
        out.writeInt(payload.length);
        out.write(payload);
    }

    static Run readFrom(DataInputStream in) throws IOException {
        String origin = in.readUTF();
        Epoch epoch = new Epoch(in.readInt(), in.readInt());
        int count = in.readInt();
        Long offsetMs = in.readBoolean() ? Long.valueOf(in.readLong()) : null;
        int codec = in.readByte();
        int length = in.readInt();
        if (length < 0 || length > PAYLOAD_LIMIT) {
            throw new IOException("the answer is damaged");
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Run(origin, epoch, count, offsetMs, codec, payload);
    }
}
