/*
 * Copyright (c) 2012-2018 The original author or authors
 * ------------------------------------------------------
 * All rights reserved. This program and the accompanying materials
 * are made available under the terms of the Eclipse Public License v1.0
 * and Apache License v2.0 which accompanies this distribution.
 *
 * The Eclipse Public License is available at
 * http://www.eclipse.org/legal/epl-v10.html
 *
 * The Apache License v2.0 is available at
 * http://www.opensource.org/licenses/apache2.0.php
 *
 * You may elect to redistribute this code under either of these licenses.
 */
package io.moquette.broker;

import io.moquette.broker.SessionRegistry.EnqueuedMessage;
import io.moquette.broker.SessionRegistry.PubRelMarker;
import io.moquette.broker.SessionRegistry.PublishedMessage;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.broker.subscriptions.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the broker keeps for one client. Replaces Moquette's class of this name, with these changes:
 * <ul>
 * <li>What waits and what is in flight is bounded in messages and bytes; the oldest that waits is dropped. There was
 * no bound, and with MQTT 5 none for what is in flight.
 * <li>A QoS 0 message for a client whose socket is full waits with the others instead of being dropped unseen.
 * <li>Everything unacknowledged is sent again when the client comes back, in the old order, and only then (MQTT 3.1.1
 * section 4.4). It was sent again every 5 s on a living connection, by the wrong thread, and each time a place in the
 * window was lost, until nothing was sent any more; and what was younger than 5 s was not sent after a reconnect.
 * <li>A packet id that is in use is not given to another message. Each connection began at 1 again and so replaced
 * messages in flight.
 * <li>Of a QoS 2 message that was received only the packet id is kept, not the message, and its repetition is seen.
 * <li>A failure while sending to one client does not keep the message from the others.
 * </ul>
 * Everything is called by the session loop, except {@link #completeConnection()} by the network thread.
 */
class Session {
    static final int INFINITE_EXPIRY = Integer.MAX_VALUE;

    enum SessionStatus {
        CONNECTED, CONNECTING, DISCONNECTING, DISCONNECTED, DESTROYED
    }

    private boolean clean;
    private final SessionMessageQueue<EnqueuedMessage> unusedQueue;
    private final AtomicReference<SessionStatus> status = new AtomicReference<>(SessionStatus.DISCONNECTED);
    private final Set<Subscription> subscriptions = new HashSet<>();
    private final ArrayDeque<PublishedMessage> waiting = new ArrayDeque<>();
    private final Map<Integer, EnqueuedMessage> inflight = new LinkedHashMap<>();
    private final ArrayDeque<Integer> toSendAgain = new ArrayDeque<>();
    private final BitSet qos2Received = new BitSet();
    private volatile MQTTConnection mqttConnection;
    private BrokerSettings settings;
    private AccessPolicy policy;
    private String user;
    private ISessionsRepository.SessionData data;
    private int waitingBytes;
    private int inflightBytes;
    private int lastPacketId;

    Session(ISessionsRepository.SessionData data, boolean clean, SessionMessageQueue<EnqueuedMessage> queue) {
        this.data = data;
        this.clean = clean;
        this.unusedQueue = queue;
    }

    boolean expireImmediately() {
        return data.expiryInterval() == 0;
    }

    void updateSessionData(ISessionsRepository.SessionData newSessionData) {
        this.data = newSessionData;
    }

    ISessionsRepository.SessionData getSessionData() {
        return data;
    }

    void markAsNotClean() {
        this.clean = false;
    }

    boolean isClean() {
        return clean;
    }

    void markConnecting() {
        assignState(SessionStatus.DISCONNECTED, SessionStatus.CONNECTING);
    }

    boolean completeConnection() {
        return assignState(SessionStatus.CONNECTING, SessionStatus.CONNECTED);
    }

    /** @param who the user, {@code null} for an anonymous client; stays the same for a session's whole life */
    void bind(MQTTConnection connection, String who) {
        this.user = who;
        this.policy = connection.policy();
        this.mqttConnection = connection;
        this.settings = connection.settings();
    }

    boolean isOf(String who) {
        return who == null ? user == null : who.equals(user);
    }

    String user() {
        return user;
    }

    /** The rules may have changed since it was queued. */
    private boolean mayReceive(PublishedMessage message) {
        return policy.mayReceive(message.topic.toString(), user, data.clientId());
    }

    boolean isBoundTo(MQTTConnection connection) {
        return this.mqttConnection == connection;
    }

    boolean disconnected() {
        return status.get() == SessionStatus.DISCONNECTED;
    }

    boolean connected() {
        return status.get() == SessionStatus.CONNECTED;
    }

    boolean assignState(SessionStatus expected, SessionStatus newState) {
        return status.compareAndSet(expected, newState);
    }

    String getClientID() {
        return data.clientId();
    }

    public List<Subscription> getSubscriptions() {
        return new ArrayList<>(subscriptions);
    }

    int subscriptionCount() {
        return subscriptions.size();
    }

    public void addSubscriptions(List<Subscription> newSubscriptions) {
        subscriptions.addAll(newSubscriptions);
    }

    public void removeSubscription(Topic topic) {
        subscriptions.remove(new Subscription(data.clientId(), topic,
            MqttSubscriptionOption.onlyFromQos(MqttQoS.EXACTLY_ONCE)));
    }

    public boolean hasWill() {
        return data.hasWill();
    }

    public ISessionsRepository.Will getWill() {
        return data.will();
    }

    public void closeImmediately() {
        MQTTConnection connection = mqttConnection;
        mqttConnection = null;
        status.set(SessionStatus.DISCONNECTED);
        if (connection != null) {
            connection.dropConnection();
        }
    }

    public void disconnect() {
        if (assignState(SessionStatus.CONNECTED, SessionStatus.DISCONNECTING)) {
            mqttConnection = null;
            data = data.withoutWill();
            assignState(SessionStatus.DISCONNECTING, SessionStatus.DISCONNECTED);
        }
    }

    /** Sends a malformed-packet DISCONNECT and closes the connection. */
    public void disconnectFromBroker() {
        MQTTConnection connection = mqttConnection;
        if (connection != null) {
            connection.brokerDisconnect(MqttReasonCodes.Disconnect.MALFORMED_PACKET);
        }
    }

    Optional<InetSocketAddress> remoteAddress() {
        MQTTConnection connection = mqttConnection;
        return connection != null && connected() ? Optional.of(connection.remoteAddress()) : Optional.empty();
    }

    public void sendRetainedPublishOnSessionAtQos(Topic topic, MqttQoS qos, ByteBuf payload,
                                                  MqttProperties.MqttProperty<?>... properties) {
        sendPublishOnSessionAtQos(new PublishedMessage(topic, qos, payload, true, Instant.MAX, properties));
    }

    /** Sends the message or lets it wait. Takes a reference of its own to the payload. */
    void sendPublishOnSessionAtQos(PublishedMessage message) {
        if (!connected() && (message.publishingQos == MqttQoS.AT_MOST_ONCE || expireImmediately())
            || !mayReceive(message)) {
            return;
        }
        try {
            message.retain();
            waiting.add(message);
            waitingBytes += bytesOf(message);
            drain();
            dropOldest();
        } catch (RuntimeException failed) {
            settings.events.failed("PUBLISH to a subscriber", failed);
            closeConnection();
        }
    }

    private void closeConnection() {
        MQTTConnection connection = mqttConnection;
        if (connection != null) {
            connection.dropConnection();
        }
    }

    private void dropOldest() {
        // The last one stays even when it alone is too long, else a client with a full window would get nothing new.
        while (waiting.size() > 1 && (waiting.size() + inflight.size() > settings.queueMessages
            || waitingBytes + inflightBytes > settings.queueBytes)) {
            takeOldest().release();
            settings.events.queueDropped();
        }
    }

    private PublishedMessage takeOldest() {
        PublishedMessage oldest = waiting.poll();
        waitingBytes -= bytesOf(oldest);
        return oldest;
    }

    /** Sends what can be sent now: first again what the client did not acknowledge before it came back. */
    private void drain() {
        MQTTConnection connection = mqttConnection;
        if (connection == null || !connected()) {
            return;
        }
        while (connection.channel.isWritable()) {
            if (!toSendAgain.isEmpty()) {
                if (inflight.size() - toSendAgain.size() >= connection.window()) {
                    return;
                }
                sendAgain(connection, toSendAgain.poll());
            } else if (waiting.isEmpty() || !sendNext(connection)) {
                return;
            }
        }
    }

    private void sendAgain(MQTTConnection connection, Integer id) {
        EnqueuedMessage message = inflight.get(id);
        if (message instanceof PubRelMarker) {
            connection.sendPubRel(id);
        } else if (message != null && !mayReceive((PublishedMessage) message)) {
            takeInflight(id);
        } else if (message != null) {
            connection.sendPublish((PublishedMessage) message, id, true);
        }
    }

    private boolean sendNext(MQTTConnection connection) {
        PublishedMessage next = waiting.peek();
        if (next.isExpired() || !mayReceive(next)) {
            takeOldest().release();
        } else if (next.publishingQos == MqttQoS.AT_MOST_ONCE) {
            takeOldest();
            connection.sendPublish(next, 0, false);
            next.release();
        } else if (inflight.isEmpty()
            || inflight.size() < connection.window() && inflightBytes < settings.queueBytes / 2) {
            takeOldest();
            int id = freePacketId();
            inflight.put(id, next);
            inflightBytes += bytesOf(next);
            connection.sendPublish(next, id, false);
        } else {
            return false;
        }
        return true;
    }

    private int freePacketId() {
        // The window is far below 65535, so there is always a free one.
        do {
            lastPacketId = lastPacketId == 65535 ? 1 : lastPacketId + 1;
        } while (inflight.containsKey(lastPacketId));
        return lastPacketId;
    }

    private static int bytesOf(PublishedMessage message) {
        int bytes = message.payload.readableBytes() + message.topic.toString().length();
        for (MqttProperties.MqttProperty<?> property : message.mqttProperties) {
            Object value = property.value();
            bytes += value instanceof byte[] ? ((byte[]) value).length : value.toString().length();
        }
        return bytes;
    }

    private EnqueuedMessage takeInflight(int packetId) {
        EnqueuedMessage removed = inflight.remove(packetId);
        if (removed instanceof PublishedMessage) {
            inflightBytes -= bytesOf((PublishedMessage) removed);
            removed.release();
        }
        toSendAgain.remove(packetId);
        return removed;
    }

    void pubAckReceived(int packetId) {
        takeInflight(packetId);
        drain();
    }

    /** @param refused whether the client gave a reason that ends the exchange, MQTT 5 section 4.13.2 */
    void processPubRec(int packetId, boolean refused) {
        takeInflight(packetId);
        MQTTConnection connection = mqttConnection;
        if (!refused && connection != null) {
            inflight.put(packetId, new PubRelMarker());
            connection.sendPubRel(packetId);
        }
        drain();
    }

    void processPubComp(int packetId) {
        takeInflight(packetId);
        drain();
    }

    void writabilityChanged() {
        drain();
    }

    /** The client is back: everything that it did not acknowledge goes out again, then what waits. */
    void reconnectSession() {
        toSendAgain.clear();
        toSendAgain.addAll(inflight.keySet());
        drain();
    }

    /** Whether this is the first PUBLISH of the packet id, MQTT 3.1.1 section 4.3.3 method A. */
    boolean receivedPublishQos2(int packetId) {
        boolean first = !qos2Received.get(packetId);
        qos2Received.set(packetId);
        return first;
    }

    void receivedPubRelQos2(int packetId) {
        qos2Received.clear(packetId);
    }

    public void cleanUp() {
        for (EnqueuedMessage message : inflight.values()) {
            message.release();
        }
        for (PublishedMessage message : waiting) {
            message.release();
        }
        inflight.clear();
        waiting.clear();
        toSendAgain.clear();
        waitingBytes = 0;
        inflightBytes = 0;
        unusedQueue.closeAndPurge();
    }

    @Override
    public String toString() {
        return "Session " + data.clientId() + " " + status;
    }
}
