package io.slipway.upstream;

import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.store.Again;
import io.slipway.store.Batch;
import io.slipway.store.Gap;
import io.slipway.store.HeldEpoch;
import io.slipway.store.Outbox;
import io.slipway.store.Position;
import io.slipway.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** An outbox in memory, which checks that the cursor only ever moves on over what was handed out. */
final class MemoryOutbox implements Outbox {
    static final String ORIGIN = "gw-01";
    private static final long STREAM = 1;
    static final Epoch EPOCH = new Epoch(17, 0x9f3a21c4);

    private final List<Reading> readings = new ArrayList<>();
    private final List<String> wrongs = new ArrayList<>();
    private Runnable wake = () -> { };
    private final BitSet acknowledged = new BitSet();
    private final List<Long> aside = new ArrayList<>();
    private long cursor;
    private long handedOut;
    private long calls;
    private int failEvery;
    private int failuresLeft;
    private boolean surprising;
    private Runnable afterLive = () -> { };
    private boolean held;
    private boolean forgetful;

    /** Commits one reading for each payload. */
    void commit(String... payloads) {
        Runnable told;
        synchronized (this) {
            for (String payload : payloads) {
                long seq = readings.size() + 1;
                readings.add(new Reading(ORIGIN, EPOCH, seq, 1_700_000_000_000L + 250 * seq, true, 250 * seq,
                    Eui64.of(0x0212_4b00_0000_0001L), "udp/5683", payload.getBytes(StandardCharsets.UTF_8)));
            }
            told = wake;
        }
        told.run();
    }

    /** Commits so many readings whose payload is their number. */
    void commitNumbers(int count) {
        String[] payloads = new String[count];
        for (int i = 0; i < count; i++) {
            payloads[i] = Integer.toString(i);
        }
        commit(payloads);
    }

    /** Has every so many-th call fail, so many times. */
    synchronized void failEvery(int calls, int times) {
        failEvery = calls;
        failuresLeft = times;
    }

    /** From now on no question about what was acknowledged is answered. */
    synchronized void forget() {
        forgetful = true;
    }

    private void failIfForgetful() throws StoreException {
        if (forgetful) {
            throw new StoreException("a disk I/O error", null);
        }
    }

    /** While held, nothing is handed out, as while a damaged database is salvaged or none is open. */
    void hold(boolean hold) {
        Runnable told;
        synchronized (this) {
            held = hold;
            told = wake;
        }
        if (!hold) {
            told.run();
        }
    }

    /** Has the next call fail in a way that nobody expects. */
    synchronized void surprise() {
        surprising = true;
    }

    synchronized int failuresLeft() {
        return failuresLeft;
    }

    synchronized long cursor() {
        return cursor;
    }

    synchronized long calls() {
        return calls;
    }

    /** What was done to it against the contract; empty if nothing. */
    synchronized List<String> wrongs() {
        return wrongs;
    }

    @Override
    public synchronized Batch next(Position after, Position until, int maxReadings, int maxBytes)
            throws StoreException {
        failNowAndThen();
        if (held) {
            return null;
        }
        Position start = after == null ? new Position(STREAM, cursor) : after;
        int end = until == null ? readings.size() : (int) until.seq;
        int from = (int) start.seq;
        while (from < end && acknowledged.get(from + 1)) {
            from++;
        }
        int to = from;
        int bytes = 0;
        while (to < end && to - from < maxReadings && !acknowledged.get(to + 1)
            && (to == from || bytes + readings.get(to).payload.length <= maxBytes)) {
            bytes += readings.get(to++).payload.length;
        }
        handedOut = Math.max(handedOut, to);
        return from >= to ? null : new Batch(start, STREAM, new ArrayList<>(readings.subList(from, to)));
    }

    /** Has this done whenever it has said where the live readings begin, by the thread that asked. */
    synchronized void afterLive(Runnable work) {
        afterLive = work;
    }

    @Override
    public Position live() {
        Position end;
        Runnable then;
        synchronized (this) {
            end = new Position(STREAM, readings.size());
            then = afterLive;
        }
        then.run();
        return end;
    }

    @Override
    public synchronized void acknowledge(Batch batch) throws StoreException {
        failNowAndThen();
        if (acknowledged.get((int) batch.first()) || batch.last() > handedOut) {
            wrongs.add("acknowledged " + batch.first() + " to " + batch.last() + " at cursor " + cursor
                + ", handed out " + handedOut);
        }
        acknowledged.set((int) batch.first(), (int) batch.last() + 1);
        cursor = acknowledged.nextClearBit(1) - 1;
    }

    @Override
    public synchronized void setAside(Batch batch) throws StoreException {
        acknowledge(batch);
        for (Reading reading : batch.readings) {
            aside.add(reading.seq);
        }
    }

    /** The numbers of what was set aside. */
    synchronized List<Long> aside() {
        return new ArrayList<>(aside);
    }

    @Override
    public synchronized Again again(Epoch epoch, long first, long last, int maxReadings, int maxBytes)
            throws StoreException {
        failIfForgetful();
        if (!epoch.equals(EPOCH)) {
            return new Again(null, last);
        }
        int end = (int) Math.min(Math.min(last, cursor), first + maxReadings - 1);
        return end < first ? new Again(null, first - 1) : new Again(new Batch(new Position(STREAM, first - 1), STREAM,
            new ArrayList<>(readings.subList((int) first - 1, end))), end);
    }

    @Override
    public synchronized List<HeldEpoch> held(int most) throws StoreException {
        failIfForgetful();
        return readings.isEmpty() ? List.of() : List.of(new HeldEpoch(EPOCH, 1, readings.size()));
    }

    @Override
    public synchronized boolean hasGaps() {
        return forgetful;
    }

    @Override
    public synchronized List<Gap> gaps(int max) throws StoreException {
        failIfForgetful();
        return List.of();
    }

    @Override
    public void told(Gap gap) {
        throw new IllegalStateException("there are none");
    }

    private void failNowAndThen() throws StoreException {
        calls++;
        if (surprising) {
            surprising = false;
            throw new IllegalStateException("a surprise");
        }
        if (failuresLeft > 0 && calls % failEvery == 0) {
            failuresLeft--;
            throw new StoreException("the disk is full", null);
        }
    }

    @Override
    public synchronized long backlog() {
        return readings.size() - acknowledged.cardinality();
    }

    @Override
    public synchronized void onCommit(Runnable woken) {
        this.wake = woken;
    }
}
