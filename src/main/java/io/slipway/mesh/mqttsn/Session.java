package io.slipway.mesh.mqttsn;

import io.slipway.health.Counter;
import io.slipway.mesh.Alarms;
import io.slipway.mesh.RecentPublishes;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.util.Arrays;

/**
 * One client: whether it is there, asleep or gone (MQTT-SN 1.2 section 6.14), its will, and what is kept for it. As an
 * alarm it rings when the client was silent for too long. One thread.
 */
final class Session extends Alarms.Alarm {
    /** What the gateway thinks of the client. */
    private enum State {
        /** Asked for its will. */
        CONNECTING,
        /** There. */
        ACTIVE,
        /** Does not listen. */
        ASLEEP,
        /** Asleep, but listens until it has everything. */
        AWAKE,
        /** Disconnected, or lost. */
        GONE
    }

    final Eui64 node;
    final String clientId;
    final TopicIds topics;
    final Subscriptions subscriptions;
    final RecentPublishes received = new RecentPublishes();
    private final MqttSnGateway gateway;
    private final Outbound outbound;
    private final Requests requests;
    private Route route;
    private State state = State.GONE;
    /** Seconds that the client may be silent, or means to sleep; 0 for any time. */
    private int durationS;
    private boolean clean = true;
    private Will will;
    /** The CONNECT that began the session, and when. */
    private byte[] connect;
    private long connectedMs;

    Session(Eui64 node, String clientId, MqttSnGateway gateway) {
        this.node = node;
        this.clientId = clientId;
        this.gateway = gateway;
        this.topics = new TopicIds(gateway.config.topics, gateway.budget);
        this.subscriptions = new Subscriptions(gateway.config.topics, gateway.budget);
        this.outbound = new Outbound(this, gateway);
        this.requests = new Requests(this, gateway);
    }

    Route route() {
        return route;
    }

    boolean isGone() {
        return state == State.GONE;
    }

    /** Whether messages can be sent to the client. */
    boolean isListening() {
        return state == State.ACTIVE || state == State.AWAKE;
    }

    /** CONNECT (section 5.4.4). */
    void connect(Message message, Route from) {
        byte[] bytes = message.encode();
        boolean isCopy = state != State.GONE && from.equals(route) && Arrays.equals(bytes, connect)
            && gateway.alarms.nowMs() - connectedMs < gateway.config.retryMs;
        boolean wakes = state == State.ASLEEP || state == State.AWAKE;
        route = from;
        durationS = message.duration;
        heard();
        if (isCopy && !wakes) {
            answerConnect();
            return;
        }
        connect = bytes;
        connectedMs = gateway.alarms.nowMs();
        if (wakes) {
            // Section 6.14: the same connection goes on, so the flags of the first CONNECT count.
            state = State.ACTIVE;
        } else {
            begin(message.flags);
        }
        answerConnect();
    }

    private void begin(int flags) {
        clean = Flags.has(flags, Flags.CLEAN_SESSION);
        if (clean) {
            clear();
        } else {
            topics.forgetKnown();
            outbound.interrupted();
        }
        if (Flags.has(flags, Flags.WILL)) {
            setWill(null);
            state = State.CONNECTING;
        } else {
            state = State.ACTIVE;
        }
    }

    private void answerConnect() {
        if (state == State.CONNECTING) {
            reply(new Message(MessageType.WILLTOPICREQ));
        } else {
            answer(MessageType.CONNACK, ReturnCode.ACCEPTED);
            outbound.heard();
            outbound.pump();
        }
    }

    /** Any other message of the client. */
    void received(Message message) {
        heard();
        switch (message.type) {
            case MessageType.WILLTOPIC:
                willTopic(message);
                break;
            case MessageType.WILLMSG:
                willMessage(message);
                break;
            case MessageType.DISCONNECT:
                disconnect(message.duration);
                break;
            case MessageType.PINGREQ:
                ping();
                break;
            case MessageType.WILLTOPICUPD:
                answer(MessageType.WILLTOPICRESP, updateTopic(message));
                break;
            case MessageType.WILLMSGUPD:
                answer(MessageType.WILLMSGRESP, updateMessage(message));
                break;
            case MessageType.REGACK:
            case MessageType.PUBACK:
            case MessageType.PUBREC:
            case MessageType.PUBCOMP:
                outbound.answered(message);
                break;
            default:
                requests.received(message);
                break;
        }
        outbound.heard();
    }

    private void heard() {
        if (durationS > 0) {
            gateway.alarms.set(this, durationS * 1500L);
        } else {
            gateway.alarms.cancel(this);
        }
    }

    /** The client was silent for too long. */
    @Override
    protected void ring() {
        gateway.health.count(Counter.MQTTSN_LOST);
        Will due = state == State.CONNECTING ? null : will;
        leave();
        if (due != null) {
            gateway.publish(node, due.topic, due.payload, due.qos, due.retain);
        }
    }

    private void willTopic(Message message) {
        if (state != State.CONNECTING) {
            return;
        }
        if (message.rest.length == 0) {
            // Section 5.4.7: it has changed its mind.
            state = State.ACTIVE;
            answerConnect();
        } else if (setTopic(message)) {
            reply(new Message(MessageType.WILLMSGREQ));
        } else {
            state = State.GONE;
            answer(MessageType.CONNACK, ReturnCode.NOT_SUPPORTED);
        }
    }

    private void willMessage(Message message) {
        if (state == State.CONNECTING && will != null) {
            state = setWill(will.withPayload(message.rest)) ? State.ACTIVE : State.GONE;
            answer(MessageType.CONNACK, isGone() ? ReturnCode.CONGESTION : ReturnCode.ACCEPTED);
            outbound.pump();
        } else if (state == State.ACTIVE && will != null && Arrays.equals(will.payload, message.rest)) {
            // It has not had our answer.
            answer(MessageType.CONNACK, ReturnCode.ACCEPTED);
        }
    }

    private int updateTopic(Message message) {
        if (message.rest.length == 0) {
            setWill(null);
            return ReturnCode.ACCEPTED;
        }
        return setTopic(message) ? ReturnCode.ACCEPTED : ReturnCode.NOT_SUPPORTED;
    }

    private int updateMessage(Message message) {
        if (will == null) {
            return ReturnCode.NOT_SUPPORTED;
        }
        return setWill(will.withPayload(message.rest)) ? ReturnCode.ACCEPTED : ReturnCode.CONGESTION;
    }

    private boolean setTopic(Message message) {
        String topic = message.text();
        int qos = Flags.qos(message.flags);
        return gateway.rules.mayPublish(topic) && qos != Flags.QOS_WITHOUT_CONNECTION
            && setWill(new Will(topic, will == null ? new byte[0] : will.payload, qos,
                Flags.has(message.flags, Flags.RETAIN)));
    }

    /** False, and the old one stays, where there is no room. */
    private boolean setWill(Will next) {
        int old = will == null ? 0 : will.bytes();
        gateway.budget.give(old);
        if (next != null && !gateway.budget.take(next.bytes())) {
            gateway.budget.take(old);
            return false;
        }
        will = next;
        return true;
    }

    private void ping() {
        if (state == State.ASLEEP || state == State.AWAKE) {
            state = State.AWAKE;
            outbound.heard();
            outbound.pump();
        } else {
            reply(new Message(MessageType.PINGRESP));
        }
    }

    /** Moves a sleeping client that speaks from another port. */
    void moved(Route from) {
        route = from;
    }

    /** There is nothing more to send. */
    void drained() {
        if (state == State.AWAKE) {
            state = State.ASLEEP;
            reply(new Message(MessageType.PINGRESP));
        }
    }

    /** The client does not answer what it is sent. Whether it is lost its silence will tell. */
    void unanswering() {
        if (state == State.AWAKE) {
            state = State.ASLEEP;
        }
    }

    private void disconnect(int sleepS) {
        if (sleepS > 0) {
            durationS = sleepS;
            state = State.ASLEEP;
            outbound.interrupted();
            heard();
        } else {
            leave();
        }
        reply(new Message(MessageType.DISCONNECT));
    }

    /** The connection ends, without a will. Of a session that is not clean everything stays (section 6.3). */
    void leave() {
        state = State.GONE;
        gateway.alarms.cancel(this);
        outbound.interrupted();
        if (clean) {
            clear();
        }
    }

    /** Forgets everything but the connection. */
    void clear() {
        outbound.clear();
        topics.clear();
        subscriptions.clear();
        received.clear();
        setWill(null);
        gateway.subscriptionsChanged();
    }

    /** A message of the LAN or of another client, if this one wants it. */
    void offer(String topic, byte[] payload, int qos) {
        Subscription subscription = subscriptions.to(topic);
        if (subscription != null) {
            deliver(topic, payload, Math.min(qos, subscription.qos), false);
        }
    }

    void deliver(String topic, byte[] payload, int qos, boolean retain) {
        // Who is away gets what was published meanwhile as in MQTT: with QoS 1 and 2, if its session lasts.
        if (!isGone() || !clean && qos > 0) {
            outbound.add(topic, payload, qos, retain);
        }
    }

    void answer(int type, int code) {
        reply(new Message(type).code(code));
    }

    void reply(Message message) {
        gateway.send(route, message);
    }
}
