package io.slipway.cloud;

import io.slipway.config.CloudConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.retry.Backoff;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/**
 * The thread that owns the database connection: takes what has come, group by group, commits it, acknowledges it, and
 * says so to the gateways. Nothing is acknowledged before it is committed. While there is no database, what is in hand
 * waits, and the broker waits for its acknowledgements.
 */
final class Intake implements Runnable {
    private static final long IDLE_MS = 200;
    private static final int GROUP_MESSAGES = 64;
    /** More in one transaction is hardly faster, and is all in memory. */
    private static final int GROUP_READINGS = 8192;

    private final CloudConfig config;
    private final String password;
    private final BrokerSession session;
    private final Health health;
    private final Keeper keeper;
    private final Backoff backoff = new Backoff(200, 10_000, new Random());
    private final JsonWriter json = new JsonWriter();
    private volatile boolean closing;
    private Books books;
    private Account account;
    /** Not committed yet. */
    private Group inHand;

    /** @param password of the database; {@code null} where there is none */
    Intake(CloudConfig config, String password, BrokerSession session, Health health) {
        this.config = config;
        this.password = password;
        this.session = session;
        this.health = health;
        this.keeper = new Keeper(session, config.missingAfterS, health);
    }

    /** Connects to the database for the first time: what is wrong with it is to be known at the start. */
    void open() throws SQLException {
        books = Books.open(config, password);
        account = new Account(books, health);
        keeper.begin();
        health.state("database", "open");
    }

    /** Asks the thread to end when what is in hand is committed, or cannot be. */
    void close() {
        closing = true;
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                step();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            if (books != null) {
                books.close();
            }
            health.state("database", "closed");
        }
    }

    private void step() throws InterruptedException {
        try {
            if (books == null) {
                open();
            }
            if (inHand == null) {
                inHand = next();
            }
            if (inHand != null) {
                store();
            }
            keeper.step(books, account);
        } catch (SQLException failed) {
            health.count(Counter.CLOUD_FAILED);
            health.error("database: " + firstLine(failed));
            health.state("database", "waiting");
            if (books != null) {
                books.close();
                books = null;
            }
            pause(backoff.nextMs());
        }
    }

    private Group next() throws InterruptedException {
        BlockingQueue<Message> inbox = session.inbox();
        Message message = inbox.poll(IDLE_MS, TimeUnit.MILLISECONDS);
        if (message == null) {
            return null;
        }
        Group group = new Group();
        while (message != null) {
            group.add(message);
            message = group.messages.size() < GROUP_MESSAGES && group.readings() < GROUP_READINGS ? inbox.poll() : null;
        }
        return group;
    }

    private void store() throws SQLException {
        try {
            finish(inHand);
        } catch (SQLException failed) {
            if (!Books.isData(failed)) {
                throw failed;
            }
            // One of them is to blame, and must not hold up the others.
            books.rollback();
            for (Message message : inHand.messages) {
                single(message);
            }
        }
        inHand = null;
        backoff.reset();
    }

    private void single(Message message) throws SQLException {
        Group alone = new Group();
        alone.add(message);
        try {
            finish(alone);
        } catch (SQLException failed) {
            if (!Books.isData(failed)) {
                throw failed;
            }
            books.rollback();
            Group refused = new Group();
            refused.reject(message, "the database refused it: " + firstLine(failed));
            finish(refused);
        }
    }

    private void finish(Group group) throws SQLException {
        List<Receipt> receipts;
        try {
            receipts = account.store(group, System.currentTimeMillis());
        } catch (RuntimeException unexpected) {
            // A driver that cannot write one message must not be asked to for ever.
            Logger.error(unexpected, "a group could not be stored");
            throw new SQLException("unexpected " + unexpected, Books.DATA, unexpected);
        }
        for (Message message : group.messages) {
            message.acknowledge();
        }
        for (Group.Rejected one : group.rejected) {
            health.error("a message on " + one.message.topic + " was set aside: " + one.reason);
        }
        for (Receipt receipt : receipts) {
            session.publish("slipway/" + receipt.origin + "/receipt", receipt.encode(json));
        }
    }

    static String firstLine(SQLException failure) {
        String text = String.valueOf(failure.getMessage());
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private void pause(long ms) throws InterruptedException {
        long until = System.nanoTime() + ms * 1_000_000;
        while (!closing && System.nanoTime() - until < 0) {
            new CountDownLatch(1).await(IDLE_MS, TimeUnit.MILLISECONDS);
        }
    }
}
