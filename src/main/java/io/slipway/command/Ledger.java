package io.slipway.command;

import io.slipway.reading.Epoch;

/** What survives a restart. Any thread. */
public interface Ledger {
    /** Hears, once, whether a command is safe. */
    interface Receipt {
        /** @param durable false where the disk refuses for now */
        void kept(boolean durable);
    }

    /** Keeps a command, at once, and says when it is durable. Never waits. */
    void put(long number, byte[] body, Receipt receipt);

    /** Keeps what changed in a command, soon. Never waits. */
    void put(long number, byte[] body);

    /** Forgets a command, soon. Never waits. */
    void remove(long number);

    /**
     * For how many milliseconds the gateway is known to have run from a moment of an earlier epoch to the start of this
     * one; 0 where that is not known. May wait for the disk.
     */
    long ranMsSince(Epoch earlier, long mono);
}
