package io.slipway.testing;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Which calls of this process fail on the {@link FailingDisk} that it runs on: the file that {@code DISK_FAULTS} names,
 * which {@code fault.c} describes.
 */
public final class DiskFaults {
    /** What the file is to be called by both. */
    public static final String VARIABLE = "DISK_FAULTS";

    /** How a call fails. */
    public enum Kind {
        /** As it is. */
        NONE,
        /** EIO, reading and opening too. */
        IO_ERROR,
        /** ENOSPC, but for what needs no room. */
        NO_SPACE,
        /** Half of a write, and ENOSPC for the rest. */
        HALF
    }

    private static final int NUMBERS = 6;

    private final LongBuffer numbers;

    private DiskFaults(LongBuffer numbers) {
        this.numbers = numbers;
    }

    /** Makes the file, or takes the one that is there. */
    public static DiskFaults at(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return new DiskFaults(channel.map(FileChannel.MapMode.READ_WRITE, 0, NUMBERS * Long.BYTES)
                .order(ByteOrder.nativeOrder()).asLongBuffer());
        }
    }

    /** From now on, call number {@code at} fails, and if it is lasting all after it; the first call is 1. */
    public void begin(Kind kind, long at, boolean lasting) {
        end();
        numbers.put(1, at).put(2, lasting ? 1 : 0).put(3, 0).put(4, 0);
        numbers.put(0, kind.ordinal());
    }

    /** From now on each sync takes so long; 0 for as long as the machine's own. */
    public void slowSyncs(long ms) {
        numbers.put(5, ms);
    }

    /** From now on nothing fails. */
    public void end() {
        numbers.put(0, Kind.NONE.ordinal());
    }

    /** Calls since the beginning that could have failed. */
    public long calls() {
        return numbers.get(3);
    }

    /** Calls that failed. */
    public long strikes() {
        return numbers.get(4);
    }
}
