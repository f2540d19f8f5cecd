package io.slipway.mesh.wired;

import io.slipway.frame.MqttFrame;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Lan;
import io.slipway.mesh.RecentPublishes;
import io.slipway.mesh.TopicRules;
import io.slipway.reading.Eui64;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.tinylog.Logger;

/**
 * The broker's end of the one client on a line (MQTT 3.1.1 section 3). A client that publishes without a CONNECT is
 * taken as well: on a line there is nobody else it could be. As an alarm it rings when the client was silent for too
 * long. One thread.
 */
final class WiredClient extends Alarms.Alarm {
    private static final int ACCEPTED = 0;
    private static final int WRONG_VERSION = 1;
    private static final int REFUSED = 0x80;
    private static final int CLEAN = 2;
    private static final int WILL = 4;
    private static final int WILL_QOS_SHIFT = 3;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER = 0x80;

    private final Line line;
    private final Lan lan;
    private final TopicRules rules;
    private final Alarms alarms;
    private final Health health;
    private final RecentPublishes received = new RecentPublishes();
    private final WiredSubscriptions subscriptions = new WiredSubscriptions();
    private final Outbound outbound;
    private Eui64 node = Eui64.LAN;
    private String clientId;
    private boolean connected;
    private boolean clean = true;
    private int keepAliveS;
    private String willTopic;
    private byte[] willPayload;
    private int willFlags;

    /** @param longest the longest packet to the client, in bytes */
    WiredClient(Line line, Lan lan, TopicRules rules, Alarms alarms, int longest, Health health) {
        this.line = line;
        this.lan = lan;
        this.rules = rules;
        this.alarms = alarms;
        this.health = health;
        this.outbound = new Outbound(line, alarms, longest, health);
    }

    /** Whether the client wants messages on this topic. Any thread. */
    boolean wants(String topic) {
        return subscriptions.qos(topic) >= 0;
    }

    /** @param from the name under which its messages become readings */
    void received(Eui64 from, MqttFrame packet) {
        health.count(Counter.WIRED_RECEIVED);
        node = from;
        try {
            received(packet.mqttType(), packet.flags(), new PacketReader(packet.body()));
        } catch (MalformedPacketException malformed) {
            health.count(Counter.WIRED_MALFORMED);
            Logger.debug("A malformed MQTT packet in a SLIP frame: {}", malformed.getMessage());
            return;
        }
        if (connected && keepAliveS > 0) {
            alarms.set(this, keepAliveS * 1500L);
        }
        outbound.heard();
    }

    private void received(int type, int flags, PacketReader in) throws MalformedPacketException {
        switch (type) {
            case PacketType.CONNECT:
                connect(in);
                break;
            case PacketType.PUBLISH:
                publish(flags, in);
                break;
            case PacketType.PUBREL:
                int released = in.id();
                received.release(released);
                answer(PacketType.PUBCOMP, released);
                break;
            case PacketType.PUBACK:
            case PacketType.PUBREC:
            case PacketType.PUBCOMP:
                outbound.answered(type, in.id());
                break;
            case PacketType.SUBSCRIBE:
                subscribe(in);
                break;
            case PacketType.UNSUBSCRIBE:
                int id = in.id();
                while (!in.isAtEnd()) {
                    subscriptions.remove(in.text());
                }
                answer(PacketType.UNSUBACK, id);
                break;
            case PacketType.PINGREQ:
                line.send(MqttFrame.encode(PacketType.first(PacketType.PINGRESP), new byte[0]));
                break;
            case PacketType.DISCONNECT:
                leave();
                break;
            default:
                throw new MalformedPacketException("type " + type + " is for clients");
        }
    }

    private void connect(PacketReader in) throws MalformedPacketException {
        String protocol = in.text();
        int level = in.octet();
        int flags = in.octet();
        int newKeepAliveS = in.word();
        String newClientId = in.text();
        boolean hasWill = (flags & WILL) != 0;
        String newWillTopic = hasWill ? in.text() : null;
        byte[] newWillPayload = hasWill ? in.binary() : null;
        // There is nobody else on the line: who it is is known.
        if ((flags & USER) != 0) {
            in.text();
        }
        if ((flags & PASSWORD) != 0) {
            in.binary();
        }
        if (!(protocol.equals("MQTT") && level == 4 || protocol.equals("MQIsdp") && level == 3)) {
            health.count(Counter.WIRED_REFUSED);
            connack(false, WRONG_VERSION);
            return;
        }
        // As if its connection had been lost: who was there before has not taken leave (MQTT 3.1.1, 3.1.4-2).
        publishWill();
        boolean present = (flags & CLEAN) == 0 && !clean && newClientId.equals(clientId);
        if (!present) {
            clear();
        }
        clientId = newClientId;
        clean = (flags & CLEAN) != 0;
        keepAliveS = newKeepAliveS;
        alarms.cancel(this);
        willTopic = hasWill && rules.mayPublish(newWillTopic) ? newWillTopic : null;
        willPayload = newWillPayload;
        willFlags = flags;
        connected = true;
        connack(present, ACCEPTED);
    }

    private void connack(boolean present, int code) {
        line.send(MqttFrame.encode(PacketType.first(PacketType.CONNACK),
            new byte[] {(byte) (present ? 1 : 0), (byte) code}));
    }

    private void publish(int flags, PacketReader in) throws MalformedPacketException {
        int qos = flags >> 1 & 3;
        String topic = in.text();
        int id = qos == 0 ? 0 : in.id();
        byte[] payload = in.rest();
        if (!rules.mayPublish(topic)) {
            // MQTT 3.1.1 has no word for it: the message is acknowledged, or it would be sent for ever.
            health.count(Counter.WIRED_REFUSED);
        } else if (qos == 0 || received.isNew(id, RecentPublishes.content(topic.hashCode(), payload),
            (flags & 8) != 0, qos, alarms.nowMs())) {
            health.count(Counter.WIRED_READINGS);
            lan.published(node, topic, payload, qos, (flags & 1) != 0);
        } else {
            health.count(Counter.WIRED_DUPLICATES);
        }
        if (qos > 0) {
            answer(qos == 1 ? PacketType.PUBACK : PacketType.PUBREC, id);
        }
    }

    private void subscribe(PacketReader in) throws MalformedPacketException {
        int id = in.id();
        connected = true;
        ByteArrayOutputStream granted = new ByteArrayOutputStream();
        granted.write(id >> 8);
        granted.write(id);
        List<String> filters = new ArrayList<>();
        while (!in.isAtEnd()) {
            String filter = in.text();
            int qos = in.octet();
            if (qos <= 2 && rules.maySubscribe(node, filter) && subscriptions.add(filter, qos)) {
                granted.write(qos);
                filters.add(filter);
            } else {
                health.count(Counter.WIRED_REFUSED);
                granted.write(REFUSED);
            }
        }
        line.send(MqttFrame.encode(PacketType.first(PacketType.SUBACK), granted.toByteArray()));
        for (String filter : filters) {
            retained(filter);
        }
    }

    private void retained(final String filter) {
        lan.retained(filter, new Lan.Receiver() {
            @Override
            public void message(String topic, byte[] payload, int qos) {
                int wanted = subscriptions.qos(topic);
                if (wanted >= 0 && TopicRules.isFor(filter, topic)) {
                    outbound.add(topic, payload, Math.min(qos, wanted), true);
                }
            }
        });
    }

    /** A message of the LAN, or of the client itself, if it wants it. */
    void offer(String topic, byte[] payload, int qos) {
        int wanted = subscriptions.qos(topic);
        if (wanted >= 0 && (connected || !clean && Math.min(qos, wanted) > 0)) {
            outbound.add(topic, payload, Math.min(qos, wanted), false);
        }
    }

    /** The client was silent for too long. */
    @Override
    protected void ring() {
        publishWill();
        leave();
    }

    private void publishWill() {
        String topic = willTopic;
        willTopic = null;
        if (topic != null) {
            health.count(Counter.WIRED_READINGS);
            lan.published(node, topic, willPayload, Math.min(2, willFlags >> WILL_QOS_SHIFT & 3),
                (willFlags & WILL_RETAIN) != 0);
        }
    }

    private void leave() {
        connected = false;
        willTopic = null;
        alarms.cancel(this);
        if (clean) {
            clear();
        }
    }

    private void clear() {
        outbound.clear();
        subscriptions.clear();
        received.clear();
    }

    private void answer(int type, int id) {
        line.send(MqttFrame.encode(PacketType.first(type), new byte[] {(byte) (id >> 8), (byte) id}));
    }
}
