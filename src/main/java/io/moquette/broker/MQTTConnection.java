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

import static io.netty.channel.ChannelFutureListener.CLOSE;
import static io.netty.channel.ChannelFutureListener.CLOSE_ON_FAILURE;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_ACCEPTED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;

import io.moquette.broker.SessionRegistry.CreationModeEnum;
import io.moquette.broker.SessionRegistry.PublishedMessage;
import io.moquette.broker.SessionRegistry.SessionCreationResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/**
 * One client's connection. Replaces Moquette's class of this name, with these changes:
 * <ul>
 * <li>Packets that arrive behind CONNECT wait until the client is connected (MQTT 3.1.1 section 3.1.4 allows them). A
 * SUBSCRIBE soon after CONNACK sometimes closed the connection, a PUBLISH behind CONNECT was dropped.
 * <li>A second CONNECT and anything before the first close the connection.
 * <li>The will obeys the access rules: CONNECT is refused otherwise.
 * <li>A PUBLISH that the rules refuse is answered, so that the client does not wait for ever.
 * <li>A repeated (DUP) PUBLISH is treated by the state of the session and not by the flag, which says nothing about
 * what the receiver has seen (section 4.3): one whose first copy was lost reached no subscriber.
 * <li>Acknowledgements are never dropped; a client that does not read them is disconnected.
 * <li>Topics have a bounded depth, a session a bounded number of subscriptions; malformed shared subscriptions close
 * the connection instead of failing in the session loop.
 * <li>A payload is copied when it comes in: as a slice it kept the whole read buffer alive.
 * <li>Nothing is sent again on a living connection, see {@link Session}.
 * <li>A client that vanishes while it connects leaves no session behind.
 * </ul>
 * Packets are handled by the network thread, which passes what concerns the session to the session loop.
 */
final class MQTTConnection {
    private static final int LEVEL_3_1 = MqttVersion.MQTT_3_1.protocolLevel();
    private static final int LEVEL_5 = MqttVersion.MQTT_5.protocolLevel();
    /** What may come behind CONNECT before its answer; reading stops meanwhile, so it is what one read brought. */
    private static final int EARLY_PACKETS = 1000;

    private enum Phase { NEW, CONNECTING, CONNECTED, CLOSED }

    final Channel channel;
    private final BrokerSettings settings;
    private final Transport transport;
    private final MqttServer server;
    private final PacketRate rate;
    private final SessionRegistry sessionRegistry;
    private final LanPostOffice postOffice;
    private final ArrayDeque<MqttMessage> early = new ArrayDeque<>();
    private volatile Phase phase = Phase.NEW;
    /** Guarded by the network thread. */
    private boolean loggedIn;
    private volatile Session session;
    private volatile int protocolLevel;
    private int window;

    MQTTConnection(Channel channel, BrokerSettings settings, Transport transport, MqttServer server,
                   SessionRegistry sessionRegistry, LanPostOffice postOffice) {
        this.channel = channel;
        this.settings = settings;
        this.transport = transport;
        this.server = server;
        this.rate = new PacketRate(settings.messagesPerS, System.nanoTime());
        this.sessionRegistry = sessionRegistry;
        this.postOffice = postOffice;
    }

    AccessPolicy policy() {
        return postOffice.policy();
    }

    BrokerSettings settings() {
        return settings;
    }

    /** How many messages may be in flight to the client. */
    int window() {
        return window;
    }

    boolean isProtocolVersion5() {
        return protocolLevel == LEVEL_5;
    }

    String getClientId() {
        return NettyUtils.clientID(channel);
    }

    InetSocketAddress remoteAddress() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    private abstract class Command implements Callable<Void> {
        private final String name;

        Command(String name) {
            this.name = name;
        }

        /** Runs on the session loop, while the session belongs to this connection. */
        abstract void run();

        @Override
        public final Void call() {
            Session mine = session;
            if (mine == null || !mine.isBoundTo(MQTTConnection.this)) {
                return null;
            }
            try {
                run();
            } catch (RuntimeException | Error failed) {
                // The client would wait for an answer for ever.
                dropConnection();
                throw failed;
            }
            return null;
        }

        void post() {
            postOffice.routeCommand(getClientId(), name, this);
        }
    }

    /** Called by the network thread, which releases the message afterwards. */
    void handleMessage(MqttMessage msg) {
        boolean connect = msg.fixedHeader().messageType() == MqttMessageType.CONNECT;
        switch (phase) {
            case NEW:
                if (connect) {
                    phase = Phase.CONNECTING;
                    channel.config().setAutoRead(false);
                    processConnect((MqttConnectMessage) msg);
                } else {
                    dropConnection();
                }
                break;
            case CONNECTING:
                if (connect || early.size() == EARLY_PACKETS) {
                    dropConnection();
                } else {
                    io.netty.util.ReferenceCountUtil.retain(msg);
                    early.add(msg);
                }
                break;
            case CONNECTED:
                pace(msg.fixedHeader().messageType());
                dispatch(msg);
                break;
            default:
                break;
        }
    }

    /** Whether a CONNECT came. */
    boolean hasBegun() {
        return phase != Phase.NEW;
    }

    /** Called by the network thread. */
    void dismiss(MqttServer.Guests guests) {
        if (!loggedIn || phase == Phase.CLOSED || transport.user(channel) != null
            || guests.mayStay(NettyUtils.userName(channel))) {
            return;
        }
        if (phase == Phase.CONNECTED) {
            brokerDisconnect(MqttReasonCodes.Disconnect.NOT_AUTHORIZED);
        } else {
            dropConnection();
        }
    }

    private void pace(MqttMessageType type) {
        if (type == MqttMessageType.PUBACK || type == MqttMessageType.PUBREC || type == MqttMessageType.PUBREL
            || type == MqttMessageType.PUBCOMP) {
            // As many as messages that go to the client, or acknowledgements of what was counted.
            return;
        }
        long pauseMs = rate.took(System.nanoTime());
        if (pauseMs > 0 && channel.config().isAutoRead()) {
            channel.config().setAutoRead(false);
            channel.eventLoop().schedule(new Runnable() {
                @Override
                public void run() {
                    channel.config().setAutoRead(true);
                }
            }, pauseMs, TimeUnit.MILLISECONDS);
        }
    }

    private void dispatch(MqttMessage msg) {
        switch (msg.fixedHeader().messageType()) {
            case SUBSCRIBE:
                processSubscribe((MqttSubscribeMessage) msg);
                break;
            case UNSUBSCRIBE:
                processUnsubscribe((MqttUnsubscribeMessage) msg);
                break;
            case PUBLISH:
                processPublish((MqttPublishMessage) msg);
                break;
            case PUBACK:
            case PUBREC:
            case PUBREL:
            case PUBCOMP:
                processReply(msg.fixedHeader().messageType(), (MqttMessageIdVariableHeader) msg.variableHeader());
                break;
            case DISCONNECT:
                processDisconnect(msg);
                break;
            case PINGREQ:
                answer(new MqttMessage(new MqttFixedHeader(MqttMessageType.PINGRESP, false, MqttQoS.AT_MOST_ONCE,
                    false, 0)));
                break;
            default:
                // A second CONNECT, MQTT 3.1.1 section 3.1.0-2, or what only a server may send.
                brokerDisconnect(MqttReasonCodes.Disconnect.PROTOCOL_ERROR);
                break;
        }
    }

    // CONNECT

    private void processConnect(MqttConnectMessage msg) {
        int level = msg.variableHeader().version();
        if (level != LEVEL_3_1 && level != MqttVersion.MQTT_3_1_1.protocolLevel() && level != LEVEL_5) {
            refuse(CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION);
            return;
        }
        protocolLevel = level;
        boolean five = level == LEVEL_5;
        String asked = msg.payload().clientIdentifier();
        boolean generated = asked == null || asked.isEmpty();
        if (generated && !five && !msg.variableHeader().isCleanSession()) {
            refuse(CONNECTION_REFUSED_IDENTIFIER_REJECTED);
            return;
        }
        login(msg, generated ? GeneratedId.next() : asked, generated);
    }

    private void login(final MqttConnectMessage msg, final String clientId, final boolean generated) {
        String named = msg.variableHeader().hasUserName() ? msg.payload().userName() : null;
        String proved = transport.user(channel);
        if (proved != null) {
            NettyUtils.userName(channel, proved);
            loggedIn(msg, clientId, generated);
            return;
        }
        final String user = named == null || named.isEmpty() ? null : named;
        if (user == null && settings.allowAnonymous) {
            loggedIn(msg, clientId, generated);
            return;
        }
        byte[] password = msg.variableHeader().hasPassword() ? msg.payload().passwordInBytes() : null;
        server.doorkeeper().check(remoteAddress().getAddress(), user, password, new Doorkeeper.Answer() {
            @Override
            public void decided(final boolean mayConnect) {
                channel.eventLoop().execute(new Runnable() {
                    @Override
                    public void run() {
                        if (mayConnect) {
                            NettyUtils.userName(channel, user);
                            loggedIn(msg, clientId, generated);
                        } else {
                            refuse(isProtocolVersion5() ? CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD
                                : CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD);
                        }
                    }
                });
            }
        });
    }

    private void loggedIn(MqttConnectMessage msg, String clientId, boolean generated) {
        if (transport.user(channel) == null && !server.mayStay(NettyUtils.userName(channel))) {
            // The users changed between the first byte, or the password, and now.
            refuse(isProtocolVersion5() ? CONNECTION_REFUSED_NOT_AUTHORIZED_5 : CONNECTION_REFUSED_NOT_AUTHORIZED);
            return;
        }
        loggedIn = true;
        if (msg.variableHeader().isWillFlag() && !mayPublish(msg.payload().willTopic(), clientId)) {
            refuse(isProtocolVersion5() ? CONNECTION_REFUSED_NOT_AUTHORIZED_5 : CONNECTION_REFUSED_NOT_AUTHORIZED);
            return;
        }
        window = windowOf(msg);
        if (isProtocolVersion5()) {
            limitProperties(msg);
        }
        connect(msg, clientId, generated);
    }

    private void connect(final MqttConnectMessage msg, final String clientId, final boolean generated) {
        postOffice.routeCommand(clientId, "CONNECT", new Callable<Void>() {
            @Override
            public Void call() {
                try {
                    executeConnect(msg, clientId, generated);
                } catch (RuntimeException | Error failed) {
                    dropConnection();
                    throw failed;
                }
                return null;
            }
        });
    }

    private int windowOf(MqttConnectMessage msg) {
        if (msg.variableHeader().version() != LEVEL_5) {
            return BrokerSettings.WINDOW;
        }
        int wanted = intProperty(msg.variableHeader().properties(), MqttPropertyType.RECEIVE_MAXIMUM, 65_535);
        return Math.max(1, Math.min(wanted, settings.queueMessages));
    }

    private static int intProperty(MqttProperties properties, MqttPropertyType type, int otherwise) {
        MqttProperties.MqttProperty<?> property = properties.getProperty(type.value());
        return property == null ? otherwise : ((IntegerProperty) property).value();
    }

    /** For how long the client's session is kept when it is gone, in seconds. */
    static int sessionExpiry(MqttConnectMessage msg) {
        if (msg.variableHeader().version() != LEVEL_5) {
            return msg.variableHeader().isCleanSession() ? 0 : BrokerSettings.SESSION_EXPIRY_SECONDS;
        }
        return limited(intProperty(msg.variableHeader().properties(), MqttPropertyType.SESSION_EXPIRY_INTERVAL, 0));
    }

    private static int limited(int seconds) {
        // Unsigned on the wire: a negative number is a very long time.
        return seconds < 0 ? BrokerSettings.SESSION_EXPIRY_SECONDS
            : Math.min(seconds, BrokerSettings.SESSION_EXPIRY_SECONDS);
    }

    private static void limitProperties(MqttConnectMessage msg) {
        MqttProperties properties = msg.variableHeader().properties();
        properties.add(new IntegerProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value(), sessionExpiry(msg)));
        // Moquette notes a topic for each client that asks for it, and forgets none.
        properties.add(new IntegerProperty(MqttPropertyType.REQUEST_RESPONSE_INFORMATION.value(), 0));
        if (msg.variableHeader().isWillFlag()) {
            MqttProperties will = msg.payload().willProperties();
            int delay = intProperty(will, MqttPropertyType.WILL_DELAY_INTERVAL, 0);
            if (delay != 0) {
                will.add(new IntegerProperty(MqttPropertyType.WILL_DELAY_INTERVAL.value(), limited(delay)));
            }
        }
    }

    /** Asked by Moquette's session registry. */
    static boolean isNeedResponseInformation(MqttConnectMessage msg) {
        return false;
    }

    private void executeConnect(final MqttConnectMessage msg, String clientId, boolean generated) {
        if (!channel.isActive()) {
            return;
        }
        String user = NettyUtils.userName(channel);
        Session others = sessionRegistry.retrieve(clientId);
        if (others != null && !others.isOf(user)) {
            if (others.connected()) {
                // Else whoever guesses the id of a client could disconnect it, or have its messages.
                refuse(isProtocolVersion5() ? CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
                    : CONNECTION_REFUSED_IDENTIFIER_REJECTED);
                return;
            }
            ((LanSessionRegistry) sessionRegistry).forget(others);
        }
        final SessionCreationResult result = sessionRegistry.createOrReopenSession(msg, clientId, user);
        result.session.bind(this, user);
        session = result.session;
        NettyUtils.clientID(channel, clientId);
        boolean present = !msg.variableHeader().isCleanSession() && result.alreadyStored;
        MqttMessageBuilders.ConnAckBuilder ack = MqttMessageBuilders.connAck()
            .returnCode(CONNECTION_ACCEPTED).sessionPresent(present);
        if (isProtocolVersion5()) {
            ack.properties(connAckProperties(clientId, generated));
        }
        channel.writeAndFlush(ack.build()).addListener(new ChannelFutureListener() {
            @Override
            public void operationComplete(ChannelFuture sent) {
                if (sent.isSuccess() && result.session.completeConnection()) {
                    connected(msg, result.mode == CreationModeEnum.REOPEN_EXISTING);
                } else {
                    abandon(result.session);
                }
            }
        });
    }

    private MqttProperties connAckProperties(String clientId, boolean generated) {
        // By hand: Netty's builder also says "not available" of everything that it was not told.
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value(),
            session.getSessionData().expiryInterval()));
        properties.add(new IntegerProperty(MqttPropertyType.MAXIMUM_PACKET_SIZE.value(), settings.messageBytes));
        if (generated) {
            properties.add(new MqttProperties.StringProperty(
                MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER.value(), clientId));
        }
        return properties;
    }

    /** Called by the network thread when CONNACK is out. */
    private void connected(MqttConnectMessage msg, boolean returning) {
        phase = Phase.CONNECTED;
        int idle = Math.round(msg.variableHeader().keepAliveTimeSeconds() * 1.5f);
        channel.pipeline().addBefore(ClientHandler.NAME, ClientHandler.IDLE, new IdleStateHandler(idle, 0, 0));
        final String clientId = getClientId();
        postOffice.dispatchConnection(msg);
        if (returning) {
            new Command("resend") {
                @Override
                void run() {
                    postOffice.wipeExistingScheduledWill(clientId);
                    session.reconnectSession();
                }
            }.post();
        }
        MqttMessage next = early.poll();
        while (next != null) {
            handleMessage(next);
            io.netty.util.ReferenceCountUtil.release(next);
            next = early.poll();
        }
        channel.config().setAutoRead(true);
    }

    /** The client vanished before it was connected: its session is ended as if it had been. */
    private void abandon(final Session begun) {
        phase = Phase.CLOSED;
        channel.close();
        new Command("abandoned CONNECT") {
            @Override
            void run() {
                begun.closeImmediately();
                sessionRegistry.connectionClosed(begun);
            }
        }.post();
    }

    private void refuse(MqttConnectReturnCode reason) {
        phase = Phase.CLOSED;
        MqttConnAckMessage refusal = MqttMessageBuilders.connAck().returnCode(reason).sessionPresent(false).build();
        channel.writeAndFlush(refusal).addListener(CLOSE);
    }

    // The end

    void dropConnection() {
        channel.close();
    }

    /** Tells an MQTT 5 client why and closes the connection; its will is sent. */
    void brokerDisconnect(MqttReasonCodes.Disconnect reason) {
        phase = Phase.CLOSED;
        if (isProtocolVersion5()) {
            channel.writeAndFlush(MqttMessageBuilders.disconnect().reasonCode(reason.byteValue()).build())
                .addListener(CLOSE);
        } else {
            channel.close();
        }
    }

    /** Asked by Moquette's post office after {@link #brokerDisconnect}: the closed channel does it. */
    void disconnectSession() {
    }

    /** Called by the network thread when the channel is closed. */
    void handleConnectionLost() {
        phase = Phase.CLOSED;
        MqttMessage unread = early.poll();
        while (unread != null) {
            io.netty.util.ReferenceCountUtil.release(unread);
            unread = early.poll();
        }
        if (session == null) {
            return;
        }
        new Command("connection lost") {
            @Override
            void run() {
                if (session.connected()) {
                    if (session.hasWill()) {
                        postOffice.fireWill(session);
                    }
                    sessionRegistry.connectionClosed(session);
                }
                postOffice.dispatchConnectionLost(getClientId(), NettyUtils.userName(channel));
            }
        }.post();
    }

    private void processDisconnect(final MqttMessage msg) {
        phase = Phase.CLOSED;
        final boolean withWill = isProtocolVersion5() && msg.variableHeader() != null
            && ((io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader) msg.variableHeader())
                .reasonCode() != MqttReasonCodes.Disconnect.NORMAL_DISCONNECT.byteValue();
        new Command("DISCONNECT") {
            @Override
            void run() {
                if (withWill && session.hasWill()) {
                    postOffice.fireWill(session);
                }
                sessionRegistry.connectionClosed(session);
                channel.close();
                postOffice.clientDisconnected(getClientId(), NettyUtils.userName(channel));
            }
        }.post();
    }

    // SUBSCRIBE, UNSUBSCRIBE

    private void processSubscribe(final MqttSubscribeMessage msg) {
        for (MqttTopicSubscription wanted : msg.payload().topicSubscriptions()) {
            if (!isFilter(wanted.topicFilter())) {
                brokerDisconnect(MqttReasonCodes.Disconnect.TOPIC_FILTER_INVALID);
                return;
            }
        }
        new Command("SUBSCRIBE") {
            @Override
            void run() {
                int wanted = msg.payload().topicSubscriptions().size();
                if (session.subscriptionCount() + wanted > BrokerSettings.SUBSCRIPTIONS) {
                    brokerDisconnect(MqttReasonCodes.Disconnect.QUOTA_EXCEEDED);
                    return;
                }
                postOffice.subscribeClientToTopics(msg, getClientId(), NettyUtils.userName(channel),
                    MQTTConnection.this);
            }
        }.post();
    }

    private void processUnsubscribe(final MqttUnsubscribeMessage msg) {
        final List<String> filters = msg.payload().topics();
        for (String filter : filters) {
            if (!isFilter(filter)) {
                brokerDisconnect(MqttReasonCodes.Disconnect.TOPIC_FILTER_INVALID);
                return;
            }
        }
        new Command("UNSUBSCRIBE") {
            @Override
            void run() {
                postOffice.unsubscribe(filters, MQTTConnection.this, msg.variableHeader().messageId());
            }
        }.post();
    }

    /** Whether it can be subscribed to; Moquette fails or logs an error on what cannot. */
    private static boolean isFilter(String filter) {
        if (filter == null) {
            return false;
        }
        if (!filter.equals("$share") && !filter.startsWith("$share/")) {
            return isPlainFilter(filter);
        }
        // $share/NAME/FILTER, MQTT 5 section 4.8.2
        int name = "$share/".length();
        int end = filter.indexOf('/', name);
        if (end <= name || filter.startsWith("$share", end + 1)) {
            return false;
        }
        String share = filter.substring(name, end);
        return share.indexOf('#') < 0 && share.indexOf('+') < 0 && isPlainFilter(filter.substring(end + 1));
    }

    private static boolean isPlainFilter(String filter) {
        int length = filter.length();
        for (int i = 0; i < length; i++) {
            char c = filter.charAt(i);
            boolean wildcard = c == '#' || c == '+';
            if (wildcard && (i > 0 && filter.charAt(i - 1) != '/' || i + 1 < length && filter.charAt(i + 1) != '/'
                || c == '#' && i + 1 < length)) {
                return false;
            }
        }
        return length > 0 && hasBoundedDepth(filter);
    }

    private static boolean hasBoundedDepth(String topic) {
        int levels = 1;
        for (int i = topic.indexOf('/'); i >= 0; i = topic.indexOf('/', i + 1)) {
            levels++;
        }
        return levels <= BrokerSettings.TOPIC_LEVELS;
    }

    void sendSubAckMessage(int messageID, MqttSubAckMessage ackMessage) {
        answer(ackMessage);
    }

    void sendUnsubAckMessage(List<String> topics, String clientID, int messageID) {
        MqttFixedHeader header = new MqttFixedHeader(MqttMessageType.UNSUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0);
        MqttMessageIdVariableHeader id = MqttMessageIdVariableHeader.from(messageID);
        // One reason for each filter, MQTT 5 section 3.11.3; all are 0, success.
        answer(isProtocolVersion5()
            ? new MqttUnsubAckMessage(header, id, new MqttUnsubAckPayload(new short[topics.size()]))
            : new MqttUnsubAckMessage(header, id));
    }

    // PUBLISH from the client

    private boolean mayPublish(String topic, String clientId) {
        return topic != null && !topic.isEmpty() && !topic.startsWith("$") && topic.indexOf('+') < 0
            && topic.indexOf('#') < 0 && hasBoundedDepth(topic)
            && postOffice.mayWrite(topic, NettyUtils.userName(channel), clientId);
    }

    private void processPublish(MqttPublishMessage msg) {
        String topic = msg.variableHeader().topicName();
        final int id = msg.variableHeader().packetId();
        final MqttQoS qos = msg.fixedHeader().qosLevel();
        MqttProperties properties = msg.variableHeader().properties();
        if (properties.getProperty(MqttPropertyType.TOPIC_ALIAS.value()) != null) {
            brokerDisconnect(MqttReasonCodes.Disconnect.TOPIC_ALIAS_INVALID);
            return;
        }
        if (topic == null || topic.isEmpty() || !hasBoundedDepth(topic)) {
            brokerDisconnect(MqttReasonCodes.Disconnect.TOPIC_NAME_INVALID);
            return;
        }
        if (!mayPublish(topic, getClientId())) {
            answerRefused(qos, id);
            return;
        }
        int lifetime = intProperty(properties, MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL, -1);
        final Instant expiry = lifetime < 0 ? Instant.MAX : Instant.now().plusSeconds(lifetime);
        final MqttPublishMessage own = new MqttPublishMessage(
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, qos, msg.fixedHeader().isRetain(), 0),
            new MqttPublishVariableHeader(topic, id, properties),
            Unpooled.wrappedBuffer(ByteBufUtil.getBytes(msg.payload())));
        final int bytes = own.payload().readableBytes() + topic.length();
        final Command publish = new Command("PUBLISH") {
            @Override
            void run() {
                executePublish(own, qos, id, expiry);
            }
        };
        postOffice.routePublish(getClientId(), bytes, new Callable<Void>() {
            @Override
            public Void call() {
                try {
                    return publish.call();
                } finally {
                    postOffice.published(bytes);
                }
            }
        });
    }

    private void executePublish(MqttPublishMessage msg, MqttQoS qos, int id, Instant expiry) {
        String user = NettyUtils.userName(channel);
        switch (qos) {
            case AT_MOST_ONCE:
                postOffice.receivedPublishQos0(this, user, getClientId(), msg, expiry);
                break;
            case AT_LEAST_ONCE:
                postOffice.receivedPublishQos1(this, user, id, msg, expiry);
                break;
            case EXACTLY_ONCE:
                if (session.receivedPublishQos2(id)) {
                    postOffice.receivedPublishQos2(this, msg, user, expiry);
                } else {
                    sendPubRec(id);
                }
                break;
            default:
                break;
        }
    }

    /** MQTT 3.1.1 section 3.3.5.2: without a way to say no, the answer is that of a success. */
    private void answerRefused(MqttQoS qos, int id) {
        if (qos == MqttQoS.AT_LEAST_ONCE) {
            if (isProtocolVersion5()) {
                sendPubAck(id, MqttReasonCodes.PubAck.NOT_AUTHORIZED);
            } else {
                sendPubAck(id);
            }
        } else if (qos == MqttQoS.EXACTLY_ONCE) {
            if (isProtocolVersion5()) {
                reply(MqttMessageType.PUBREC, id, MqttReasonCodes.PubRec.NOT_AUTHORIZED.byteValue());
            } else {
                sendPubRec(id);
            }
        }
    }

    void sendPubAck(int messageID) {
        reply(MqttMessageType.PUBACK, messageID, (byte) 0);
    }

    void sendPubAck(int messageID, MqttReasonCodes.PubAck reason) {
        reply(MqttMessageType.PUBACK, messageID, reason.byteValue());
    }

    void sendPubRec(int messageID) {
        reply(MqttMessageType.PUBREC, messageID, (byte) 0);
    }

    /** Called by the session loop: the packet id is free again, MQTT 5 section 4.3.3. */
    void sendPubRec(int messageID, MqttReasonCodes.PubRec reason) {
        session.receivedPubRelQos2(messageID);
        reply(MqttMessageType.PUBREC, messageID, reason.byteValue());
    }

    private void reply(MqttMessageType type, int id, byte reason) {
        MqttFixedHeader header = new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
        MqttMessageIdVariableHeader body = reason == 0 ? MqttMessageIdVariableHeader.from(id)
            : new MqttPubReplyMessageVariableHeader(id, reason, MqttProperties.NO_PROPERTIES);
        answer(new MqttPubAckMessage(header, body));
    }

    // PUBLISH to the client

    /** Writes the message; the caller keeps its reference to the payload. */
    void sendPublish(PublishedMessage message, int id, boolean again) {
        MqttProperties properties = new MqttProperties();
        for (MqttProperties.MqttProperty<?> property : message.updatePublicationExpiryIfPresentOrAdd()) {
            properties.add(property);
        }
        ByteBuf payload = message.payload.retainedDuplicate();
        channel.writeAndFlush(new MqttPublishMessage(
            new MqttFixedHeader(MqttMessageType.PUBLISH, again, message.publishingQos, message.retained, 0),
            new MqttPublishVariableHeader(message.topic.toString(), id, properties), payload))
            .addListener(CLOSE_ON_FAILURE);
    }

    void sendPubRel(int id) {
        answer(new MqttMessage(new MqttFixedHeader(MqttMessageType.PUBREL, false, MqttQoS.AT_LEAST_ONCE, false, 0),
            MqttMessageIdVariableHeader.from(id)));
    }

    private void processReply(final MqttMessageType type, MqttMessageIdVariableHeader header) {
        final int id = header.messageId();
        final boolean refused = header instanceof MqttPubReplyMessageVariableHeader
            && ((MqttPubReplyMessageVariableHeader) header).reasonCode() < 0;
        new Command("acknowledgement") {
            @Override
            void run() {
                switch (type) {
                    case PUBACK:
                        session.pubAckReceived(id);
                        break;
                    case PUBREC:
                        session.processPubRec(id, refused);
                        break;
                    case PUBREL:
                        session.receivedPubRelQos2(id);
                        answer(new MqttMessage(new MqttFixedHeader(MqttMessageType.PUBCOMP, false,
                            MqttQoS.AT_MOST_ONCE, false, 0), MqttMessageIdVariableHeader.from(id)));
                        break;
                    default:
                        session.processPubComp(id);
                        break;
                }
            }
        }.post();
    }

    /** Called by the network thread when the socket takes bytes again. */
    void writabilityChanged() {
        if (phase == Phase.CONNECTED && channel.isWritable()) {
            new Command("writable") {
                @Override
                void run() {
                    session.writabilityChanged();
                }
            }.post();
        }
    }

    /** Writes an answer whatever waits before it: dropping one would leave the client waiting. Any thread. */
    private void answer(MqttMessage msg) {
        if (channel.bytesBeforeWritable() > BrokerSettings.UNREAD_ANSWERS) {
            Logger.debug("{} does not read its answers", getClientId());
            channel.close();
            return;
        }
        channel.writeAndFlush(msg).addListener(CLOSE_ON_FAILURE);
    }

    @Override
    public String toString() {
        return "MQTTConnection{" + channel + ", " + phase + '}';
    }
}
