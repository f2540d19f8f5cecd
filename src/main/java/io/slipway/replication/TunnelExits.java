package io.slipway.replication;

import io.netty.channel.EventLoop;
import io.slipway.health.Health;
import java.util.List;

/** What this gateway lets others through to: its own upstreams, where it is connected itself. The event loop only. */
final class TunnelExits {
    /** Tunnels at one time: each costs two connections and up to 64 KB in each direction. */
    static final int MOST = 8;

    private final boolean allowed;
    private final List<Uplink> uplinks;
    private final EventLoop loop;
    private final Health health;
    private int open;

    TunnelExits(boolean allowed, List<Uplink> uplinks, EventLoop loop, Health health) {
        this.allowed = allowed;
        this.uplinks = uplinks;
        this.loop = loop;
        this.health = health;
    }

    /** The upstream of that name; {@code null} where there is none. */
    Uplink find(String name) {
        for (Uplink uplink : uplinks) {
            if (uplink.config().name.equals(name)) {
                return uplink;
            }
        }
        return null;
    }

    /** {@link TunnelReply#OPEN}, or why nobody can go there now. */
    TunnelReply judge(Uplink uplink) {
        if (!allowed) {
            return TunnelReply.OFF;
        }
        if (uplink == null) {
            return TunnelReply.UNKNOWN;
        }
        if (!uplink.isConnected()) {
            return TunnelReply.NOT_CONNECTED;
        }
        if (uplink.via() != null) {
            return TunnelReply.INDIRECT;
        }
        return open >= MOST ? TunnelReply.BUSY : TunnelReply.OPEN;
    }

    /** One tunnel more, from its request on. */
    void began() {
        open++;
    }

    /** One tunnel less. */
    void ended() {
        open--;
    }

    EventLoop loop() {
        return loop;
    }

    Health health() {
        return health;
    }
}
