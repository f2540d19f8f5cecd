package io.slipway.mesh.wired;

import io.slipway.frame.MqttFrame;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.CommandListener;
import io.slipway.mesh.Lan;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.Refusal;
import io.slipway.mesh.ServiceThread;
import io.slipway.mesh.TopicRules;
import io.slipway.mesh.WiredService;
import io.slipway.reading.Eui64;

/** MQTT in SLIP on one line: a thread of its own with an inbox. Any thread may call; nothing waits. */
public final class MqttInSlip implements WiredService {
    private static final int INBOX = 256;
    private static final long STOP_MS = 1000;
    private static final CommandListener NOBODY = new CommandListener() {
        @Override
        public void became(State state, Refusal refusal) {
            // The protocol has its own acknowledgements.
        }
    };

    private final Mesh mesh;
    private final int longest;
    private final Health health;
    private final ServiceThread thread;
    private final WiredClient client;

    /**
     * Starts the thread.
     *
     * @param root {@code slipway/<gateway>/}
     * @param longest the longest packet to the client, in bytes
     */
    public MqttInSlip(String name, final Mesh mesh, String root, int longest, Lan lan, Health health) {
        this.mesh = mesh;
        this.longest = longest;
        this.health = health;
        this.thread = new ServiceThread(name, "wired", new ServiceThread.Work() {
            @Override
            public void begin() {
                // The client speaks first.
            }

            @Override
            public void end() {
                // The client finds out by itself.
            }
        }, health);
        this.client = new WiredClient(new Line() {
            @Override
            public void send(byte[] packet) {
                mesh.send(packet, NOBODY);
            }
        }, lan, new TopicRules(root), thread.alarms, longest, health);
        thread.start();
    }

    @Override
    public void received(final MqttFrame packet) {
        post(new ServiceThread.Event() {
            @Override
            public void happen() {
                Eui64 node = mesh.borderRouter();
                client.received(node == null ? Eui64.LAN : node, packet);
            }
        });
    }

    /**
     * A message was published on the LAN, by whomever. Those that the client does not want cost next to nothing.
     *
     * @param qos 0, 1 or 2
     */
    public void message(final String topic, final byte[] payload, final int qos) {
        if (!client.wants(topic)) {
            return;
        }
        if (payload.length > longest) {
            health.count(Counter.WIRED_DROPPED);
            return;
        }
        post(new ServiceThread.Event() {
            @Override
            public void happen() {
                client.offer(topic, payload, qos);
            }
        });
    }

    private void post(ServiceThread.Event event) {
        if (!thread.post(event, INBOX)) {
            health.count(Counter.WIRED_INBOX_DROPPED);
        }
    }

    @Override
    public void stop() {
        thread.stop(STOP_MS);
    }
}
