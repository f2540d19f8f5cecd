package io.slipway.sync;

/**
 * What may be reclaimed, and under which name. The store asks for block after block, the oldest first, and decides
 * itself how much room it needs. The engine's thread only.
 */
public final class Retention {
    /** The answer of {@link #verdict}: the block stays. */
    public static final int KEEP = 0;

    private final Marks marks;

    Retention(Marks marks) {
        this.marks = marks;
    }

    /**
     * Whether a block may go. Nothing that a required sink lacks goes unless there is no other room, and then the
     * oldest or nothing, as the policy says (I5). Changes of values never go: a new node builds its values from them.
     *
     * @param pressed whether no acknowledged block is left to go and there is no room
     * @param keepNewest whether then the oldest go; else they stay and what is new is refused
     * @return {@link #KEEP}, or the reason for the gap: {@link BlockGap#RETENTION} or {@link BlockGap#PRESSURE}
     */
    public int verdict(StreamKey key, long number, boolean pressed, boolean keepNewest) {
        if (key.kind == StreamKey.VALUES) {
            return KEEP;
        }
        if (number <= marks.acknowledged(key)) {
            return BlockGap.RETENTION;
        }
        return pressed && keepNewest ? BlockGap.PRESSURE : KEEP;
    }
}
