package io.slipway.replication;

import io.slipway.config.PeerConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Members that are reached by way of a broker which all of them are connected to. Who publishes to a member names
 * itself in the topic's last level, {@code r1/<cluster>/to/<to>/<from>}, so that the broker's access rules can see to
 * it that nobody takes another's name. Called by the threads of the broker's client.
 */
public final class BrokerPeers {
    /** Sends by way of the broker. */
    public interface Line {
        /** Publishes with QoS 1; false where the connection is down or too much waits. Any thread; does not block. */
        boolean send(String topic, byte[] payload);
    }

    /** Signs of life cost bytes of an uplink that may be dear. */
    private static final long BEAT_MS = 15_000;

    /** One member. */
    private final class BrokerWay implements Way {
        private final String id;
        private volatile boolean closed;

        BrokerWay(String id) {
            this.id = id;
        }

        @Override
        public boolean send(byte[] frame) {
            return !closed && line.send(root + id + "/" + self, frame);
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public String address() {
            return "via " + upstream;
        }

        @Override
        public boolean isOurs() {
            return true;
        }

        @Override
        public boolean isProof() {
            return false;
        }

        @Override
        public long beatMs() {
            return BEAT_MS;
        }
    }

    private final Engine engine;
    private final String upstream;
    private final String self;
    private final String root;
    private final List<String> ids = new ArrayList<>();
    private final List<BrokerWay> ways = new ArrayList<>();
    private volatile Line line;

    BrokerPeers(Engine engine, String cluster, String self, String upstream, List<PeerConfig> peers) {
        this.engine = engine;
        this.upstream = upstream;
        this.self = self;
        this.root = "r1/" + cluster + "/to/";
        for (PeerConfig peer : peers) {
            if (upstream.equals(peer.via)) {
                ids.add(peer.id);
            }
        }
    }

    /** What the topics begin with that messages for this gateway come on. */
    public String prefix() {
        return root + self + "/";
    }

    /** The broker is reached; {@code with} is how. */
    public synchronized void connected(Line with) {
        line = with;
        lost();
        for (String id : ids) {
            BrokerWay way = new BrokerWay(id);
            ways.add(way);
            engine.opened(id, way);
        }
    }

    /** The broker is lost. */
    public synchronized void lost() {
        for (BrokerWay way : ways) {
            way.close();
            engine.ended(way);
        }
        ways.clear();
    }

    /** A message came. From somebody who is no member that this gateway knows by name, it is passed over. */
    public void message(String topic, byte[] payload) {
        BrokerWay from = find(topic.substring(prefix().length()));
        if (from != null) {
            engine.received(from, payload);
        }
    }

    private synchronized BrokerWay find(String id) {
        for (BrokerWay way : ways) {
            if (way.id.equals(id)) {
                return way;
            }
        }
        return null;
    }
}
