package io.slipway.mesh.mqttsn;

import io.slipway.health.Counter;
import io.slipway.mesh.RecentPublishes;
import io.slipway.mesh.Route;

/** What a connected client asks for: topic ids, subscriptions, and that its messages are taken. One thread. */
final class Requests {
    private final Session session;
    private final MqttSnGateway gateway;

    Requests(Session session, MqttSnGateway gateway) {
        this.session = session;
        this.gateway = gateway;
    }

    void received(Message message) {
        switch (message.type) {
            case MessageType.REGISTER:
                register(message);
                break;
            case MessageType.PUBLISH:
                publish(message);
                break;
            case MessageType.PUBREL:
                session.received.release(message.id);
                session.reply(new Message(MessageType.PUBCOMP).id(message.id));
                break;
            case MessageType.SUBSCRIBE:
                subscribe(message);
                break;
            case MessageType.UNSUBSCRIBE:
                String filter = topic(message);
                if (filter != null) {
                    session.subscriptions.remove(filter);
                    gateway.subscriptionsChanged();
                }
                session.reply(new Message(MessageType.UNSUBACK).id(message.id));
                break;
            default:
                gateway.health.count(Counter.MQTTSN_REFUSED);
                break;
        }
    }

    private void register(Message message) {
        String topic = message.text();
        Message ack = new Message(MessageType.REGACK).id(message.id);
        int id = gateway.rules.mayPublish(topic) ? session.topics.give(topic) : -1;
        if (id > 0) {
            session.topics.known(id, true);
            session.reply(ack.topicId(id).code(ReturnCode.ACCEPTED));
        } else {
            refuse(ack.code(id == 0 ? ReturnCode.CONGESTION : ReturnCode.NOT_SUPPORTED));
        }
    }

    private void publish(Message message) {
        int qos = Flags.qos(message.flags);
        String topic = topic(message);
        Message ack = new Message(MessageType.PUBACK).topicId(message.topicId).id(message.id);
        if (topic == null) {
            // Section 6.6: that is said even where QoS 0 has no other answer.
            refuse(ack.code(Flags.topicType(message.flags) > Flags.TOPIC_SHORT ? ReturnCode.NOT_SUPPORTED
                : ReturnCode.INVALID_TOPIC_ID));
        } else if (!gateway.rules.mayPublish(topic)) {
            refuse(ack.code(ReturnCode.NOT_SUPPORTED));
        } else {
            if (qos == 0 || isNew(message, qos)) {
                gateway.publish(session.node, topic, message.rest, qos, Flags.has(message.flags, Flags.RETAIN));
            } else {
                gateway.health.count(Counter.MQTTSN_DUPLICATES);
            }
            if (qos == 1) {
                session.reply(ack.code(ReturnCode.ACCEPTED));
            } else if (qos == 2) {
                session.reply(new Message(MessageType.PUBREC).id(message.id));
            }
        }
    }

    private boolean isNew(Message publish, int qos) {
        int topic = Flags.topicType(publish.flags) << 16 | publish.topicId;
        return session.received.isNew(publish.id, RecentPublishes.content(topic, publish.rest),
            Flags.has(publish.flags, Flags.DUP), qos, gateway.alarms.nowMs());
    }

    /** The topic that a PUBLISH, SUBSCRIBE or UNSUBSCRIBE is about; {@code null} for an id that means nothing. */
    private String topic(Message message) {
        boolean isPublish = message.type == MessageType.PUBLISH;
        int type = Flags.topicType(message.flags);
        if (type == Flags.TOPIC_NORMAL) {
            return isPublish ? session.topics.name(message.topicId) : message.text();
        }
        if (!isPublish && message.rest.length != 2) {
            return null;
        }
        int id = isPublish ? message.topicId : Message.word(message.rest, 0);
        return gateway.topicWithoutName(type, id);
    }

    private void subscribe(Message message) {
        int qos = Flags.qos(message.flags);
        int type = Flags.topicType(message.flags);
        String filter = topic(message);
        Message ack = new Message(MessageType.SUBACK).id(message.id);
        if (filter == null && type == Flags.TOPIC_PREDEFINED) {
            refuse(ack.code(ReturnCode.INVALID_TOPIC_ID));
        } else if (filter == null || qos == Flags.QOS_WITHOUT_CONNECTION
            || !gateway.rules.maySubscribe(session.node, filter)) {
            refuse(ack.code(ReturnCode.NOT_SUPPORTED));
        } else if (subscribe(filter, qos, type, ack, message)) {
            session.reply(ack.flags(Flags.ofQos(qos)).code(ReturnCode.ACCEPTED));
            gateway.subscriptionsChanged();
            gateway.retained(session, filter, qos);
        } else {
            refuse(ack.code(ReturnCode.CONGESTION));
        }
    }

    /** Whether there was room; puts the topic id into the answer, 0 for a wildcard. */
    private boolean subscribe(String filter, int qos, int type, Message ack, Message asked) {
        int id = 0;
        if (type != Flags.TOPIC_NORMAL) {
            id = Message.word(asked.rest, 0);
        } else if (!Subscription.isWildcard(filter)) {
            id = session.topics.give(filter);
            if (id == 0) {
                return false;
            }
            session.topics.known(id, true);
        }
        ack.topicId(id);
        return session.subscriptions.add(new Subscription(filter, qos, type, id));
    }

    private void refuse(Message answer) {
        gateway.health.count(Counter.MQTTSN_REFUSED);
        Route to = session.route();
        gateway.send(to, answer);
    }
}
