package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.config.UpstreamConfig;
import io.slipway.health.Health;
import io.slipway.ingest.Clock;
import io.slipway.reading.Topics;
import io.slipway.replication.BrokerPeers;
import io.slipway.replication.Lan;
import io.slipway.replication.Replication;
import io.slipway.replication.Tunnel;
import io.slipway.replication.Uplink;
import io.slipway.replication.WallClock;
import io.slipway.store.Store;
import io.slipway.upstream.Detour;
import io.slipway.upstream.Passenger;
import io.slipway.upstream.Upstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Connects replication with the gateway's other parts. Its classes are loaded where there is a cluster only. */
final class Sharing {
    private Sharing() {
    }

    /** Before the broker is started. */
    static Replication open(Config config, Topics topics, Store store, final LanBroker broker, final Clock clock,
                            Health health) throws IOException {
        broker.shareValues();
        return new Replication(config.cluster, config.gateway.id, topics, config.gateway.dataDir, store, new Lan() {
            @Override
            public void publish(String topic, byte[] payload) {
                broker.publish(topic, payload, 1, true);
            }
        }, new WallClock() {
            @Override
            public long wallMs() {
                return clock.wall();
            }

            @Override
            public boolean isTrusted() {
                return clock.isTrusted(clock.wall());
            }
        }, health);
    }

    /** Members that are reached by way of an upstream go along on its connection. */
    static void carry(Replication replication, final Upstream upstream, String name) {
        final BrokerPeers peers = replication.via(name);
        if (peers == null) {
            return;
        }
        final BrokerPeers.Line line = new BrokerPeers.Line() {
            @Override
            public boolean send(String topic, byte[] payload) {
                return upstream.send(topic, payload);
            }
        };
        upstream.carry(new Passenger() {
            @Override
            public String prefix() {
                return peers.prefix();
            }

            @Override
            public void connected() {
                peers.connected(line);
            }

            @Override
            public void lost() {
                peers.lost();
            }

            @Override
            public void message(String topic, byte[] payload) {
                peers.message(topic, payload);
            }
        });
    }

    /** Members may go through this gateway's upstreams, and its upstreams through members. Before either is started. */
    static void tunnels(Replication replication, List<Upstream> upstreams, List<UpstreamConfig> configs) {
        List<Uplink> uplinks = new ArrayList<>();
        for (int i = 0; i < upstreams.size(); i++) {
            uplinks.add(uplink(upstreams.get(i), configs.get(i)));
            upstreams.get(i).detour(detour(replication, configs.get(i).name));
        }
        replication.uplinks(uplinks);
    }

    private static Uplink uplink(final Upstream upstream, final UpstreamConfig config) {
        return new Uplink() {
            @Override
            public UpstreamConfig config() {
                return config;
            }

            @Override
            public boolean isConnected() {
                return upstream.isConnected();
            }

            @Override
            public String via() {
                return upstream.via();
            }
        };
    }

    private static Detour detour(final Replication replication, final String name) {
        return new Detour() {
            @Override
            public boolean isThere() {
                return replication.hasNeighbour();
            }

            @Override
            public Route open() {
                Tunnel tunnel = replication.tunnel(name);
                return tunnel == null ? null : route(tunnel);
            }
        };
    }

    private static Detour.Route route(final Tunnel tunnel) {
        return new Detour.Route() {
            @Override
            public String via() {
                return tunnel.neighbour();
            }

            @Override
            public int port() {
                return tunnel.port();
            }

            @Override
            public String failure() {
                return tunnel.failure();
            }

            @Override
            public void close() {
                tunnel.close();
            }
        };
    }
}
