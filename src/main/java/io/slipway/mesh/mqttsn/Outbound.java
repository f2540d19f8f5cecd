package io.slipway.mesh.mqttsn;

import io.slipway.health.Counter;
import io.slipway.mesh.Alarms;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * What is on its way to one client: a bounded queue, of whose messages with QoS 1 or 2 one is under way at a time
 * (MQTT-SN 1.2 section 6.9). A topic whose id the client does not know is registered first. What is not answered is
 * sent again; after the last attempt it waits until the client is heard again, and is not lost. One thread.
 */
final class Outbound extends Alarms.Alarm {
    /** How far the first message of the queue has come. */
    private enum Stage { IDLE, REGISTERING, PUBLISHING, RELEASING }

    /** One message for the client. Immutable. */
    private static final class Waiting {
        /** What it costs beside topic and payload, about. */
        private static final int EACH = 60;
        /** Long length, type, flags, topic id, message id. */
        private static final int HEAD = 9;

        private final String topic;
        private final byte[] payload;
        private final int qos;
        private final boolean retain;

        Waiting(String topic, byte[] payload, int qos, boolean retain) {
            this.topic = topic;
            this.payload = payload;
            this.qos = qos;
            this.retain = retain;
        }

        /** Whether the line takes its PUBLISH, and the REGISTER that may have to go before. */
        boolean fits(int longest) {
            return payload.length + HEAD <= longest && MqttSnGateway.utf8(topic).length + HEAD <= longest;
        }

        int cost() {
            return EACH + 2 * topic.length() + payload.length;
        }
    }

    private final Session session;
    private final MqttSnGateway gateway;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private Stage stage = Stage.IDLE;
    /** The message that waits for its answer; not when idle. */
    private Message inFlight;
    private int attempts;
    /** Every attempt was in vain. */
    private boolean stalled;
    /** Whether the client has refused the topic id of the first message before. */
    private boolean refused;
    private int lastId;

    Outbound(Session session, MqttSnGateway gateway) {
        this.session = session;
        this.gateway = gateway;
    }

    int size() {
        return queue.size();
    }

    /** Takes a message in; where there is no room, the oldest that waits goes for it, or else it does itself. */
    void add(String topic, byte[] payload, int qos, boolean retain) {
        Waiting waiting = new Waiting(topic, payload, qos, retain);
        if (!waiting.fits(gateway.longest)) {
            gateway.health.count(Counter.MQTTSN_DROPPED);
            return;
        }
        if (queue.size() >= gateway.config.queue) {
            dropOldest();
        }
        while (!gateway.budget.take(waiting.cost())) {
            if (!dropOldest()) {
                gateway.health.count(Counter.MQTTSN_DROPPED);
                return;
            }
        }
        queue.add(waiting);
        pump();
    }

    /** Drops the oldest message that is not under way; false where there is none. */
    private boolean dropOldest() {
        Iterator<Waiting> oldest = queue.iterator();
        if (stage != Stage.IDLE) {
            oldest.next();
        }
        if (!oldest.hasNext()) {
            return false;
        }
        gateway.budget.give(oldest.next().cost());
        oldest.remove();
        gateway.health.count(Counter.MQTTSN_DROPPED);
        return true;
    }

    /** Sends what can be sent now. */
    void pump() {
        while (stage == Stage.IDLE && !queue.isEmpty() && session.isListening()) {
            begin(queue.peek());
        }
        if (stage == Stage.IDLE && queue.isEmpty()) {
            session.drained();
        }
    }

    private void begin(Waiting first) {
        Subscription subscription = session.subscriptions.to(first.topic);
        if (subscription == null) {
            // The client has taken its subscription back meanwhile.
            next();
            return;
        }
        int type = subscription.topicType;
        int topicId = subscription.topicId;
        if (type == Flags.TOPIC_NORMAL) {
            topicId = session.topics.give(first.topic);
            if (topicId == 0) {
                gateway.health.count(Counter.MQTTSN_DROPPED);
                next();
                return;
            }
            if (!session.topics.isKnown(topicId)) {
                start(Stage.REGISTERING, new Message(MessageType.REGISTER).topicId(topicId).id(nextId())
                    .rest(MqttSnGateway.utf8(first.topic)));
                return;
            }
        }
        Message publish = new Message(MessageType.PUBLISH)
            .flags(Flags.ofQos(first.qos) | (first.retain ? Flags.RETAIN : 0) | type)
            .topicId(topicId).rest(first.payload);
        if (first.qos == 0) {
            gateway.send(session.route(), publish);
            delivered();
        } else {
            start(Stage.PUBLISHING, publish.id(nextId()));
        }
    }

    private int nextId() {
        lastId = lastId == 0xffff ? 1 : lastId + 1;
        return lastId;
    }

    private void start(Stage next, Message message) {
        stage = next;
        inFlight = message;
        attempts = 1;
        stalled = false;
        send();
    }

    private void send() {
        gateway.send(session.route(), inFlight);
        gateway.alarms.set(this, gateway.config.retryMs);
    }

    private void sendAgain() {
        gateway.health.count(Counter.MQTTSN_RETRANSMITTED);
        if (stage == Stage.PUBLISHING) {
            inFlight.flags(inFlight.flags | Flags.DUP);
        }
        send();
    }

    /** No answer in time. */
    @Override
    protected void ring() {
        if (attempts > gateway.config.retries) {
            stalled = true;
            session.unanswering();
        } else {
            attempts++;
            sendAgain();
        }
    }

    /** The client is there: what had no answer is tried again. */
    void heard() {
        if (stalled && session.isListening()) {
            stalled = false;
            attempts = 1;
            sendAgain();
        }
    }

    /** The client has connected anew: what was under way is sent again once it is heard. */
    void interrupted() {
        gateway.alarms.cancel(this);
        stalled = stage != Stage.IDLE;
    }

    /** REGACK, PUBACK, PUBREC or PUBCOMP; one that is not waited for is ignored. */
    void answered(Message answer) {
        if (answer.type == MessageType.PUBREC && !isFor(answer, Stage.PUBLISHING)) {
            gateway.send(session.route(), new Message(MessageType.PUBREL).id(answer.id));
            return;
        }
        switch (answer.type) {
            case MessageType.REGACK:
                if (isFor(answer, Stage.REGISTERING)) {
                    registered(answer.code);
                }
                break;
            case MessageType.PUBACK:
                published(answer);
                break;
            case MessageType.PUBREC:
                start(Stage.RELEASING, new Message(MessageType.PUBREL).id(answer.id));
                break;
            default:
                if (isFor(answer, Stage.RELEASING)) {
                    delivered();
                    pump();
                }
                break;
        }
    }

    private boolean isFor(Message answer, Stage expected) {
        return stage == expected && inFlight.id == answer.id;
    }

    private void registered(int code) {
        if (code == ReturnCode.CONGESTION) {
            // Asked again with the next attempt.
            return;
        }
        int topicId = inFlight.topicId;
        if (code == ReturnCode.ACCEPTED) {
            session.topics.known(topicId, true);
            idle();
        } else {
            gateway.health.count(Counter.MQTTSN_DROPPED);
            next();
        }
        pump();
    }

    private void published(Message ack) {
        if (ack.code == ReturnCode.INVALID_TOPIC_ID) {
            session.topics.known(ack.topicId, false);
        }
        if (!isFor(ack, Stage.PUBLISHING) || ack.code == ReturnCode.CONGESTION) {
            return;
        }
        if (ack.code == ReturnCode.ACCEPTED) {
            delivered();
        } else if (ack.code == ReturnCode.INVALID_TOPIC_ID && !refused
            && Flags.topicType(inFlight.flags) == Flags.TOPIC_NORMAL) {
            // The client has forgotten the id: once more, and it is told first.
            refused = true;
            idle();
        } else {
            gateway.health.count(Counter.MQTTSN_DROPPED);
            next();
        }
        pump();
    }

    private void delivered() {
        gateway.health.count(Counter.MQTTSN_DELIVERED);
        next();
    }

    private void next() {
        refused = false;
        gateway.budget.give(queue.poll().cost());
        idle();
    }

    private void idle() {
        gateway.alarms.cancel(this);
        stage = Stage.IDLE;
        inFlight = null;
        stalled = false;
    }

    /** Forgets everything. */
    void clear() {
        while (!queue.isEmpty()) {
            next();
        }
        idle();
    }
}
