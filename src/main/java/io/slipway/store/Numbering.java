package io.slipway.store;

import io.slipway.reading.Draft;
import io.slipway.reading.Reading;
import java.util.List;

/** Gives identities to what the store itself makes of readings: they have one source, and that is not the store. */
public interface Numbering {
    /** Takes the readings that the drafts became. */
    interface Receiver {
        /** Must not block. */
        void numbered(Reading reading);
    }

    /**
     * Gives each draft the next number of this epoch and hands it to the receiver, in order and before it returns; no
     * other reading gets a number in between, and each that has a smaller one has been appended to the store before.
     * Called by the store's thread, for which it must not wait.
     */
    void number(List<Draft> drafts, Receiver receiver);
}
