package io.slipway.sync;

/** Is told what is to be counted or to be seen by people. Called by the engine's thread; must not block or throw. */
public interface Observer {
    /**
     * Something happened.
     *
     * @param detail whom or what it is about, in a few words; never {@code null}
     */
    void happened(SyncEvent event, String detail);
}
