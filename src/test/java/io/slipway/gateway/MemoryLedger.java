package io.slipway.gateway;

import io.slipway.command.Ledger;
import io.slipway.command.LifeClock;
import io.slipway.reading.Epoch;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps commands for as long as the test lasts; the clock is right. */
final class MemoryLedger implements Ledger, LifeClock {
    final Map<Long, byte[]> records = new ConcurrentSkipListMap<>();
    private final long startNs = System.nanoTime();
    private final Epoch epoch;
    /** How far the wall clock has gone on since the life before, and for how long that ran on. */
    long aheadMs;
    long ranMs;

    /** In the epoch 1-00000001. */
    MemoryLedger() {
        this(new Epoch(1, 1));
    }

    MemoryLedger(Epoch epoch) {
        this.epoch = epoch;
    }

    @Override
    public void put(long number, byte[] body, Receipt receipt) {
        put(number, body);
        receipt.kept(true);
    }

    @Override
    public void put(long number, byte[] body) {
        records.put(number, body);
    }

    @Override
    public void remove(long number) {
        records.remove(number);
    }

    @Override
    public long ranMsSince(Epoch earlier, long mono) {
        return ranMs;
    }

    @Override
    public Epoch epoch() {
        return epoch;
    }

    @Override
    public long mono() {
        return (System.nanoTime() - startNs) / 1_000_000;
    }

    @Override
    public long wall() {
        return System.currentTimeMillis() + aheadMs;
    }

    @Override
    public boolean isTrusted() {
        return true;
    }
}
