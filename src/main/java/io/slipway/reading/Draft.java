package io.slipway.reading;

/** What is to become a reading: it has neither an identity nor a time yet. Immutable by agreement; any thread. */
public final class Draft {
    /** See {@link Reading#node}. */
    public final Eui64 node;
    /** See {@link Reading#source}. */
    public final String source;
    /** See {@link Reading#payload}. */
    public final byte[] payload;

    /** Takes the payload as it is, without a copy. */
    public Draft(Eui64 node, String source, byte[] payload) {
        this.node = node;
        this.source = source;
        this.payload = payload;
    }
}
