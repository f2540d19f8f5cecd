package io.slipway.store;

import io.slipway.reading.Reading;

/** Which readings are to go, and in which blocks they may be. Immutable; the store's thread only. */
abstract class Selection implements Removal.Sieve {
    /** Of which priorities they may be, see {@link Priorities}. */
    abstract int bits();

    /** Whether what holds for the block that was found holds for this one too, which comes after it. */
    abstract boolean takes(Headers.Header block);

    /** Whether they are to go even where that is hardly worth the writing. */
    abstract boolean isStrict();

    /** Readings up to a priority. */
    static final class Low extends Selection {
        private final Priorities priorities;
        private final int priority;

        Low(Priorities priorities, int priority) {
            this.priorities = priorities;
            this.priority = priority;
        }

        @Override
        int bits() {
            return (2 << priority) - 1;
        }

        @Override
        boolean takes(Headers.Header block) {
            return true;
        }

        @Override
        boolean isStrict() {
            return false;
        }

        @Override
        public boolean keeps(Reading reading) {
            return priorities.of(reading) > priority;
        }
    }

    /** Readings of a block of some age whose priority may not become so old. */
    static final class Old extends Selection {
        private final Priorities priorities;
        private final RunningTime time;
        private final int bits;

        /** @param ageMs of the block that was found */
        Old(Priorities priorities, RunningTime time, long ageMs) {
            this.priorities = priorities;
            this.time = time;
            this.bits = bits(ageMs);
        }

        private int bits(long ageMs) {
            int old = 0;
            for (int p = 0; p < Priorities.COUNT; p++) {
                long most = priorities.maxAgeMs(p);
                old |= most > 0 && ageMs > most ? 1 << p : 0;
            }
            return old;
        }

        @Override
        int bits() {
            return bits;
        }

        @Override
        boolean takes(Headers.Header block) {
            return bits(time.ageMs(block)) == bits;
        }

        @Override
        boolean isStrict() {
            return true;
        }

        @Override
        public boolean keeps(Reading reading) {
            return (bits & 1 << priorities.of(reading)) == 0;
        }
    }
}
