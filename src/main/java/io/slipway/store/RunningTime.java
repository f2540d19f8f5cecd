package io.slipway.store;

/**
 * How old readings are, without a wall clock. The rule: a reading is as old as the time for which the gateway has been
 * running since it came, by the monotonic clock: what was left of its own life after it, all of every life since, and
 * this life up to now. Time without power does not count. Only the wall clock knows it, and that clock cannot be
 * believed with data at stake: it may say 2036 at the next start as it said 1970 at the last one, both sides of the
 * comparison may be trusted and wrong, and what was deleted does not come back when it is set right. So this age is
 * never more than the true one: nothing goes early, and where a gateway is often off, things go late; the bounds in
 * bytes and readings hold in any case. The store's thread only.
 */
final class RunningTime {
    private final Streams streams;
    private final long sid;
    /** The monotonic time of the last reading seen; -1 before the first. */
    private long seenMs = -1;
    /** When that was, by {@link System#nanoTime}. */
    private long seenNs;

    /** @param sid the stream of this life */
    RunningTime(Streams streams, long sid) {
        this.streams = streams;
        this.sid = sid;
    }

    /** A reading of this life came, so many milliseconds after its start. */
    void saw(long mono) {
        long now = nowMs();
        seenNs = System.nanoTime();
        seenMs = Math.max(now, mono);
    }

    /** How long this life has lasted at least. */
    long nowMs() {
        return seenMs < 0 ? 0 : seenMs + (System.nanoTime() - seenNs) / 1_000_000;
    }

    /** How old the youngest reading of a block is at least, in milliseconds. */
    long ageMs(Headers.Header block) {
        if (block.recSid == sid) {
            return block.ran < 0 ? 0 : nowMs() - block.ran;
        }
        long rest = block.ran < 0 ? 0 : Math.max(0, streams.ranMs(block.recSid) - block.ran);
        return rest + streams.ranMsBetween(block.recSid, sid) + nowMs();
    }
}
