package io.slipway.store;

import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.reading.Reading;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Inflater;
import org.tinylog.Logger;

/**
 * Copies out of databases that were set aside what is still good, in small slices through the store's thread, and
 * rests between them as long as they take. The newest blocks come first: when the bytes of the database are used up,
 * what is missing are the oldest. Until everything is here that a destination has not acknowledged, its outbox hands
 * out nothing, for it hands out in order. Where this ends before its time, the next start begins anew; what is there
 * already is not taken twice.
 */
final class Salvage extends Thread {
    private static final int SLICE_BLOCKS = 16;
    private static final int SLICE_BYTES = 32 << 10;
    private static final long REST_MIN_MS = 5;
    private static final long RETRY_MS = 5000;

    private final StoreThread store;
    private final Writer writer;
    private final Admission admission;
    private final List<Path> files;
    private final Health health;
    private final Inflater inflater = new Inflater(true);
    private volatile boolean stopped;

    /** Of the file that is read now. */
    private Admission.Terms terms;
    private final List<BlockRow> slice = new ArrayList<>();
    private Map<Long, Ranges> found;
    /** Of each block in the slice. */
    private final List<List<Reading>> sliceReadings = new ArrayList<>();
    private Tails tails;
    private int sliceBytes;
    private boolean full;
    private final Progress progress = new Progress();

    /** @param files the newest first */
    Salvage(StoreThread store, Writer writer, List<Path> files, Health health) {
        super("salvage");
        this.store = store;
        this.writer = writer;
        this.admission = new Admission(writer, health);
        this.files = files;
        this.health = health;
        setDaemon(true);
        setPriority(MIN_PRIORITY);
        health.gauge("salvage_percent", progress);
    }

    /** How much of the file at hand is done. The status keeps it for longer than the salvage lives. */
    private static final class Progress implements Gauge {
        private volatile int percent;

        @Override
        public long value() {
            return percent;
        }
    }

    /** Why a salvage ends before its time. */
    private static final class Stopped extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Ends it, and waits for that a moment. The store's thread only. */
    void stopNow() {
        stopped = true;
        interrupt();
        try {
            join(2000);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            for (int i = 0; i < files.size(); i++) {
                salvage(files.get(i), i == files.size() - 1);
            }
            health.state("salvage", "done");
        } catch (Stopped early) {
            health.state("salvage", "stopped");
        } catch (RuntimeException unexpected) {
            health.alarm(this, unexpected);
            health.state("salvage", "failed");
            release();
        } finally {
            inflater.end();
        }
    }

    /** The outboxes need not wait any longer. */
    private void release() {
        try {
            store.ask(new Part<Void>() {
                @Override
                Void of() {
                    writer.hold(false);
                    return null;
                }
            });
        } catch (StoreException closed) {
            // Then nobody waits.
        }
    }

    private void salvage(Path file, boolean isLast) throws Stopped {
        final String name = file.getFileName().toString();
        found = new HashMap<>();
        full = false;
        terms = insist(new Part<Admission.Terms>() {
            @Override
            Admission.Terms of() throws SQLException {
                return admission.terms(name);
            }
        });
        tails = new Tails(terms.blocks);
        try (DamagedFile in = new DamagedFile(file)) {
            if (!terms.staged) {
                stage(in, name);
            } else {
                // Whether that was all of it was not put down.
                tails.stageLost();
            }
            blocks(in, file, isLast);
            tails.end();
        } catch (SQLException unreadable) {
            tails.allLost();
            health.error("nothing can be read of " + file + ": " + unreadable.getMessage());
        }
        long lost = insist(new Part<Long>() {
            @Override
            Long of() throws SQLException {
                return admission.finish(name, terms, found, tails, full ? Retention.BYTES : Gaps.DAMAGE);
            }
        });
        if (lost > 0 || tails.any()) {
            health.error("not everything in " + file + " could be saved: " + lost + " readings are known to be lost"
                + (tails.any() ? ", and perhaps others" : ""));
        } else {
            Logger.info("Everything in {} was saved", file);
        }
        progress.percent = 100;
        if (isLast) {
            release();
        }
    }

    private void stage(DamagedFile in, final String name) throws SQLException, Stopped {
        final Map<Long, List<Reading>> readings = new LinkedHashMap<>();
        try (RowWalk rows = in.walk("stage", "id", "id, rec_sid, body, crc")) {
            for (ResultSet row = rows.next(); row != null; row = rows.next()) {
                try {
                    long recSid = row.getLong(2);
                    List<Reading> some = Stage.readings(row, terms.origins.get(recSid), terms.epochs.get(recSid));
                    if (terms.ends.containsKey(recSid)) {
                        continue;
                    }
                    if (!readings.containsKey(recSid)) {
                        readings.put(recSid, new ArrayList<Reading>());
                    }
                    readings.get(recSid).addAll(0, some);
                } catch (SQLException | RuntimeException bad) {
                    tails.stageLost();
                }
            }
            if (rows.holes() > 0) {
                tails.stageLost();
            }
        }
        for (Map.Entry<Long, List<Reading>> some : readings.entrySet()) {
            found(some.getKey(), some.getValue());
        }
        insist(new Part<Void>() {
            @Override
            Void of() throws SQLException {
                admission.admitStage(name, readings);
                return null;
            }
        });
    }

    private void blocks(DamagedFile in, Path file, boolean isLast) throws SQLException, Stopped {
        try (BlockWalk blocks = new BlockWalk(in, file, terms)) {
            boolean held = isLast;
            boolean acknowledged = false;
            // Where there is no room any more, what is there and cannot come is still to be told of.
            while (blocks.hasNext() && !(full && acknowledged)) {
                progress.percent = blocks.percent();
                BlockRow block = checked(blocks.next());
                if (block == null) {
                    continue;
                }
                tails.good(block.id(), block.recSid(), block.last(), block.isCarriedOver());
                acknowledged = isAcknowledged(block);
                if (full) {
                    continue;
                }
                slice.add(block);
                sliceBytes += block.payload.length;
                if (slice.size() == SLICE_BLOCKS || sliceBytes >= SLICE_BYTES || held && acknowledged) {
                    admitSlice();
                }
                if (held && acknowledged) {
                    // All that is still to come was acknowledged before.
                    held = false;
                    release();
                }
            }
            if (!slice.isEmpty()) {
                admitSlice();
            }
        }
    }

    /** Whether this block, and with it every block of a lower number, holds nothing that is still to be sent. */
    private boolean isAcknowledged(BlockRow block) {
        long sid = block.id() / Blocks.STREAM_UNIT;
        Position to = terms.acknowledged;
        return sid < to.sid
            || sid == to.sid && sid == block.recSid() && !block.isCarriedOver() && block.last() <= to.seq;
    }

    /** {@code null} where it is damaged. */
    private BlockRow checked(BlockRow block) {
        try {
            if (block != null && full) {
                block.check(terms.epochs.get(block.recSid()));
            } else if (block != null) {
                sliceReadings.add(block.readings(inflater, terms.origins.get(block.recSid()),
                    terms.epochs.get(block.recSid())));
            }
            return block;
        } catch (RuntimeException bad) {
            return null;
        }
    }

    private void admitSlice() throws Stopped {
        long beganNs = System.nanoTime();
        full = !insist(new Part<Boolean>() {
            @Override
            Boolean of() throws SQLException {
                return admission.admit(terms, slice);
            }
        });
        if (!full) {
            for (int i = 0; i < slice.size(); i++) {
                found(slice.get(i).recSid(), sliceReadings.get(i));
            }
        }
        slice.clear();
        sliceReadings.clear();
        sliceBytes = 0;
        rest(Math.max(REST_MIN_MS, (System.nanoTime() - beganNs) / 1_000_000));
    }

    private void found(long recSid, List<Reading> readings) {
        Ranges ranges = found.get(recSid);
        if (ranges == null) {
            ranges = new Ranges();
            found.put(recSid, ranges);
        }
        long first = readings.get(0).seq;
        long last = first;
        for (Reading reading : readings) {
            if (reading.seq > last + 1) {
                ranges.add(first, last);
                first = reading.seq;
            }
            last = reading.seq;
        }
        ranges.add(first, last);
    }

    /** A question that ends the salvage where its database is not the one in use any more. */
    private abstract class Part<T> implements StoreThread.Question<T> {
        @Override
        public T ask(Writer current) throws SQLException {
            if (current != writer) {
                stopped = true;
                return null;
            }
            return of();
        }

        abstract T of() throws SQLException;
    }

    /** Asks until the disk takes it. */
    private <T> T insist(Part<T> part) throws Stopped {
        while (!stopped) {
            try {
                T answer = store.ask(part);
                if (!stopped) {
                    return answer;
                }
            } catch (StoreException refused) {
                rest(RETRY_MS);
            }
        }
        throw new Stopped();
    }

    private synchronized void rest(long ms) throws Stopped {
        try {
            if (!stopped) {
                wait(ms);
            }
        } catch (InterruptedException stop) {
            stopped = true;
        }
        if (stopped) {
            throw new Stopped();
        }
    }
}
