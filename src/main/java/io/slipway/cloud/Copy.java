package io.slipway.cloud;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.util.ArrayList;
import java.util.List;

/**
 * One block of a gateway's readings, and what lies between it and the block before. Immutable; any thread.
 *
 * <p>Numbers that the cluster lost are {@link #lost}: the gateway may have them all the same, so they stay missing,
 * and it is asked for them where it is there.
 */
public final class Copy {
    private static final String UNREADABLE = "cluster_unreadable";

    /** The stream's name: the gateway's id, a slash and the life that sealed the block. */
    final String stream;
    /** Its number in the stream. */
    final long number;
    /** {@code null} where the readings cannot be had. */
    final Pack pack;
    /** Gaps, each with its reason. */
    final List<Notice> lost;
    private final String origin;
    private final Epoch epoch;
    private final long[] range;

    /**
     * A block.
     *
     * @param stream the name of its stream, the same for all of its blocks and for no others
     * @param epoch the life in which its readings were taken in
     * @param range the first and the last reading's number
     * @param readings {@code null} where they cannot be read; such as no database could hold count as that
     */
    public Copy(String stream, long number, String origin, Epoch epoch, long[] range, List<Reading> readings) {
        this(stream, number, origin, epoch, range, readings, new ArrayList<Notice>());
    }

    private Copy(String stream, long number, String origin, Epoch epoch, long[] range, List<Reading> readings,
                 List<Notice> lost) {
        this.stream = stream;
        this.number = number;
        this.origin = origin;
        this.epoch = epoch;
        this.range = range;
        this.pack = readings != null && isSound(origin, range, readings) ? new Pack(origin, epoch, readings) : null;
        this.lost = lost;
        if (pack == null && range[0] > 0 && range[0] <= range[1] && range[1] < Notice.NO_END) {
            lost.add(Notice.lost(origin, UNREADABLE, epoch, range[0], range[1]));
        }
    }

    /**
     * The same with a gap of its stream before it.
     *
     * @param reason why nobody has those blocks, a word
     * @param after the last number of the same life before the gap; 0 where that is not known
     */
    public Copy behindGap(String reason, long after) {
        List<Notice> all = new ArrayList<>();
        if (range[0] > after + 1 && range[0] < Notice.NO_END) {
            all.add(Notice.lost(origin, "cluster_" + reason, epoch, after + 1, range[0] - 1));
        }
        return new Copy(stream, number, origin, epoch, range, pack == null ? null : pack.readings, all);
    }

    /** The same without its readings, which the database does not take. */
    Copy refused() {
        return new Copy(stream, number, origin, epoch, range, null, new ArrayList<>(lost));
    }

    private static boolean isSound(String origin, long[] range, List<Reading> readings) {
        long before = 0;
        for (Reading reading : readings) {
            if (reading.seq <= before || !PackReader.isClean(reading.source)) {
                return false;
            }
            before = reading.seq;
        }
        return !readings.isEmpty() && PackReader.isClean(origin) && readings.get(0).seq == range[0]
            && before == range[1] && before < Notice.NO_END;
    }
}
