package io.slipway.cloud;

import io.slipway.config.CloudConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.retry.Backoff;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The thread that puts blocks of the cluster into the database, over a connection of its own: the readings, the account
 * and how far it is in each stream in one transaction. What it says to have is committed. While there is no database
 * nothing is asked for, and the blocks wait where they are.
 */
final class CopyIntake implements Runnable, Closeable {
    private static final long IDLE_MS = 500;
    private static final long CLOSE_MS = 5000;
    /** Somebody may have put the tables back to an earlier day without a word. */
    private static final long LOOK_NS = 30_000_000_000L;

    private final CloudConfig config;
    private final String password;
    private final Copies source;
    private final Health health;
    private final Thread thread = new Thread(this, "cloud-copies");
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Backoff backoff = new Backoff(200, 10_000, new Random());
    private Books books;
    private Account account;
    /** As committed. */
    private Map<String, Long> stored;
    private long lookNs;

    /** @param password of the database; {@code null} where there is none */
    CopyIntake(CloudConfig config, String password, Copies source, Health health) {
        this.config = config;
        this.password = password;
        this.source = source;
        this.health = health;
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (closing.getCount() > 0) {
                step();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            leave();
        }
    }

    private void step() throws InterruptedException {
        try {
            look();
            List<Copy> copies = source.behind(Collections.unmodifiableMap(stored));
            if (copies.isEmpty()) {
                closing.await(IDLE_MS, TimeUnit.MILLISECONDS);
            } else {
                store(copies);
                backoff.reset();
            }
        } catch (IOException notNow) {
            closing.await(IDLE_MS, TimeUnit.MILLISECONDS);
        } catch (SQLException failed) {
            health.count(Counter.CLOUD_FAILED);
            health.error("database, blocks of the cluster: " + Intake.firstLine(failed));
            health.state("copies", "waiting");
            leave();
            closing.await(backoff.nextMs(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() throws SQLException {
        if (books == null) {
            books = Books.open(config, password);
            account = new Account(books, health);
            stored = null;
            health.state("copies", "open");
        }
        if (stored == null || System.nanoTime() - lookNs > LOOK_NS) {
            stored = books.cursors().all();
            books.commit();
            lookNs = System.nanoTime();
        }
    }

    private void store(List<Copy> copies) throws SQLException {
        try {
            finish(copies);
        } catch (SQLException failed) {
            if (!Books.isData(failed)) {
                throw failed;
            }
            // One of them is to blame, and must not hold up the others.
            books.rollback();
            for (Copy copy : copies) {
                single(copy);
            }
        }
    }

    private void single(Copy copy) throws SQLException {
        try {
            finish(Collections.singletonList(copy));
        } catch (SQLException failed) {
            if (!Books.isData(failed)) {
                throw failed;
            }
            books.rollback();
            health.error("the database refused a block of " + copy.stream + ": " + Intake.firstLine(failed));
            finish(Collections.singletonList(copy.refused()));
        }
    }

    private void finish(List<Copy> copies) throws SQLException {
        int bad = 0;
        Map<String, Long> after = new HashMap<>(stored);
        for (Copy copy : copies) {
            bad += copy.pack == null ? 1 : 0;
            after.put(copy.stream, copy.number);
        }
        try {
            account.store(copies, stored, System.currentTimeMillis());
        } catch (RuntimeException unexpected) {
            throw new SQLException("unexpected " + unexpected, Books.DATA, unexpected);
        }
        stored = after;
        health.count(Counter.CLOUD_BLOCKS, copies.size());
        health.count(Counter.CLOUD_BLOCKS_BAD, bad);
    }

    private void leave() {
        if (books != null) {
            books.close();
            books = null;
        }
    }

    /** Ends the thread when what is in hand is committed, or cannot be: seconds at most. May be called twice. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
