package io.slipway.replication;

import io.slipway.config.ClusterConfig;
import io.slipway.config.PeerConfig;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Topics;
import io.slipway.store.Position;
import io.slipway.store.ReplicaFile;
import io.slipway.store.Slice;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import io.slipway.store.TimeRange;
import io.slipway.sync.Replica;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Replication of one gateway: its readings go to other gateways and theirs come here, and values are shared with all.
 * See docs/sync.md. Nothing of it ever holds up the intake of readings.
 */
public final class Replication implements Closeable {
    private static final long CLOSE_MS = 5000;

    private final ClusterConfig config;
    private final String gateway;
    private final Topics topics;
    private final Members members;
    private final Engine engine;
    private final TcpPeers tcp;
    private final Thread thread;
    private final SharedQuestions questions;

    /**
     * Reads passwords and certificates; opens and connects to nothing yet.
     *
     * @param directory where the replica's file stands or is made
     * @param store whose readings go to others: open, and to be closed after this
     * @throws IOException if a file of the configuration cannot be used; the message says which and why
     */
    public Replication(ClusterConfig config, String gateway, Topics topics, Path directory, Store store, Lan lan,
                       WallClock clock, final Health health) throws IOException {
        this.config = config;
        this.gateway = gateway;
        this.topics = topics;
        this.members = new Members(gateway, topics.peers(), config.peers, lan, clock, health);
        this.engine = new Engine(config, gateway, directory, store, clock, members,
            new SharedValues(config, topics.shared(), lan, clock, health), health);
        this.tcp = new TcpPeers(config, gateway, directory, engine, health);
        this.questions = new SharedQuestions(engine);
        this.thread = new Thread(engine, "replication");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(new Thread.UncaughtExceptionHandler() {
            @Override
            public void uncaughtException(Thread dead, Throwable cause) {
                health.alarm(dead, cause);
            }
        });
        health.gauge("replica_bytes", new Gauge() {
            @Override
            public long value() {
                return engine.usedBytes();
            }
        });
    }

    /**
     * Begins, on threads of its own. Listens when it returns, where it is to. Call once.
     *
     * @throws IOException if the address cannot be bound
     */
    public void start() throws IOException {
        thread.start();
        tcp.start();
    }

    /** The members that are reached by way of an upstream; {@code null} where there are none. */
    public BrokerPeers via(String upstream) {
        for (PeerConfig peer : config.peers) {
            if (upstream.equals(peer.via)) {
                return new BrokerPeers(engine, config.name, gateway, upstream, config.peers);
            }
        }
        return null;
    }

    /** The port that other gateways connect to; 0 where there is none. After {@link #start}. */
    public int port() {
        return tcp.port();
    }

    /**
     * A LAN client published to a topic of shared values. An empty payload takes the value away. Any thread; does not
     * block. What is refused is counted, and the value as it is published again.
     */
    public void published(String topic, byte[] payload) {
        engine.write(topic.substring(topics.shared().length()), payload.length == 0 ? null : payload, new Reply() {
            @Override
            public void done(String refusal) {
                // The LAN sees the value as it is then.
            }
        });
    }

    /**
     * Answers a question about shared values, see {@link SharedQuestions}; waits, for a bounded time, for a change to
     * be durable. Any thread but replication's own.
     *
     * @return in ASCII: a plus sign and the answer, or a minus sign and why there is none
     */
    public String answer(String question) {
        return questions.answer(question);
    }

    /**
     * A slice of what is held of a gateway's readings; see {@link io.slipway.store.History#next}. Any thread.
     *
     * @throws StoreException if it cannot be read; the message is for people
     */
    public Slice slice(final String origin, final Position after, final TimeRange range) throws StoreException {
        return new Inquiry<Slice>() {
            @Override
            Slice find(ReplicaFile file, Replica replica) throws StoreException {
                return file.history(origin).next(after, range);
            }
        }.ask(engine);
    }

    /** Writes {@code peers} into the object that is open. Any thread. */
    public void writeTo(JsonWriter json) {
        members.writeTo(json, tcp);
    }

    /** Puts the last readings into blocks, takes leave of the others and ends the threads. May be called twice. */
    @Override
    public void close() {
        engine.close();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        tcp.close();
    }
}
