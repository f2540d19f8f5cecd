package io.slipway.upstream;

import io.slipway.config.UpstreamConfig;
import io.slipway.health.Health;
import io.slipway.reading.Topics;
import io.slipway.store.Outbox;
import java.io.Closeable;
import java.io.IOException;

/**
 * One cloud broker that gets every reading, in SenML batches over MQTT, and sends commands.
 *
 * <p>The batches go to {@link Topics#batch()} with QoS 1. The outbox's cursor moves when the broker has acknowledged
 * a batch and all before it, never otherwise; so each reading arrives at least once, and a receiver drops what it has
 * seen by {@code origin/epoch/seq}. The gateway's retained state is {@code online} while connected, and
 * {@code offline} after {@link #close} or, by the will, when the connection is lost.
 */
public final class Upstream implements Closeable {
    /** Takes commands. */
    public interface CommandListener {
        /**
         * A message on {@code slipway/<gw>/<node>/down/…}, or on {@link Topics#config()} where the configuration lets
         * the other end propose one. Called by the connection's thread; must not block. The
         * broker has it acknowledged when this returns, which says that it came; the report {@code queued} says that
         * it is durable. May be called twice for one command, as QoS 1 is.
         */
        void command(String topic, byte[] payload);
    }

    private static final long CLOSE_MS = 5000;

    private final CloudAccess access;
    private final Sender sender;
    private final Thread thread;

    /**
     * Reads the password and the certificates; connects to nothing yet.
     *
     * @param topics those of the gateway {@code gatewayId}
     * @param outbox for this destination alone
     * @throws IOException if a file of the configuration cannot be read or used; the message says which and why
     */
    public Upstream(UpstreamConfig config, String gatewayId, Topics topics, Outbox outbox,
                    CommandListener commands, final Health health) throws IOException {
        this.access = new CloudAccess(config, gatewayId, topics);
        this.sender = new Sender(access, outbox, commands, health);
        this.thread = new Thread(sender, "upstream-" + config.name);
        this.thread.setDaemon(true);
        this.thread.setUncaughtExceptionHandler(new Thread.UncaughtExceptionHandler() {
            @Override
            public void uncaughtException(Thread dead, Throwable cause) {
                health.alarm(dead, cause);
            }
        });
    }

    /**
     * Begins to connect and to send, on a thread of its own, and returns at once. Call once.
     *
     * @param headStartMs how long the rest of the gateway has the processor to itself at most: ends early with the
     *     first readings that are committed. What is to be sent waits in the outbox
     */
    public void start(long headStartMs) {
        sender.headStart(headStartMs);
        thread.start();
    }

    /** Takes a passenger, one at most. Before {@link #start}. */
    public void carry(Passenger passenger) {
        access.passenger = passenger;
    }

    /** Lets it go through neighbours where it does not get to the broker by itself. Before {@link #start}. */
    public void detour(Detour detour) {
        access.detour = detour;
    }

    /** Whether the broker has let us in, and has not been lost since. Any thread. */
    public boolean isConnected() {
        return sender.isConnected();
    }

    /** Through which neighbour the connection goes; {@code null} where it needs none. Any thread. */
    public String via() {
        return sender.via();
    }

    /**
     * Publishes a passenger's message with QoS 1. Any thread; does not block.
     *
     * @return false if the broker is not connected, or more than 64 KiB of such messages are on their way
     */
    public boolean send(String topic, byte[] payload) {
        return sender.send(topic, payload);
    }

    /**
     * Publishes a small message, such as a command's state, with QoS 1 if the broker is connected; else it is dropped
     * and counted, for the sender of the command sees {@code offline}. Any thread; does not block.
     */
    public void publish(String topic, byte[] payload, boolean retain) {
        sender.report(topic, payload, retain);
    }

    /** Whether the broker has let us in and answered everything small that we have said since. Any thread. */
    public boolean isAcknowledged() {
        return sender.isAcknowledged();
    }

    /**
     * Publishes the retained {@code offline}, waits at most 1.5 s for acknowledgements, and disconnects. What was not
     * acknowledged stays in the outbox. Any thread; may be called twice.
     */
    @Override
    public void close() {
        sender.close();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
