package io.slipway.store;

import io.slipway.reading.Reading;
import java.util.ArrayList;
import java.util.List;

/** Readings taken from the queue and not committed yet, ascending: kept over a failed transaction. One thread. */
final class Pending {
    private final List<Reading> readings = new ArrayList<>();
    private int bytes;
    /** Up to here they were committed before, to a database that failed, and counted then. */
    private final long countedSeq;
    private int cameThrough;

    /**
     * Begins with what another database left.
     *
     * @param left some of which may be in a block here: a commit that was said to have failed may have come through
     * @param sealedSeq the last reading that is in a block here
     */
    Pending(List<Reading> left, long sealedSeq, long countedSeq) {
        this.countedSeq = countedSeq;
        for (Reading reading : left) {
            if (reading.seq > sealedSeq) {
                readings.add(reading);
                bytes += reading.payload.length;
            } else if (reading.seq > countedSeq) {
                cameThrough++;
            }
        }
    }

    /** How many were found committed that nobody has counted. */
    int cameThrough() {
        return cameThrough;
    }

    /** Not to be changed. */
    List<Reading> readings() {
        return readings;
    }

    boolean isEmpty() {
        return readings.isEmpty();
    }

    Reading first() {
        return readings.get(0);
    }

    Reading last() {
        return readings.get(readings.size() - 1);
    }

    /** How many of them were not counted as committed before. */
    int uncounted() {
        int count = 0;
        for (int i = readings.size(); i > 0 && readings.get(i - 1).seq > countedSeq; i--) {
            count++;
        }
        return count;
    }

    /** Takes what fits into a block's worth, and summaries whole. */
    void take(Intake intake, int blockReadings, Thinning thinning) {
        int from = readings.size();
        if (bytes < Writer.BLOCK_PAYLOAD_BYTES) {
            intake.drainTo(readings, blockReadings - from, Writer.BLOCK_PAYLOAD_BYTES - bytes);
        }
        int missing = isEmpty() ? 0 : (int) thinning.missingAfter(last().seq);
        intake.drainTo(readings, missing, Integer.MAX_VALUE);
        for (int i = from; i < readings.size(); i++) {
            bytes += readings.get(i).payload.length;
        }
    }

    /** They are committed. */
    void clear() {
        readings.clear();
        bytes = 0;
    }
}
