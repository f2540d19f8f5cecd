package io.slipway.store;

/** What there is of readings that a destination acknowledged and now asks for. Immutable; any thread. */
public final class Again {
    /** The first of them, as far as they make one batch; {@code null} where there is none. */
    public final Batch batch;
    /**
     * Up to and with this number it is known what there is: those that are not in the batch are not in the store. Less
     * than was asked for where the rest has not been acknowledged, and comes by itself.
     */
    public final long upto;

    /** @param batch may be {@code null} */
    public Again(Batch batch, long upto) {
        this.batch = batch;
        this.upto = upto;
    }
}
