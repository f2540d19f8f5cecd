package io.slipway.replication;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.slipway.config.PeerConfig;
import io.slipway.retry.Backoff;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/** Another gateway that we connect to, again and again until there is a connection. Its event loop only. */
final class TcpPeer implements Runnable, Caller {
    private static final long RETRY_MIN_MS = 1000;
    private static final long RETRY_MAX_MS = 30_000;
    /** Whoever announces itself without being a member costs little. */
    private static final long FOUND_RETRY_MAX_MS = 300_000;
    private static final long LOOK_MS = 5000;
    /** What lasts so long was more than an introduction. */
    private static final long LASTED_NS = 60_000_000_000L;

    private final TcpPeers peers;
    private final PeerConfig config;
    private final Backoff backoff;
    private final boolean isFound;
    private long connectedNs;
    private boolean stopped;

    TcpPeer(TcpPeers peers, PeerConfig config) {
        this(peers, config, false);
    }

    /** @param isFound whether nobody but itself says that it is a member */
    TcpPeer(TcpPeers peers, PeerConfig config, boolean isFound) {
        this.peers = peers;
        this.config = config;
        this.isFound = isFound;
        this.backoff = new Backoff(RETRY_MIN_MS, isFound ? FOUND_RETRY_MAX_MS : RETRY_MAX_MS, new Random());
    }

    @Override
    public String id() {
        return config.id;
    }

    @Override
    public boolean accepts(byte[] certificate) {
        return accepts(config, certificate);
    }

    /** Whether the certificate with this SHA-256 will do for that member. */
    static boolean accepts(PeerConfig config, byte[] certificate) {
        if (config.fingerprint == null) {
            return true;
        }
        StringBuilder hex = new StringBuilder();
        for (byte one : certificate) {
            hex.append(Character.forDigit(one >> 4 & 0xf, 16)).append(Character.forDigit(one & 0xf, 16));
        }
        return config.fingerprint.contentEquals(hex);
    }

    /** Connects no more; a connection that there is stays. */
    void stop() {
        stopped = true;
    }

    /** Where it is. Any thread. */
    PeerConfig config() {
        return config;
    }

    /** Connects. */
    @Override
    public void run() {
        if (peers.isClosed() || stopped) {
            return;
        }
        connectedNs = System.nanoTime();
        if (peers.engine().members().isReached(config.id)) {
            // It came to us meanwhile.
            if (isFound) {
                // Whoever is reached is no stranger, and is not to be waited for long when it goes.
                backoff.reset();
                peers.loop().schedule(this, LOOK_MS, TimeUnit.MILLISECONDS);
            } else {
                again();
            }
            return;
        }
        Bootstrap bootstrap = peers.bootstrap(this, config.tls);
        bootstrap.connect(config.address.host, config.address.port).addListener(new ChannelFutureListener() {
            @Override
            public void operationComplete(ChannelFuture connected) {
                if (!connected.isSuccess()) {
                    Logger.debug("Replication: {} is not reached: {}", config.id, connected.cause().getMessage());
                    again();
                }
            }
        });
    }

    @Override
    public boolean isTunnel() {
        return false;
    }

    @Override
    public ChannelHandler introduced() {
        return new TcpWay(peers, this, config.id);
    }

    /** A connection has ended. Where it answered, the next attempt comes soon. */
    @Override
    public void ended(boolean answered, String refusal) {
        if (answered && (!isFound || System.nanoTime() - connectedNs > LASTED_NS)) {
            backoff.reset();
        }
        again();
    }

    private void again() {
        if (!peers.isClosed() && !stopped) {
            peers.loop().schedule(this, backoff.nextMs(), TimeUnit.MILLISECONDS);
        }
    }
}
