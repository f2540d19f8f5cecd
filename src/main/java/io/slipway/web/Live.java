package io.slipway.web;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.util.Arrays;

/** Tells all who follow what happens. Any thread; costs next to nothing where nobody follows. */
final class Live {
    private static final LiveClient[] NOBODY = {};

    private final int most;
    private final Health health;
    private volatile LiveClient[] clients = NOBODY;

    Live(int most, Health health) {
        this.most = most;
        this.health = health;
    }

    /** False where there are too many already. */
    synchronized boolean join(LiveClient client) {
        if (clients.length >= most) {
            return false;
        }
        LiveClient[] more = Arrays.copyOf(clients, clients.length + 1);
        more[clients.length] = client;
        clients = more;
        return true;
    }

    synchronized void leave(LiveClient client) {
        client.end();
        int at = Arrays.asList(clients).indexOf(client);
        if (at >= 0) {
            LiveClient[] fewer = Arrays.copyOf(clients, clients.length - 1);
            System.arraycopy(clients, at + 1, fewer, at, fewer.length - at);
            clients = fewer;
        }
    }

    /**
     * Never waits.
     *
     * @param source {@code null} where it has none
     * @param json not changed any more; without line ends
     */
    void tell(String type, String node, String source, byte[] json) {
        LiveClient[] following = clients;
        byte[] event = null;
        for (LiveClient client : following) {
            if (client.wants(node, source)) {
                event = event == null ? LiveClient.event(type, json) : event;
                if (!client.offer(event)) {
                    health.count(Counter.WEB_LIVE_DROPPED);
                }
            }
        }
    }
}
