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
import io.slipway.sync.Entry;
import io.slipway.sync.Replica;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Replication of one gateway: its readings go to other gateways and theirs come here, and values are shared with all.
 * A cloud node without readings of its own is a member of the same kind.
 * See docs/sync.md. Nothing of it ever holds up the intake of readings.
 */
public final class Replication implements Closeable {
    /** What a {@link Reply} hears where the value is not the one that was to be changed. */
    public static final String STALE = "the value is another by now";
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
     * @param store whose readings go to others: open, and to be closed after this; {@code null} for a member that takes
     *     none in, such as a cloud node
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

    /** What members may go through to, with this gateway's connection. Before {@link #start}. */
    public void uplinks(List<Uplink> uplinks) {
        tcp.uplinks(uplinks);
    }

    /** Whether there is a neighbour that {@link #tunnel} could go through. Any thread. */
    public boolean hasNeighbour() {
        return tcp.hasNeighbour();
    }

    /**
     * Begins a tunnel through a neighbour to the broker of the upstream that is called so there. Any thread; the
     * neighbour is asked only when somebody connects to the tunnel's port.
     *
     * @return {@code null} where no neighbour that this gateway can connect to is up
     */
    public Tunnel tunnel(String upstream) {
        return tcp.tunnel(upstream);
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
        String key = topic.substring(topics.shared().length());
        engine.write(key, payload.length == 0 ? null : payload, null, new Reply() {
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
     * Changes a shared value if it is the one that is meant. Any thread; does not wait.
     *
     * @param value {@code null} to take it away
     * @param ifMatch see {@link SharedValues#write}
     */
    public void change(String key, byte[] value, String ifMatch, Reply reply) {
        engine.write(key, value, ifMatch, reply);
    }

    /**
     * The names of all shared values, in no order. Any thread; waits, for a bounded time.
     *
     * @throws StoreException if there is no answer; the message is for people
     */
    public List<String> sharedNames() throws StoreException {
        return new Inquiry<List<String>>() {
            @Override
            List<String> find(ReplicaFile file, Replica replica) {
                List<String> names = new ArrayList<>();
                for (String name : file.values().keys()) {
                    if (replica.dataset().get(name) != null) {
                        names.add(name);
                    }
                }
                return names;
            }
        }.ask(engine);
    }

    /**
     * A shared value as {@link #answer} has it, and its stamp; {@code null} where there is none. Any thread; waits, for
     * a bounded time.
     *
     * @throws StoreException if there is no answer; the message is for people
     */
    public String[] sharedValue(final String name) throws StoreException {
        return new Inquiry<String[]>() {
            @Override
            String[] find(ReplicaFile file, Replica replica) {
                Entry entry = replica.dataset().get(name);
                return entry == null ? null : new String[] {SharedQuestions.json(entry), SharedValues.stamp(entry)};
            }
        }.ask(engine);
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

    /** What is held of others' readings, block by block, for a database. */
    public Deliveries deliveries() {
        return new Deliveries(engine);
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
