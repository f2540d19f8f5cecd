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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.tinylog.Logger;

/**
 * Readings on the disk. {@link #append} never waits: one thread of the store's own commits what was appended in
 * groups, and answers the outboxes. A reading is safe from a power cut at most the commit interval after it was
 * appended, unless the disk refuses; then it stays in memory, is tried again, and what no longer fits is counted.
 */
public final class Store implements Closeable {
    /** The database's name within the data directory. */
    public static final String FILE_NAME = "slipway.db";

    /** Between two attempts at a transaction that failed. */
    private static final long RETRY_NS = 1_000_000_000L;
    /** How often the thread looks for old readings to seal and cursors to save when nothing else wakes it. */
    private static final long CHORES_NS = 1_000_000_000L;

    private final StoreConfig config;
    private final Health health;
    private final Database database;
    private final Writer writer;
    private final Intake intake;
    private final Epoch epoch;
    private final Thread thread;

    private Store(StoreConfig config, Path file, String origin, Health health, String[] destinations)
            throws SQLException, StoreException, IOException {
        this.config = config;
        this.health = health;
        this.database = Database.open(file);
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
        this.thread = new Thread("store") {
            @Override
            public void run() {
                work();
            }
        };
        health.gauge("store_queue", new Gauge() {
            @Override
            public long value() {
                return intake.size();
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
        final StoredOutbox stored = ask(new Callable<StoredOutbox>() {
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
        return new Proxy(stored);
    }

    /** How many readings the database holds, as of the last commit. */
    public long readings() throws StoreException {
        return ask(new Callable<Long>() {
            @Override
            public Long call() throws SQLException {
                return writer.readings();
            }
        });
    }

    /**
     * Commits what was appended before, and waits for it. Where the disk refuses, everything stays where it is.
     *
     * @throws StoreException if the store is closed
     */
    public void flush() throws StoreException {
        ask(new Callable<Void>() {
            @Override
            public Void call() {
                boolean taken = true;
                while (taken && writer.pendingCount() + intake.size() > 0) {
                    taken = commit();
                }
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

    private void work() {
        long retryAt = System.nanoTime();
        try {
            while (true) {
                boolean closing = intake.isClosed();
                long now = System.nanoTime();
                boolean mayTry = closing || now - retryAt >= 0;
                if (mayTry && isCommitDue(closing) && !commit()) {
                    retryAt = System.nanoTime() + RETRY_NS;
                    if (closing) {
                        giveUp();
                        return;
                    }
                }
                answerAll();
                if (closing && intake.size() == 0 && writer.pendingCount() == 0 && !writer.hasChores(true)) {
                    return;
                }
                awaitWork(retryAt);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException unexpected) {
            health.alarm(thread, unexpected);
        } finally {
            intake.close();
            answerAll();
            writer.close();
            database.close();
            health.state("store", "closed");
        }
    }

    private void awaitWork(long retryAt) throws InterruptedException {
        long now = System.nanoTime();
        if (retryAt - now > 0) {
            // After a failure: new readings change nothing before the next attempt, requests do.
            intake.await(false, retryAt);
        } else {
            intake.await(true, now + CHORES_NS);
        }
    }

    private boolean isCommitDue(boolean closing) {
        return writer.pendingCount() > 0 || intake.isDue()
            || writer.hasChores(closing);
    }

    private boolean commit() {
        writer.take(intake);
        try {
            writer.commit();
            health.state("store", "open");
            return true;
        } catch (SQLException failed) {
            refused(failed.getMessage());
        } catch (RuntimeException | OutOfMemoryError unexpected) {
            // What was taken is still there; a thread that died would lose it, and all that comes.
            StackTraceElement[] place = unexpected.getStackTrace();
            refused(unexpected + (place.length > 0 ? " at " + place[0] : ""));
        }
        return false;
    }

    private void refused(String why) {
        health.count(Counter.STORE_FAILED);
        health.error("the database refuses to write: " + why);
        health.state("store", "failing");
    }

    /** Closing must end even where the disk is full or gone. */
    private void giveUp() {
        int lost = writer.pendingCount() + intake.size();
        health.count(Counter.STORE_LOST, lost);
        Logger.error("The store closes without {} readings that the database refused", lost);
    }

    private void answerAll() {
        FutureTask<?> request = intake.nextRequest();
        while (request != null) {
            request.run();
            request = intake.nextRequest();
        }
    }

    /** Has the store's thread do something, and waits for it. */
    private <T> T ask(Callable<T> question) throws StoreException {
        FutureTask<T> task = new FutureTask<>(question);
        if (!intake.request(task)) {
            throw new StoreException("the store is closed", null);
        }
        try {
            return task.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while waiting for the store", stopped);
        } catch (ExecutionException failed) {
            throw new StoreException("the database cannot be read: " + failed.getCause().getMessage(),
                failed.getCause());
        }
    }

    /** Carries an outbox's calls over to the store's thread. */
    private final class Proxy implements Outbox {
        private final StoredOutbox stored;

        Proxy(StoredOutbox stored) {
            this.stored = stored;
        }

        @Override
        public Batch next(final Batch after, final int maxReadings, final int maxBytes) throws StoreException {
            return ask(new Callable<Batch>() {
                @Override
                public Batch call() throws SQLException {
                    return stored.next(after, maxReadings, maxBytes);
                }
            });
        }

        @Override
        public void acknowledge(final Batch batch) throws StoreException {
            ask(new Callable<Void>() {
                @Override
                public Void call() {
                    stored.acknowledge(batch);
                    return null;
                }
            });
        }

        @Override
        public long backlog() {
            return stored.backlog();
        }

        @Override
        public void onCommit(Runnable wake) {
            stored.wakeWith(wake);
        }
    }
}
