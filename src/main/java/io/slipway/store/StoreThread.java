package io.slipway.store;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.tinylog.Logger;

/**
 * The thread that owns the database: commits what waits, answers what is asked, and tries again for ever where the
 * disk refuses. It ends only when the intake is closed and empty, and closes the database then.
 */
final class StoreThread extends Thread {
    /** Between two attempts at a transaction that failed. */
    private static final long RETRY_NS = 1_000_000_000L;
    /** How often it looks for old readings to seal and cursors to save when nothing else wakes it. */
    private static final long CHORES_NS = 1_000_000_000L;

    private final Intake intake;
    private final Writer writer;
    private final Database database;
    private final Health health;

    StoreThread(Intake intake, Writer writer, Database database, Health health) {
        super("store");
        this.intake = intake;
        this.writer = writer;
        this.database = database;
        this.health = health;
    }

    /**
     * Has this thread do something, and waits for it. Any other thread.
     *
     * @throws StoreException if the store is closed, or the database cannot be read
     */
    <T> T ask(Callable<T> question) throws StoreException {
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

    /** Commits all that waits, until the disk refuses. Within {@link #ask} only. */
    void commitAll() {
        boolean taken = true;
        while (taken && writer.pendingCount() + intake.size() > 0) {
            taken = commit();
        }
    }

    @Override
    public void run() {
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
            health.alarm(this, unexpected);
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
        return writer.pendingCount() > 0 || intake.isDue() || writer.hasChores(closing);
    }

    private boolean commit() {
        try {
            writer.take(intake);
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
}
