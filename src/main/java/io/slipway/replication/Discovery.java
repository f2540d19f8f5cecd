package io.slipway.replication;

import io.slipway.config.ClusterConfig;
import io.slipway.config.PeerConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mdns.Instance;
import io.slipway.mdns.Listener;
import io.slipway.mdns.Mdns;
import io.slipway.mdns.Service;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/**
 * Announces this gateway on the LAN and connects to those of its cluster that are announced there. What they announce
 * is a candidate and no more: it is a member once its introduction has proved that it knows the password. The peers'
 * event loop.
 */
final class Discovery implements Listener, Closeable {
    private static final String TYPE = "_slipway._tcp.local.";
    private static final int MOST = 32;
    private static final int MOST_REMEMBERED = 256;
    /** Of an unending number of new names, one in so many milliseconds is taken up. */
    private static final long SPACING_MS = 30_000;
    /** The end with the greater id waits so long for the other one. */
    private static final long COURTESY_MS = 5000;
    private static final int LABEL = 50;
    private static final int PROTOCOL = 1;

    private final ClusterConfig config;
    private final TcpPeers peers;
    private final Health health;
    private final Mdns mdns;
    private final Map<String, TcpPeer> candidates = new ConcurrentHashMap<>();
    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private int allowance = MOST;
    private long allowedNs = System.nanoTime();

    /**
     * Announces nothing yet.
     *
     * @param peers listens already
     * @throws IOException if the address that it listens on is unknown
     */
    Discovery(ClusterConfig config, TcpPeers peers, Health health) throws IOException {
        this.config = config;
        this.peers = peers;
        this.health = health;
        Map<String, String> text = new LinkedHashMap<>();
        text.put("id", peers.id());
        text.put("cluster", config.name);
        text.put("tls", config.tls.isSet() ? "1" : "0");
        text.put("proto", PROTOCOL + "-" + PROTOCOL);
        this.mdns = new Mdns(peers.loop(), config.discoverInterfaces, InetAddress.getByName(config.listen.host),
            new Service(TYPE, label(peers.id()), peers.port(), text), this, new Random(), health);
    }

    /** The id as one label; what it is exactly is in the text. */
    private static String label(String id) {
        return id.substring(0, Math.min(LABEL, id.length())).replace('.', '-');
    }

    void start() {
        mdns.start();
    }

    @Override
    public void found(Instance instance) {
        lost(instance.name);
        String id = instance.text.get("id");
        String host = host(instance);
        boolean tls = "1".equals(instance.text.get("tls"));
        boolean isOfUs = id != null && !id.equals(peers.id()) && config.name.equals(instance.text.get("cluster"))
            && speaksOurs(instance.text.get("proto"));
        PeerConfig one = isOfUs && host != null ? PeerConfig.found(id, host, instance.port, tls) : null;
        // Without TLS readings would go in clear, which the configuration must allow.
        if (one == null || !tls && !config.allowPlain || hasWay(id)) {
            return;
        }
        if (candidates.size() >= MOST || !peers.engine().members().isReached(id) && !isAllowed()) {
            health.count(Counter.MDNS_DROPPED);
            return;
        }
        Logger.debug("Replication: {} says that it is at {}", id, one.address);
        TcpPeer peer = new TcpPeer(peers, one, true);
        candidates.put(instance.name, peer);
        if (found.size() < MOST_REMEMBERED) {
            found.add(id);
        }
        peers.loop().schedule(peer, peers.id().compareTo(id) < 0 ? 0 : COURTESY_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void lost(String name) {
        TcpPeer gone = candidates.remove(name);
        if (gone != null) {
            gone.stop();
        }
    }

    /** Whether that id was ever announced here. Any thread. */
    boolean hasFound(String id) {
        return found.contains(id);
    }

    /** Adds how to connect to those that are announced now. Any thread. */
    void addTo(List<PeerConfig> all) {
        for (TcpPeer peer : candidates.values()) {
            all.add(peer.config());
        }
    }

    /** Whether the configuration says how to get to it: that holds. */
    private boolean hasWay(String id) {
        for (PeerConfig peer : config.peers) {
            if (peer.id.equals(id)) {
                return peer.address != null || peer.via != null;
            }
        }
        return false;
    }

    private static String host(Instance instance) {
        for (InetAddress address : instance.addresses) {
            if (!address.isLoopbackAddress() && !address.isAnyLocalAddress() && !address.isMulticastAddress()) {
                return address.getHostAddress();
            }
        }
        return null;
    }

    /** {@code <min>-<max>}. */
    private static boolean speaksOurs(String range) {
        int dash = range == null ? -1 : range.indexOf('-');
        try {
            return dash > 0 && Integer.parseInt(range.substring(0, dash)) <= PROTOCOL
                && Integer.parseInt(range.substring(dash + 1)) >= PROTOCOL;
        } catch (NumberFormatException foreign) {
            return false;
        }
    }

    private boolean isAllowed() {
        long passed = (System.nanoTime() - allowedNs) / 1_000_000 / SPACING_MS;
        allowance = (int) Math.min(MOST, allowance + passed);
        allowedNs += passed * SPACING_MS * 1_000_000;
        if (allowance == 0) {
            return false;
        }
        allowance--;
        return true;
    }

    /** Says goodbye. Any thread but the event loop. */
    @Override
    public void close() {
        mdns.close();
    }
}
