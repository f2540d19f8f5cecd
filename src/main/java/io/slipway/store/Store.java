package io.slipway.store;

import io.slipway.config.FileProblem;
import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.tinylog.Logger;

/**
 * Readings on the disk. {@link #append} never waits: one thread of the store's own commits what was appended in
 * groups, and answers the outboxes. A reading is safe from a power cut at most the commit interval after it was
 * appended, unless the disk refuses; then it stays in memory, is tried again, and what no longer fits is counted.
 */
public final class Store implements Closeable {
    /** The database's name within the data directory. */
    public static final String FILE_NAME = "slipway.db";

    /** Of bytes beside {@code max_bytes}: the file that is kept for the moment when the disk is full. */
    public static final int RESERVE_BYTES = Reserve.BYTES;

    /** Who reads along is told so soon that the disk is busy, for others ask by the same way. */
    private static final long LOOK_MS = 1000;
    /** For how long a caller who must not wait for ever waits for a slow disk. */
    private static final long PATIENCE_MS = 2000;

    /** For how long a change to a node may wait for a commit of readings. */
    private static final long NODES_WAIT_MS = 30_000;

    private final Health health;
    private final Intake intake;
    private final Epoch epoch;
    private final StoreThread thread;
    private final DiskWrites writes;
    private final Records nodes;
    private final Records commands;

    private Store(Intake intake, Records[] records, Opening opening, Carried carried, Writer writer, Health health) {
        this.health = health;
        this.epoch = carried.life;
        this.intake = intake;
        this.nodes = records[0];
        this.commands = records[1];
        this.thread = new StoreThread(intake, opening, carried, writer, health);
        this.writes = carried.writes;
        showGauges(opening.directory(), carried.pace);
    }

    private void showGauges(final DataDirectory directory, final CommitPace pace) {
        health.gauge("store_queue", new Gauge() {
            @Override
            public long value() {
                return intake.size();
            }
        });
        health.gauge("store_damaged_bytes", new Gauge() {
            @Override
            public long value() {
                return directory.damagedBytes();
            }
        });
        health.gauge("store_written_bytes", new Gauge() {
            @Override
            public long value() {
                return writes.bytes();
            }
        });
        health.gauge("store_written_bytes_per_reading", new Gauge() {
            @Override
            public long value() {
                return writes.bytes() / Math.max(1, health.value(Counter.STORE_COMMITTED));
            }
        });
        health.gauge("store_commit_interval_ms", new Gauge() {
            @Override
            public long value() {
                return pace.intervalMs();
            }
        });
    }

    /**
     * Opens the database of a data directory, which is made where it is missing, and begins a new epoch. When this
     * returns, the epoch is durable, or, where the disk is full, absent, read-only or held by another program, it is
     * at least unique by its random half: then readings wait in memory until the disk takes first the epoch and then
     * them, and the state says so. A damaged database is set aside under another name, never deleted.
     *
     * @param origin the gateway's id
     * @param destinations whose outboxes will be asked for: damage in their way is found now
     * @throws StoreException if only a person can mend it: the directory is a file, this user has no permission,
     *     another gateway runs there, a newer version wrote the database; the message is for people
     */
    public static Store open(StoreConfig config, Path directory, String origin, Health health, String... destinations)
            throws StoreException {
        DataDirectory place = new DataDirectory(directory);
        Opening opening = new Opening(config, place, origin, destinations, health);
        Intake intake = new Intake(config, Writer.BLOCK_PAYLOAD_BYTES);
        Records[] records = {new Records(Records.TABLES[0], NODES_WAIT_MS, intake, health),
            new Records(Records.TABLES[1], config.commitIntervalMs, intake, health)};
        Carried carried = new Carried(new CommitPace(config, System.nanoTime()), new RecordTables(records));
        Writer writer = null;
        String failure = null;
        try {
            writer = opening.open(carried);
            carried.life = writer.streams().epoch(writer.recSid());
        } catch (IOException failed) {
            failure = FileProblem.withName(failed);
        } catch (SQLException failed) {
            failure = Database.words(failed);
        } catch (StoreException refused) {
            place.leave();
            throw refused;
        }
        if (writer == null) {
            carried.life = opening.provisionalEpoch();
            health.error("the database cannot be opened: " + failure + "; readings wait in memory");
        }
        Store store = new Store(intake, records, opening, carried, writer, health);
        health.state("store", writer == null ? "not open" : "open");
        store.thread.start();
        return store;
    }

    /** The life of the gateway that began when this store was opened. */
    public Epoch epoch() {
        return epoch;
    }

    /**
     * Takes a reading to be committed; never waits. Any thread; the order of the calls is the order on the disk.
     *
     * @return false where the queue is full or the store closed: then the reading is dropped and counted
     */
    public boolean append(Reading reading) {
        if (intake.offer(reading)) {
            return true;
        }
        health.count(Counter.STORE_QUEUE_DROPPED);
        health.error("the disk takes readings more slowly than they come in: some are not stored");
        return false;
    }

    /**
     * What one destination has still to get; a destination that is new gets everything the store holds.
     *
     * @throws StoreException if the store is closed
     */
    public Outbox outbox(String destination) throws StoreException {
        final OutboxProxy outbox = new OutboxProxy(destination, thread);
        outbox.connect();
        health.gauge("backlog_" + destination, new Gauge() {
            @Override
            public long value() {
                return outbox.backlog();
            }
        });
        return outbox;
    }

    /**
     * From whom summaries of readings get their identity; before that, readings that would be thinned are deleted.
     *
     * @throws StoreException if the store is closed
     */
    public void numberWith(final Numbering numbering) throws StoreException {
        thread.ask(new StoreThread.Question<Void>() {
            @Override
            public Void ask(Writer writer) {
                thread.carried().numbering = numbering;
                if (writer != null) {
                    writer.numberWith(numbering);
                }
                return null;
            }
        });
    }

    /** What is known of nodes; see {@link #own}. Any thread. */
    public Records nodes() {
        return nodes;
    }

    /** Commands that were accepted and have not ended; see {@link #own}. Any thread. */
    public Records commands() {
        return commands;
    }

    /**
     * Gives records their owner, once. Where the database is open, the owner has heard what it holds when this returns.
     *
     * @throws StoreException if the store is closed
     */
    public void own(final Records records, final Records.Owner owner) throws StoreException {
        thread.ask(new StoreThread.Question<Void>() {
            @Override
            public Void ask(Writer writer) {
                records.owned(owner);
                return null;
            }
        });
    }

    /**
     * For how many milliseconds the gateway is known to have run between a moment of an earlier epoch, {@code mono}
     * milliseconds after its start, and the start of this one: never more than the true time.
     *
     * @throws StoreException if the store is closed, or there is no database
     */
    public long ranMsSince(final Epoch earlier, final long mono) throws StoreException {
        return thread.ask(new Question<Long>() {
            @Override
            Long of(Writer writer) {
                return writer.streams().ranMsSince(earlier, mono);
            }
        }, PATIENCE_MS);
    }

    /** Bytes written by our own count, which the status takes where the kernel's says less. Any thread. */
    long countedWrites() {
        return writes.counted();
    }

    /** A question that needs a database. */
    private abstract static class Question<T> implements StoreThread.Question<T> {
        @Override
        public T ask(Writer writer) throws SQLException, StoreException {
            if (writer == null) {
                throw new StoreException("the database is not open", null);
            }
            return of(writer);
        }

        abstract T of(Writer writer) throws SQLException;
    }

    /** How many readings the database holds, as of the last commit. */
    public long readings() throws StoreException {
        return thread.ask(new Question<Long>() {
            @Override
            Long of(Writer writer) throws SQLException {
                return writer.readings();
            }
        });
    }

    /**
     * A slice of what is committed, for who reads along; see {@link History#next}. Any thread; the commits that are due
     * wait for no more than a few blocks to be read.
     *
     * @throws StoreBusyException if the disk needs longer than a second
     * @throws StoreException if the store is closed or cannot be read
     */
    public Slice slice(final Position after, final TimeRange range) throws StoreException {
        return thread.ask(new Question<Slice>() {
            @Override
            Slice of(Writer writer) throws SQLException {
                return writer.history().next(after, range);
            }
        }, LOOK_MS);
    }

    /**
     * How much the store holds, and what it has written since it was opened. Any thread.
     *
     * @throws StoreBusyException if the disk needs longer than a second
     * @throws StoreException if the store is closed or cannot be read
     */
    public Extent extent() throws StoreException {
        return thread.ask(new Question<Extent>() {
            @Override
            Extent of(Writer writer) throws SQLException {
                return writer.history().extent().having(health.value(Counter.STORE_COMMITTED), writes.bytes());
            }
        }, LOOK_MS);
    }

    /**
     * Commits what was appended before, and waits for it, two seconds at most: a slow disk may need longer. Where the
     * disk refuses, everything stays where it is.
     *
     * @throws StoreException if the store is closed, or the disk needs longer; what was appended is committed all the
     *     same when its time comes
     */
    public void flush() throws StoreException {
        thread.ask(new StoreThread.Question<Void>() {
            @Override
            public Void ask(Writer writer) {
                thread.commitAll();
                return null;
            }
        }, PATIENCE_MS);
    }

    /**
     * Commits what was appended, saves the cursors and closes. Afterwards every call fails or returns false. A disk
     * that needs longer than two seconds is not waited for, and the log says so: the process is about to end, and what
     * is not committed then is lost as in a power cut.
     */
    @Override
    public void close() {
        intake.close();
        boolean interrupted = false;
        long untilNs = System.nanoTime() + PATIENCE_MS * 1_000_000;
        long leftMs = PATIENCE_MS;
        while (thread.isAlive() && leftMs > 0) {
            try {
                thread.join(leftMs);
            } catch (InterruptedException waitOn) {
                interrupted = true;
            }
            leftMs = (untilNs - System.nanoTime()) / 1_000_000;
        }
        if (thread.isAlive()) {
            Logger.error("The disk is still writing; not waiting for it, {} readings wait", intake.size());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
