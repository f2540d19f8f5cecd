package io.slipway.store;

import io.slipway.config.FileProblem;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.tinylog.Logger;

/**
 * The thread that owns the database: opens it where the start could not, commits what waits, answers what is asked,
 * and tries again for ever where the disk refuses. A damaged database it sets aside and goes on with a new one. It
 * ends only when the intake is closed and empty, or the disk refuses then.
 */
final class StoreThread extends Thread {
    /** Between two attempts; twice as long after each that failed. */
    private static final long RETRY_MIN_NS = 1_000_000_000L;
    private static final long RETRY_MAX_NS = 8_000_000_000L;
    /** After so many failures in a row, the file is opened anew: what it hangs on may have been repaired. */
    private static final int PATIENCE = 3;
    /** How often it looks for old readings to seal and cursors to save when nothing else wakes it. */
    private static final long CHORES_NS = 1_000_000_000L;
    /** A commit that takes longer is worth saying: what waits in memory is bounded. */
    private static final long SLOW_NS = 2_000_000_000L;

    private final Intake intake;
    private final Opening opening;
    private final Carried carried;
    private final Health health;
    private final List<OutboxProxy> outboxes = new ArrayList<>();
    /** {@code null} while there is no database. */
    private Writer writer;
    private Salvage salvage;
    private int failures;
    private long retryNs = RETRY_MIN_NS;
    private long retryAt = System.nanoTime();
    private long reservedNs = System.nanoTime() - CHORES_NS;

    /** @param writer {@code null} where the database could not be opened yet */
    StoreThread(Intake intake, Opening opening, Carried carried, Writer writer, Health health) {
        super("store");
        this.intake = intake;
        this.opening = opening;
        this.carried = carried;
        this.writer = writer;
        this.health = health;
    }

    /** What a caller wants of the database. */
    interface Question<T> {
        /** @param writer {@code null} while there is no database */
        T ask(Writer writer) throws SQLException, StoreException;
    }

    /**
     * Has this thread do something, and waits for it. Any other thread.
     *
     * @throws StoreException if the store is closed, or the database cannot be read; where it is damaged, it is let
     *     go, and the question asked again without one
     */
    <T> T ask(Question<T> question) throws StoreException {
        return ask(question, Long.MAX_VALUE);
    }

    /**
     * As above, but waits only so many milliseconds; a question that it has not come to by then is withdrawn.
     *
     * @throws StoreBusyException if there was no answer by then
     */
    <T> T ask(final Question<T> question, long waitMs) throws StoreException {
        FutureTask<T> task = new FutureTask<>(new Callable<T>() {
            @Override
            public T call() throws SQLException, StoreException {
                try {
                    return question.ask(writer);
                } catch (SQLException failed) {
                    if (writer == null || !Database.isDamage(failed)) {
                        throw failed;
                    }
                    replace(failed);
                    return question.ask(writer);
                }
            }
        });
        if (!intake.request(task)) {
            throw new StoreException("the store is closed", null);
        }
        try {
            return task.get(waitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while waiting for the store", stopped);
        } catch (TimeoutException slow) {
            task.cancel(false);
            throw new StoreBusyException(slow);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw cause instanceof StoreException ? (StoreException) cause
                : new StoreException("the database cannot be read: " + cause.getMessage(), cause);
        }
    }

    /** An outbox that is to learn of every database that is opened. Within {@link #ask} only. */
    void register(OutboxProxy outbox) {
        outboxes.add(outbox);
    }

    /** The memory of destinations while there is no database. Within {@link #ask} only. */
    Carried carried() {
        return carried;
    }

    /** Commits all that waits, until the disk refuses. Within {@link #ask} only. */
    void commitAll() {
        boolean taken = true;
        while (taken && writer != null && writer.pending().readings().size() + intake.size() > 0) {
            taken = commit();
        }
    }

    @Override
    public void run() {
        Pulse pulse = health.pulse("store", true);
        pulse.work();
        try {
            startSalvage();
            while (true) {
                boolean closing = intake.isClosed();
                boolean good = true;
                if (closing || System.nanoTime() - retryAt >= 0) {
                    good = work(closing);
                }
                answerAll();
                if (writer == null || failures > 0) {
                    carried.records.refused();
                }
                if (!closing) {
                    keepReserve();
                }
                if (closing && (!good || isDone())) {
                    giveUp();
                    return;
                }
                pulse.rest();
                awaitWork();
                pulse.work();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException unexpected) {
            health.alarm(this, unexpected);
        } finally {
            intake.close();
            answerAll();
            end();
            carried.records.refused();
        }
    }

    private void end() {
        if (salvage != null) {
            salvage.stopNow();
        }
        if (writer != null) {
            writer.close();
        }
        opening.directory().leave();
        health.state("store", "closed");
    }

    private boolean isDone() {
        return intake.size() == 0 && carried.readings.isEmpty()
            && (writer == null || writer.pending().isEmpty() && !writer.hasChores(true));
    }

    /** Does what is due. False where the disk refuses. */
    private boolean work(boolean closing) {
        if (writer == null) {
            // Nothing to save is no reason to try again at the last moment.
            return closing && isDone() || open();
        }
        boolean due = !writer.pending().isEmpty() || intake.isDue() || writer.hasChores(closing);
        // A damaged database may have been replaced: then there is another to try.
        return !due || commit() || closing && writer == null && failures == 0;
    }

    private boolean open() {
        String why;
        boolean hurry = false;
        try {
            writer = opening.open(carried);
            succeeded();
            for (OutboxProxy outbox : outboxes) {
                outbox.connect(writer);
            }
            startSalvage();
            return true;
        } catch (StoreException failed) {
            why = failed.getMessage();
        } catch (SQLException failed) {
            why = Database.words(failed);
            hurry = Database.isFull(failed) && opening.directory().reserve().release();
        } catch (IOException failed) {
            why = FileProblem.withName(failed);
        } catch (RuntimeException | OutOfMemoryError unexpected) {
            why = words(unexpected);
        }
        refused("the database cannot be opened: " + why, "not open");
        if (hurry) {
            retryAt = System.nanoTime();
        }
        return false;
    }

    private void awaitWork() throws InterruptedException {
        long now = System.nanoTime();
        if (writer == null && retryAt - now <= 0) {
            return;
        }
        if (retryAt - now > 0) {
            // After a failure: new readings change nothing before the next attempt, requests do.
            intake.await(false, retryAt);
        } else {
            intake.await(true, now + CHORES_NS);
        }
    }

    private boolean commit() {
        long beganNs = System.nanoTime();
        try {
            writer.take(intake);
            writer.commit();
            if (System.nanoTime() - beganNs > SLOW_NS) {
                health.error("the disk is slow: commits take longer than " + SLOW_NS / 1_000_000_000 + " s");
            }
            succeeded();
            return true;
        } catch (SQLException failed) {
            if (Database.isDamage(failed)) {
                replace(failed);
                return false;
            }
            refused("the database refuses to write: " + Database.words(failed), "failing");
            if (Database.isFull(failed)) {
                makeRoom();
            }
            if (Database.isBroken(failed) && failures % PATIENCE == 0) {
                letGo();
            }
        } catch (RuntimeException | OutOfMemoryError unexpected) {
            // What was taken is still there; a thread that died would lose it, and all that comes.
            refused("the database refuses to write: " + words(unexpected), "failing");
        }
        return false;
    }

    /** The disk is full: the database has to do with the room that it has, and old readings go for new. */
    private void makeRoom() {
        try {
            writer.retention().shrink();
        } catch (SQLException unreadable) {
            return;
        }
        if (opening.directory().reserve().release()) {
            retryAt = System.nanoTime();
        }
    }

    /** About once a second while all is well and something comes in: no more is let in than the disk bears. */
    private void keepReserve() {
        long now = System.nanoTime();
        if (writer == null || failures > 0 || now - reservedNs < CHORES_NS) {
            return;
        }
        reservedNs = now;
        try {
            writer.retention().fitToDisk(opening.directory().reserve().grow());
        } catch (SQLException unreadable) {
            // The next commit will say what is wrong.
        }
    }

    private static String words(Throwable unexpected) {
        StackTraceElement[] place = unexpected.getStackTrace();
        return unexpected + (place.length > 0 ? " at " + place[0] : "");
    }

    private void succeeded() {
        failures = 0;
        retryNs = RETRY_MIN_NS;
        retryAt = System.nanoTime();
        health.state("store", "open");
    }

    private void refused(String why, String state) {
        failures++;
        retryAt = System.nanoTime() + retryNs;
        retryNs = Math.min(RETRY_MAX_NS, retryNs * 2);
        health.count(Counter.STORE_FAILED);
        health.error(why);
        health.state("store", state);
    }

    /** The database is damaged, or seems to be: away with it. The next round opens it anew, or another. */
    private void replace(SQLException damage) {
        letGo();
        try {
            opening.doubt(damage);
        } catch (SQLException tooSoon) {
            refused("the database cannot be used: " + tooSoon.getMessage(), "failing");
        } catch (IOException failed) {
            refused("a damaged database cannot be set aside: " + FileProblem.withName(failed), "failing");
        }
    }

    /** Closes the database, and keeps what must not be lost. */
    private void letGo() {
        carried.takeFrom(writer);
        writer.close();
        writer = null;
    }

    /** In the background, with the other thread that a small machine can spare. */
    private void startSalvage() {
        if (writer == null || !writer.isHeld()) {
            return;
        }
        if (salvage != null) {
            salvage.stopNow();
        }
        salvage = new Salvage(this, writer, opening.unsalvaged(), health);
        // Said here: whoever asks this thread something finds it said.
        health.state("salvage", "running");
        salvage.start();
    }

    /** Closing must end even where the disk is full or gone. */
    private void giveUp() {
        int lost = intake.size() + (writer == null ? carried.uncommitted() : writer.pending().uncounted());
        if (lost > 0) {
            health.count(Counter.STORE_LOST, lost);
            Logger.error("The store closes without {} readings that the database refused", lost);
        }
    }

    private void answerAll() {
        FutureTask<?> request = intake.nextRequest();
        while (request != null) {
            request.run();
            request = intake.nextRequest();
        }
    }
}
