package io.slipway.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Of which streams the last readings may be lost: what is missing between two readings can be told from their numbers,
 * what is missing behind the last one only from the blocks. A stream's last block stands on top of its own stream of
 * blocks, or, where a later life sealed what was left, at the bottom of the next. One thread.
 */
final class Tails {
    /** First and last number that each stream of blocks should hold. */
    private final TreeMap<Long, long[]> expected;
    private final Set<Long> open = new HashSet<>();
    private final Set<Long> seen = new HashSet<>();
    /** Of each epoch's stream, the last reading that is in a good block. */
    private final Map<Long, Long> highest = new HashMap<>();
    /** The good block before, which is the next higher one. */
    private long sid;
    private long number;
    private long recSid;

    Tails(Map<Long, long[]> expected) {
        this.expected = new TreeMap<>(expected);
    }

    /**
     * A block was found good; they come in descending order.
     *
     * @param last the block's last reading
     * @param carriedOver whether its readings were in other blocks before, so that it stands on top of nothing
     */
    void good(long id, long blockRecSid, long last, boolean carriedOver) {
        long blockSid = id / Blocks.STREAM_UNIT;
        long blockNumber = id % Blocks.STREAM_UNIT;
        boolean complete;
        if (blockSid != sid) {
            bottom();
            long[] range = expected.get(blockSid);
            complete = range != null && blockNumber >= range[1];
            recSid = 0;
        } else {
            complete = blockNumber == number - 1;
        }
        if (!complete && !carriedOver && blockRecSid != recSid) {
            open.add(blockRecSid);
        }
        sid = blockSid;
        number = blockNumber;
        recSid = carriedOver ? recSid : blockRecSid;
        seen.add(blockSid);
        highest.put(blockRecSid, Math.max(last, highest(blockRecSid)));
    }

    /** The last reading of a stream that was found, whether or not there was room for it; 0 where there is none. */
    long highest(long stream) {
        Long known = highest.get(stream);
        return known == null ? 0 : known;
    }

    private void bottom() {
        long[] range = expected.get(sid);
        if (range != null && number > range[0]) {
            openBefore(sid);
        }
    }

    private void openBefore(long later) {
        Long before = expected.lowerKey(later);
        if (before != null) {
            open.add(before);
        }
    }

    /** No more blocks come. */
    void end() {
        bottom();
        for (Map.Entry<Long, long[]> entry : expected.entrySet()) {
            if (entry.getValue()[0] <= entry.getValue()[1] && !seen.contains(entry.getKey())) {
                open.add(entry.getKey());
                openBefore(entry.getKey());
            }
        }
    }

    /** Of the stage not everything was found: it held the end of the last life. */
    void stageLost() {
        openBefore(Long.MAX_VALUE);
    }

    /** Nothing could be read. */
    void allLost() {
        open.addAll(expected.keySet());
    }

    boolean isOpen(long stream) {
        return open.contains(stream);
    }

    /** Whether some stream may have lost its last readings. */
    boolean any() {
        return !open.isEmpty();
    }
}
