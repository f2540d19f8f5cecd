package io.slipway.mesh.mqttsn;

import io.slipway.config.MqttSnConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.Lan;
import io.slipway.mesh.Route;
import io.slipway.mesh.TopicRules;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;
import org.tinylog.Logger;

/** Takes each message to the client that sent it, and each message of the LAN to those who want it. One thread. */
final class MqttSnGateway {
    private static final int PROTOCOL = 1;

    final MqttSnConfig config;
    final TopicRules rules;
    final Alarms alarms;
    final Health health;
    final Budget budget;
    /** The longest message to a node, in bytes. */
    final int longest;
    private final Network network;
    private final Lan lan;
    private final Clients clients;
    /** Replaced as a whole; asked by the threads that publish on the LAN. */
    private volatile Interests interests;
    private boolean interestsAreOld;

    /**
     * @param root {@code slipway/<gateway>/}: the topics that are not the nodes'
     * @param longest the longest message to a node, in bytes
     */
    MqttSnGateway(MqttSnConfig config, String root, int longest, Network network, Lan lan, Alarms alarms,
                  Health health) {
        this.config = config;
        this.longest = longest;
        this.rules = new TopicRules(root);
        this.network = network;
        this.lan = lan;
        this.alarms = alarms;
        this.health = health;
        this.budget = new Budget(config.memoryBytes);
        this.clients = new Clients(this);
        this.interests = new Interests(clients.all());
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Clients that are remembered. */
    int size() {
        return clients.size();
    }

    /** Whether a client wants messages on this topic. Any thread. */
    boolean isWanted(String topic) {
        return interests.include(topic);
    }

    /** A datagram from a node. */
    void received(Eui64 node, Route from, byte[] datagram) {
        health.count(Counter.MQTTSN_RECEIVED);
        try {
            received(node, from, Message.decode(datagram));
        } catch (MalformedMessageException malformed) {
            health.count(Counter.MQTTSN_MALFORMED);
            Logger.debug("mqttsn: {} sent a malformed message: {}", node, malformed.getMessage());
        }
        if (interestsAreOld) {
            interestsAreOld = false;
            interests = new Interests(clients.all());
        }
    }

    private void received(Eui64 node, Route from, Message message) {
        if (message.type == MessageType.SEARCHGW) {
            send(from, new Message(MessageType.GWINFO).code(config.gatewayId));
        } else if (message.type == MessageType.CONNECT) {
            connect(node, from, message);
        } else if (message.type == MessageType.PUBLISH
            && Flags.qos(message.flags) == Flags.QOS_WITHOUT_CONNECTION) {
            publishWithoutConnection(node, message);
        } else {
            Session session = message.type == MessageType.PINGREQ && message.rest.length > 0
                ? clients.moved(node, message.text(), from) : clients.at(from);
            if (session == null || session.isGone()) {
                stranger(from, message.type);
            } else {
                session.received(message);
            }
        }
    }

    private void connect(Eui64 node, Route from, Message message) {
        String clientId = message.text();
        int code = ReturnCode.NOT_SUPPORTED;
        if (message.code == PROTOCOL && Clients.isId(clientId)) {
            Session session = clients.connecting(node, clientId, from);
            if (session != null) {
                session.connect(message, from);
                return;
            }
            code = ReturnCode.CONGESTION;
        }
        health.count(Counter.MQTTSN_REFUSED);
        send(from, new Message(MessageType.CONNACK).code(code));
    }

    /** Section 6.8: nothing is answered. */
    private void publishWithoutConnection(Eui64 node, Message message) {
        String topic = topicWithoutName(Flags.topicType(message.flags), message.topicId);
        if (topic != null && rules.mayPublish(topic)) {
            publish(node, topic, message.rest, 0, Flags.has(message.flags, Flags.RETAIN));
        } else {
            health.count(Counter.MQTTSN_REFUSED);
        }
    }

    /** Section 6.12: it is told that there is no connection, so that it connects. An answer needs no answer. */
    private void stranger(Route from, int type) {
        health.count(Counter.MQTTSN_UNCONNECTED);
        switch (type) {
            case MessageType.REGISTER:
            case MessageType.PUBLISH:
            case MessageType.PUBREL:
            case MessageType.SUBSCRIBE:
            case MessageType.UNSUBSCRIBE:
            case MessageType.PINGREQ:
            case MessageType.DISCONNECT:
            case MessageType.WILLTOPICUPD:
            case MessageType.WILLMSGUPD:
                send(from, new Message(MessageType.DISCONNECT));
                break;
            default:
                break;
        }
    }

    /** The topic that a predefined id or a short name stands for; {@code null} for none. */
    String topicWithoutName(int type, int id) {
        if (type == Flags.TOPIC_PREDEFINED) {
            return config.predefined.get(id);
        }
        return type == Flags.TOPIC_SHORT
            ? new String(new byte[] {(byte) (id >> 8), (byte) id}, StandardCharsets.UTF_8) : null;
    }

    /** A node's message, or its will. */
    void publish(Eui64 node, String topic, byte[] payload, int qos, boolean retain) {
        health.count(Counter.MQTTSN_READINGS);
        lan.published(node, topic, payload, qos, retain);
    }

    /** A message of the LAN; those of the nodes come back as such as well. */
    void message(String topic, byte[] payload, int qos) {
        for (Session session : clients.all()) {
            session.offer(topic, payload, qos);
        }
    }

    /** Hands a new subscriber what is retained. */
    void retained(final Session session, final String filter, final int most) {
        lan.retained(filter, new Lan.Receiver() {
            @Override
            public void message(String topic, byte[] payload, int qos) {
                if (TopicRules.isFor(filter, topic)) {
                    session.deliver(topic, payload, Math.min(qos, most), true);
                }
            }
        });
    }

    void subscriptionsChanged() {
        interestsAreOld = true;
    }

    void send(Route to, Message message) {
        network.send(to, message.encode());
    }
}
