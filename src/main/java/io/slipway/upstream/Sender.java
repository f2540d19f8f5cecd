package io.slipway.upstream;

import io.slipway.config.UpstreamConfig;
import io.slipway.health.Counter;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import io.slipway.retry.Backoff;
import io.slipway.store.Outbox;
import io.slipway.store.StoreException;
import java.util.Random;
import org.tinylog.Logger;

/**
 * The thread that owns what one upstream is doing: it connects, keeps the window full, moves the cursor, and waits
 * after a failure. Everything else tells it that something has changed by waking it, and it looks at what.
 *
 * <p>Whatever goes wrong ends alike: the window is forgotten, and after a wait the sending goes on from the cursor.
 * A receiver gets some batches again and drops what it knows by its identity.
 */
final class Sender implements Runnable {
    /** "Until something wakes me", in milliseconds; no overflow in nanoseconds. */
    static final long FOREVER = 1L << 40;
    private static final long GOODBYE_MS = 1500;
    /** A connection that has lasted so long was a good one, even if there was nothing to send. */
    private static final long GOOD_CONNECTION_NS = 30_000_000_000L;

    private final CloudAccess access;
    private final Upstream.CommandListener commands;
    private final Health health;
    private final Outbox outbox;
    private final Signal signal = new Signal();
    private final Window window;
    private final GapReports gaps;
    /** With the two below {@code null} where a PUBACK is enough. */
    private final CloudInbox inbox;
    private final Resend resend;
    private final ExtentReport extent;
    private final Backoff backoff;
    private final String part;
    private final SaidState said;
    private final Course course;
    /** Nothing answered for so long although something is on its way: the broker is there but does not work. */
    private final long patienceNs;
    private final long receiptNs;

    private volatile CloudClient client;
    private volatile boolean closing;
    private volatile boolean greeted;
    private long headStartMs;
    private long connectedAtNs;
    /** When a batch last arrived over this connection. */
    private long passedAtNs;
    /** Whether the connection ends because we gave it up. */
    private boolean impatient;
    private long resumeAtNs = System.nanoTime();

    Sender(CloudAccess access, Outbox outbox, Upstream.CommandListener commands, Health health) {
        UpstreamConfig config = access.config;
        this.access = access;
        this.commands = commands;
        this.health = health;
        this.outbox = outbox;
        this.window = new Window(config, outbox, health, signal);
        this.gaps = new GapReports(outbox, health, signal);
        this.inbox = config.receipts ? new CloudInbox(access.gatewayId, health) : null;
        this.resend = inbox == null ? null : new Resend(inbox, outbox, health, signal);
        this.extent = inbox == null ? null : new ExtentReport(outbox, access.gatewayId, health, signal);
        this.backoff = new Backoff(config.retryMinMs, config.retryMaxMs,
            new Random(System.nanoTime() ^ access.clientId.hashCode()));
        this.part = "upstream " + config.name;
        this.said = new SaidState(part, health);
        this.course = new Course(access, health, signal);
        this.receiptNs = config.receiptTimeoutS * 1_000_000_000L;
        this.patienceNs = (config.keepAliveS + config.connectTimeoutS) * 1_000_000_000L;
    }

    /** Before the thread starts: it will wait so long for the first commit before it connects. */
    void headStart(long ms) {
        headStartMs = ms;
    }

    /** Publishes a small message if connected, else counts it as dropped. Any thread; does not block. */
    void report(String topic, byte[] payload, boolean retain) {
        CloudClient connection = client;
        if (connection == null) {
            health.count(Counter.UPSTREAM_REPORTS_DROPPED);
        } else {
            connection.report(topic, payload, retain);
        }
    }

    /** See {@link Upstream#isAcknowledged}. Any thread. */
    boolean isAcknowledged() {
        CloudClient connection = client;
        return connection != null && greeted && connection.isConnected() && !connection.isReporting();
    }

    /** See {@link Upstream#isConnected}. Any thread. */
    boolean isConnected() {
        CloudClient connection = client;
        return connection != null && greeted && connection.isConnected();
    }

    /** See {@link Upstream#via}. Any thread. */
    String via() {
        return course.via();
    }

    /** Publishes a passenger's message, false if that cannot be now. Any thread; does not block. */
    boolean send(String topic, byte[] payload) {
        CloudClient connection = client;
        return connection != null && connection.carry(topic, payload);
    }

    /** Asks the thread to take leave and end. Any thread; does not wait. */
    void close() {
        closing = true;
        signal.run();
    }

    @Override
    public void run() {
        if (access.config.bytesPerS + access.config.readingsPerS + access.config.bytesPerHour > 0) {
            health.gauge("held_back_s_" + access.config.name, new Gauge() {
                @Override
                public long value() {
                    return window.allowance().heldBackS();
                }
            });
        }
        Pulse pulse = health.pulse(part, true);
        outbox.onCommit(window.commitListener());
        health.state(part, "connecting");
        try {
            signal.await(headStartMs);
            while (!closing && !Thread.currentThread().isInterrupted()) {
                pulse.work();
                long waitMs = step();
                pulse.rest();
                signal.await(waitMs);
            }
            takeLeave();
        } finally {
            if (client != null) {
                client.end(0);
            }
            course.close();
            window.close();
        }
    }

    /** Does what can be done now, and returns for how many milliseconds there will be nothing to do by itself. */
    private long step() {
        long now = System.nanoTime();
        try {
            if (client == null) {
                return connect(now);
            }
            if (client.lost() != null) {
                lose(now);
                return untilResume(now);
            }
            return client.isConnected() ? send(now) : FOREVER;
        } catch (StoreException failed) {
            health.error(part + ": " + failed.getMessage());
            startOver(now, "the store failed");
            return untilResume(now);
        } catch (RuntimeException | OutOfMemoryError unexpected) {
            // Such as no more threads or sockets to be had: a thread that died would never send again.
            Logger.error(unexpected, "{}", part);
            giveUp(unexpected, now);
            return untilResume(now);
        }
    }

    /** What the connection is worth is not known any more; a new one, and the cursor, are. */
    private void giveUp(Throwable unexpected, long now) {
        CloudClient connection = client;
        client = null;
        tellPassenger();
        if (connection != null) {
            connection.end(0);
            health.count(Counter.UPSTREAM_DISCONNECTED);
        }
        connectAnew(now, "unexpected " + unexpected);
    }

    private void connectAnew(long now, String why) {
        String said = course.ended(greeted, why);
        if (course.isLeaving()) {
            window.clear();
            resumeAtNs = now;
            health.state(part, "connecting");
        } else {
            startOver(now, said);
            resumeAtNs = course.nextAttemptNs(now, resumeAtNs);
        }
    }

    private long connect(long now) {
        long wait = untilResume(now);
        if (wait > 0) {
            return wait;
        }
        greeted = false;
        impatient = false;
        gaps.clear();
        client = CloudClient.of(access, course.begin(now), commands, inbox, health, signal);
        client.connect();
        return FOREVER;
    }

    private void lose(long now) throws StoreException {
        CloudClient connection = client;
        Throwable cause = connection.lost();
        client = null;
        tellPassenger();
        connection.end(0);
        health.count(Counter.UPSTREAM_DISCONNECTED);
        passed(window.settle(now), now);
        if (greeted && !impatient && window.blame(connection.verdict(cause) == Verdict.NOT_WHOLE)) {
            window.settle(now);
            health.error(part + ": the broker closed the connection over a reading again and again; it is set aside");
        }
        if (greeted && now - connectedAtNs > GOOD_CONNECTION_NS) {
            backoff.reset();
        }
        connectAnew(now, connection.reason(cause));
    }

    private void tellPassenger() {
        if (access.passenger != null && greeted) {
            access.passenger.lost();
        }
    }

    private long send(long now) throws StoreException {
        if (!greeted) {
            greet(now);
        }
        if (course.isNeedless(now)) {
            impatient = true;
            return course.leave(client, now);
        }
        for (Receipt receipt = nextReceipt(); receipt != null; receipt = nextReceipt()) {
            window.confirm(receipt);
        }
        passed(window.settle(now), now);
        long due = gaps.step(client, now);
        Delivery failed = window.firstFailed();
        if (failed != null) {
            return window.isAwaiting() ? patienceLeft(now) : recover(failed, now);
        }
        long wait = untilResume(now);
        if (wait > 0) {
            return Math.min(due, wait);
        }
        if (window.unconfirmedNs(now) > receiptNs) {
            return missReceipt(now);
        }
        window.fill(client, now);
        said.connected(window.heldBackBy(), now);
        due = Math.min(due, window.waitMs(client, now));
        due = Math.min(Math.min(due, answer(now)), course.waitMs(now));
        if (inbox != null && window.unconfirmedNs(now) > 0) {
            due = Math.min(due, (receiptNs - window.unconfirmedNs(now)) / 1_000_000 + 1);
        }
        return window.isAwaiting() || client.isReporting() ? Math.min(due, patienceLeft(now)) : due;
    }

    private long missReceipt(long now) {
        String why = "no receipt for " + access.config.receiptTimeoutS + " s";
        if (client.isDeaf()) {
            impatient = true;
            client.giveUp(why + ", the subscription failed");
            return FOREVER;
        }
        startOver(now, why);
        return untilResume(now);
    }

    private Receipt nextReceipt() {
        return inbox == null ? null : inbox.pollReceipt();
    }

    /** What the other end wants to know beside the batches. */
    private long answer(long now) {
        return inbox == null ? FOREVER : Math.min(extent.step(client, now), resend.step(client, window, now));
    }

    private void greet(long now) {
        greeted = true;
        connectedAtNs = now;
        passedAtNs = now;
        health.count(Counter.UPSTREAM_CONNECTED);
        course.connected(now);
        said.greeted(course.via());
        client.report(access.topics.state(), CloudAccess.ONLINE, true);
        if (inbox != null) {
            extent.begin(now, client.isRemembered());
            resend.clear();
        }
        if (access.passenger != null) {
            access.passenger.connected();
        }
    }

    private void passed(int batches, long now) {
        if (batches > 0) {
            passedAtNs = now;
            backoff.reset();
            if (client != null) {
                said.connected(window.heldBackBy(), now);
            }
        }
    }

    /** The connection stands, but the broker did not take a batch, and nothing else is on its way any more. */
    private long recover(Delivery failed, long now) throws StoreException {
        String why = client.reason(failed.failure());
        Verdict verdict = client.verdict(failed.failure());
        if (verdict == Verdict.LATER) {
            startOver(now, why);
            return untilResume(now);
        }
        if (verdict == Verdict.NOT_WHOLE && window.divide(failed)) {
            window.clear();
            return 1;
        }
        failed.setAside();
        health.error(part + ": set aside, and kept in the store, what the broker will never take: " + why);
        window.settle(now);
        if (!client.isOwn(failed.failure())) {
            // A broker that refuses whatever it gets must not empty the outbox at full speed.
            resumeAtNs = now + backoff.nextMs() * 1_000_000;
        }
        return 1;
    }

    /** Everything that is not acknowledged is sent again, from the cursor, after a wait. */
    private void startOver(long now, String why) {
        window.clear();
        resumeAtNs = now + backoff.nextMs() * 1_000_000;
        health.error(part + ": " + why);
        health.state(part, "waiting: " + why);
    }

    private long untilResume(long now) {
        return Math.max(0, (resumeAtNs - now + 999_999) / 1_000_000);
    }

    /** What is left of the patience in milliseconds; at its end the connection is given up. */
    private long patienceLeft(long now) {
        long silence = window.isAwaiting() ? window.silenceNs(now)
            : Math.min(client.silenceNs(now), now - passedAtNs);
        long left = patienceNs - silence;
        if (left > 0) {
            return left / 1_000_000 + 1;
        }
        impatient = true;
        window.unanswered();
        client.giveUp("nothing acknowledged for " + patienceNs / 1_000_000_000 + " s");
        return FOREVER;
    }

    /** Says that the gateway goes, and waits a little for what is still on its way. */
    private void takeLeave() {
        CloudClient connection = client;
        if (connection != null && connection.isConnected()) {
            long deadline = System.nanoTime() + GOODBYE_MS * 1_000_000;
            connection.report(access.topics.state(), CloudAccess.OFFLINE, true);
            try {
                awaitAnswers(connection, deadline);
                window.settle(System.nanoTime());
            } catch (StoreException closed) {
                health.error(part + ": " + closed.getMessage());
            }
            connection.disconnect();
            while (connection.lost() == null && deadline - System.nanoTime() > 0) {
                signal.await((deadline - System.nanoTime()) / 1_000_000 + 1);
            }
        }
        if (connection != null) {
            connection.end(GOODBYE_MS);
        }
        health.state(part, "stopped");
    }

    private void awaitAnswers(CloudClient connection, long deadline) throws StoreException {
        while (connection.isConnected() && (connection.isReporting() || window.isAwaiting())) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            signal.await(left / 1_000_000 + 1);
            window.settle(System.nanoTime());
        }
    }
}
