package io.slipway.reading;

/**
 * One thing that one node said, under an identity that no other reading ever has:
 * {@code origin/epoch/seq}. Immutable by agreement: nobody writes to {@link #payload}. Any thread.
 */
public final class Reading {
    /** The id of the gateway that took it in. */
    public final String origin;
    /** The life of that gateway in which it was taken in. */
    public final Epoch epoch;
    /** 1, 2, 3 … within the epoch. */
    public final long seq;
    /** Milliseconds since 1970 by the gateway's wall clock, which may be wrong by years: see {@link #clockOk}. */
    public final long at;
    /** Whether the wall clock could be trusted at that moment. */
    public final boolean clockOk;
    /** Whether {@link #at} was worked out later from {@link #mono}, once the clock had been set; never with clockOk. */
    public final boolean estimated;
    /** Milliseconds since the epoch's start by the monotonic clock: never jumps, so {@link #at} can be mended. */
    public final long mono;
    /** The mote, or {@link Eui64#LAN}. */
    public final Eui64 node;
    /**
     * How it came: {@code udp/<destination port>}, {@code coap/<path>}, {@code lwm2m/<path>}, {@code mqttsn/<topic>},
     * {@code mqtt/<topic>}.
     */
    public final String source;
    /** The payload, byte for byte as it was sent. */
    public final byte[] payload;

    /** Takes the payload as it is, without a copy. */
    public Reading(String origin, Epoch epoch, long seq, long at, boolean clockOk, long mono,
                   Eui64 node, String source, byte[] payload) {
        this.origin = origin;
        this.epoch = epoch;
        this.seq = seq;
        this.at = at;
        this.clockOk = clockOk;
        this.estimated = false;
        this.mono = mono;
        this.node = node;
        this.source = source;
        this.payload = payload;
    }

    private Reading(Reading of, long at) {
        this.origin = of.origin;
        this.epoch = of.epoch;
        this.seq = of.seq;
        this.at = at;
        this.clockOk = false;
        this.estimated = true;
        this.mono = of.mono;
        this.node = of.node;
        this.source = of.source;
        this.payload = of.payload;
    }

    /**
     * The same reading, under the same identity, with the time that it must have been.
     *
     * @param offsetMs what the wall clock is ahead of the epoch's monotonic clock
     * @return this one where its own time can be trusted
     */
    public Reading timedBy(long offsetMs) {
        return clockOk ? this : new Reading(this, offsetMs + mono);
    }

    /** Whether {@link #at} says when it was: trusted then, or worked out later. */
    public boolean hasTime() {
        return clockOk || estimated;
    }

    /** The identity, {@code origin/epoch/seq}. */
    public String id() {
        return origin + '/' + epoch + '/' + seq;
    }

    @Override
    public String toString() {
        return id() + ' ' + node + ' ' + source;
    }
}
