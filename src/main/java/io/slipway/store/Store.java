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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.concurrent.Callable;

/**
 * Readings on the disk. {@link #append} never waits: one thread of the store's own commits what was appended in
 * groups, and answers the outboxes. A reading is safe from a power cut at most the commit interval after it was
 * appended, unless the disk refuses; then it stays in memory, is tried again, and what no longer fits is counted.
 */
public final class Store implements Closeable {
    /** The database's name within the data directory. */
    public static final String FILE_NAME = "slipway.db";

    private final Health health;
    private final Writer writer;
    private final Intake intake;
    private final Epoch epoch;
    private final StoreThread thread;

    private Store(StoreConfig config, Path file, String origin, Health health, String[] destinations)
            throws SQLException, StoreException, IOException {
        this.health = health;
        Database database = Database.open(file);
        Writer opened = null;
        try {
            Writer writing = new Writer(config, database, origin, health);
            for (String destination : destinations) {
                writing.outbox(destination);
            }
            opened = writing;
        } finally {
            if (opened == null) {
                database.close();
            }
        }
        this.writer = opened;
        this.epoch = writer.streams().epoch(writer.sid());
        this.intake = new Intake(config, Writer.BLOCK_PAYLOAD_BYTES);
        this.thread = new StoreThread(intake, writer, database, health);
        showGauges();
    }

    private void showGauges() {
        health.gauge("store_queue", new Gauge() {
            @Override
            public long value() {
                return intake.size();
            }
        });
        health.gauge("store_written_bytes", new Gauge() {
            @Override
            public long value() {
                return writer.writes().bytes();
            }
        });
        health.gauge("store_written_bytes_per_reading", new Gauge() {
            @Override
            public long value() {
                return writer.writes().bytes() / Math.max(1, health.value(Counter.STORE_COMMITTED));
            }
        });
        health.gauge("store_commit_interval_ms", new Gauge() {
            @Override
            public long value() {
                return writer.pace().intervalMs();
            }
        });
    }

    /**
     * Opens the database of a data directory, which is made where it is missing, and begins a new epoch: when this
     * returns, the epoch is durable. A damaged database is set aside under another name, never deleted.
     *
     * @param origin the gateway's id
     * @param destinations whose outboxes will be asked for: damage in their way is found now, where there is a way out
     * @throws StoreException if the directory or database cannot be used; the message is for people
     */
    public static Store open(StoreConfig config, Path directory, String origin, Health health, String... destinations)
            throws StoreException {
        Path file = directory.resolve(FILE_NAME);
        try {
            // Asked first: Java 8 takes a symbolic link to a directory for a file that is in the way.
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Store store;
            try {
                store = new Store(config, file, origin, health, destinations);
            } catch (SQLException failed) {
                if (!Database.isDamage(failed)) {
                    throw failed;
                }
                health.error("the database is damaged (" + failed.getMessage() + "): set aside as "
                    + Database.setAside(file) + ", starting with an empty one");
                store = new Store(config, file, origin, health, destinations);
            }
            store.thread.start();
            health.state("store", "open");
            return store;
        } catch (IOException failed) {
            throw new StoreException("cannot open " + file + ": " + FileProblem.withName(failed), failed);
        } catch (SQLException failed) {
            throw new StoreException("cannot open " + file + ": " + (Database.isLocked(failed)
                ? "another gateway has it open" : failed.getMessage()), failed);
        }
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
        return false;
    }

    /**
     * What one destination has still to get; a destination that is new gets everything the store holds.
     *
     * @throws StoreException if the database cannot be read
     */
    public Outbox outbox(final String destination) throws StoreException {
        final StoredOutbox stored = thread.ask(new Callable<StoredOutbox>() {
            @Override
            public StoredOutbox call() throws SQLException {
                return writer.outbox(destination);
            }
        });
        health.gauge("backlog_" + destination, new Gauge() {
            @Override
            public long value() {
                return stored.backlog();
            }
        });
        return new OutboxProxy(stored, thread);
    }

    /**
     * From whom summaries of readings get their identity; before that, readings that would be thinned are deleted.
     *
     * @throws StoreException if the store is closed
     */
    public void numberWith(final Numbering numbering) throws StoreException {
        thread.ask(new Callable<Void>() {
            @Override
            public Void call() {
                writer.numberWith(numbering);
                return null;
            }
        });
    }

    /** Bytes written by our own count, which the status takes where the kernel's says less. Any thread. */
    long countedWrites() {
        return writer.writes().counted();
    }

    /** How many readings the database holds, as of the last commit. */
    public long readings() throws StoreException {
        return thread.ask(new Callable<Long>() {
            @Override
            public Long call() throws SQLException {
                return writer.readings();
            }
        });
    }

    /**
     * A slice of what is committed, for who reads along; see {@link History#next}. Any thread; the commits that are due
     * wait for no more than a few blocks to be read.
     */
    public Slice slice(final Position after, final TimeRange range) throws StoreException {
        return thread.ask(new Callable<Slice>() {
            @Override
            public Slice call() throws SQLException {
                return writer.history().next(after, range);
            }
        });
    }

    /** How much the store holds. Any thread. */
    public Extent extent() throws StoreException {
        return thread.ask(new Callable<Extent>() {
            @Override
            public Extent call() throws SQLException {
                return writer.history().extent();
            }
        });
    }

    /**
     * Commits what was appended before, and waits for it. Where the disk refuses, everything stays where it is.
     *
     * @throws StoreException if the store is closed
     */
    public void flush() throws StoreException {
        thread.ask(new Callable<Void>() {
            @Override
            public Void call() {
                thread.commitAll();
                return null;
            }
        });
    }

    /** Commits what was appended, saves the cursors and closes. Afterwards every call fails or returns false. */
    @Override
    public void close() {
        intake.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException waitOn) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
