package io.slipway.mesh.mqttsn;

import io.slipway.config.MqttSnConfig;
import io.slipway.health.Counter;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.mesh.CommandListener;
import io.slipway.mesh.Lan;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.Route;
import io.slipway.mesh.Refusal;
import io.slipway.mesh.ServiceThread;
import io.slipway.reading.Eui64;

/**
 * MQTT-SN 1.2 in one mesh: a thread of its own with an inbox, which owns all that there is to know of clients. Any
 * thread may call; nothing waits.
 */
public final class MqttSn {
    /** Datagrams and messages of the LAN that wait to be worked on. */
    private static final int INBOX = 512;
    private static final long STOP_MS = 1000;
    private static final CommandListener NOBODY = new CommandListener() {
        @Override
        public void became(State state, Refusal refusal) {
            // The protocol has its own acknowledgements.
        }
    };

    private final int longest;
    private final Health health;
    private final ServiceThread thread;
    private final MqttSnGateway gateway;
    /** For the status; written by the thread. */
    private volatile int clients;

    /**
     * Starts the thread.
     *
     * @param root {@code slipway/<gateway>/}
     * @param longest the longest message to a node, in bytes
     */
    public MqttSn(String name, final Mesh mesh, MqttSnConfig config, String root, int longest, Lan lan,
                  Health health) {
        this.longest = longest;
        this.health = health;
        final Advertiser advertiser = config.advertiseS == 0 ? null : new Advertiser(mesh, config);
        this.thread = new ServiceThread(name, "mqttsn", new ServiceThread.Work() {
            @Override
            public void begin() {
                if (advertiser != null) {
                    advertiser.begin(thread.alarms);
                }
            }

            @Override
            public void end() {
                // The clients find out by themselves: their sessions end with this life of the gateway.
            }
        }, health);
        this.gateway = new MqttSnGateway(config, root, longest, new Network() {
            @Override
            public void send(Route to, byte[] message) {
                mesh.send(to, message, NOBODY);
            }
        }, lan, thread.alarms, health);
        health.gauge(name + "_mqttsn_clients", new Gauge() {
            @Override
            public long value() {
                return clients;
            }
        });
        thread.start();
    }

    /** A datagram that came to our port. */
    public void received(final Eui64 node, final Route back, final byte[] payload) {
        post(new ServiceThread.Event() {
            @Override
            public void happen() {
                gateway.received(node, back, payload);
                clients = gateway.size();
            }
        });
    }

    /**
     * A message was published on the LAN, by whomever. Those that no client wants cost next to nothing.
     *
     * @param qos 0, 1 or 2
     */
    public void message(final String topic, final byte[] payload, final int qos) {
        if (!gateway.isWanted(topic)) {
            return;
        }
        if (payload.length > longest) {
            health.count(Counter.MQTTSN_DROPPED);
            return;
        }
        post(new ServiceThread.Event() {
            @Override
            public void happen() {
                gateway.message(topic, payload, qos);
            }
        });
    }

    private void post(ServiceThread.Event event) {
        if (!thread.post(event, INBOX)) {
            health.count(Counter.MQTTSN_INBOX_DROPPED);
        }
    }

    /** Ends the thread once what came has been worked on. Returns within a second. */
    public void stop() {
        thread.stop(STOP_MS);
    }
}
