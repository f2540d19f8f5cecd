package io.moquette.broker;

import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.CTrieSubscriptionDirectory;
import io.moquette.broker.subscriptions.ISubscriptionsDirectory;
import io.moquette.interception.BrokerInterceptor;
import io.moquette.persistence.MemorySessionsRepository;
import io.moquette.persistence.MemorySubscriptionsRepository;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts Moquette's parts together, in place of its {@code Server} and acceptor: everything in memory, plain TCP, one
 * network thread, one session loop, and an end that does not wait for two quiet seconds.
 */
public final class MqttServer {
    /** How long the end waits for each of: what was published before, the sockets, the threads. */
    private static final int END_MS = 400;
    private static final int CONNECT_SECONDS = 10;

    private final BrokerSettings settings;
    private final Doorkeeper doorkeeper;
    private final SessionEventLoopGroup loop;
    private final LanSessionRegistry registry;
    private final LanPostOffice postOffice;
    private final IRetainedRepository retained;
    private final NioEventLoopGroup network;
    private final ChannelGroup clients;
    private final AtomicInteger backlogBytes = new AtomicInteger();
    private final int backlogLimit;
    private volatile boolean open;
    private Channel listener;

    /** Starts the session loop. */
    public MqttServer(BrokerSettings settings, Doorkeeper doorkeeper, IAuthorizatorPolicy policy) {
        this.settings = settings;
        this.doorkeeper = doorkeeper;
        this.backlogLimit = Math.max(1 << 20, settings.messageBytes);
        SteadyClock clock = new SteadyClock();
        ISubscriptionsDirectory subscriptions = new CTrieSubscriptionDirectory();
        subscriptions.init(new MemorySubscriptionsRepository());
        ISessionsRepository sessions = new MemorySessionsRepository();
        Authorizator authorizator = new Authorizator(policy);
        this.loop = new SessionEventLoopGroup(BrokerSettings.COMMANDS, settings.events);
        this.registry = new LanSessionRegistry(subscriptions, sessions, authorizator, loop, settings, clock);
        this.retained = new BoundedRetained(settings);
        this.postOffice = new LanPostOffice(subscriptions, retained, registry, sessions,
            new BrokerInterceptor(settings.events), authorizator, loop);
        this.network = new NioEventLoopGroup(1, new DefaultThreadFactory("broker-network"));
        this.clients = new DefaultChannelGroup(network.next());
    }

    /** Listens when it returns. Once. @throws IOException if the address cannot be bound; close() is due even then */
    public void start() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(network).channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
            .childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    prepare(channel);
                }
            });
        io.netty.channel.ChannelFuture bound =
            bootstrap.bind(new InetSocketAddress(settings.host, settings.port)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause() instanceof UnresolvedAddressException ? "unknown host"
                : bound.cause().getMessage(), bound.cause());
        }
        listener = bound.channel();
        open = true;
    }

    private void prepare(Channel channel) {
        MQTTConnection connection = new MQTTConnection(channel, settings, doorkeeper, registry, postOffice);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(ClientHandler.IDLE, new IdleStateHandler(CONNECT_SECONDS, 0, 0));
        pipeline.addLast(new MqttDecoder(settings.messageBytes));
        pipeline.addLast(MqttEncoder.INSTANCE);
        pipeline.addLast(new ClientHandler(this, connection));
    }

    /** Called by the network thread; false where there are too many connections. */
    boolean admit(Channel channel) {
        if (clients.size() >= settings.maxConnections) {
            settings.events.connectionRefused();
            return false;
        }
        clients.add(channel);
        return true;
    }

    /** The port that is listened on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /**
     * Publishes to all subscribers later, in the order of the calls. Any thread; never waits. At most 2048 messages
     * and 1 MiB (or one longest packet, if that is more) wait.
     *
     * @return false where that much waits already, and before the start and after the end
     */
    public boolean publish(String topic, byte[] payload, int qos, boolean retain) {
        final int size = payload.length + topic.length();
        if (!open) {
            return false;
        }
        if (backlogBytes.addAndGet(size) > backlogLimit) {
            backlogBytes.addAndGet(-size);
            return false;
        }
        final MqttPublishMessage message = new MqttPublishMessage(
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.valueOf(qos), retain, 0),
            new MqttPublishVariableHeader(topic, 1), Unpooled.wrappedBuffer(payload));
        boolean taken = loop.offer("publish", new Callable<Void>() {
            @Override
            public Void call() {
                backlogBytes.addAndGet(-size);
                postOffice.publish(message);
                return null;
            }
        });
        if (!taken) {
            backlogBytes.addAndGet(-size);
        }
        return taken;
    }

    /** Hands over what is retained under a filter. Any thread; the payload is the receiver's. */
    public void retained(String filter, RetainedReceiver receiver) {
        for (RetainedMessage message : retained.retainedOnTopic(filter)) {
            receiver.message(message.getTopic().toString(), message.getPayload(), message.qosLevel().value());
        }
    }

    /** Takes retained messages. */
    public interface RetainedReceiver {
        /** @param qos 0, 1 or 2 */
        void message(String topic, byte[] payload, int qos);
    }

    /** Sends what was published before as far as the clients read it, closes all connections, ends the threads. */
    public void close() {
        boolean wasOpen = open;
        open = false;
        try {
            if (wasOpen) {
                listener.close().await(END_MS);
                awaitLoop();
                postOffice.keepWills();
                clients.close().await(END_MS);
            }
            network.shutdownGracefully(0, END_MS, TimeUnit.MILLISECONDS).await(END_MS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        postOffice.terminate();
        registry.close();
    }

    private void awaitLoop() throws InterruptedException {
        final CountDownLatch reached = new CountDownLatch(1);
        boolean taken = loop.offer("close", new Callable<Void>() {
            @Override
            public Void call() {
                reached.countDown();
                return null;
            }
        });
        if (taken) {
            reached.await(END_MS, TimeUnit.MILLISECONDS);
        }
    }
}
