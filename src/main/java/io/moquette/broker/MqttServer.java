package io.moquette.broker;

import io.moquette.interception.BrokerInterceptor;
import io.moquette.persistence.MemorySessionsRepository;
import io.moquette.persistence.MemorySubscriptionsRepository;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
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
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts Moquette's parts together, in place of its {@code Server} and acceptor: everything in memory, one
 * network thread, one session loop, and an end that does not wait for two quiet seconds.
 */
public final class MqttServer {
    /** How long the end waits for each of: what was published before, the sockets, the threads. */
    private static final int END_MS = 400;

    private volatile BrokerSettings settings;
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
    /** {@code null} as long as nobody was dismissed. */
    private volatile Guests guests;
    /** Guarded by the network thread. */
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private final List<Channel> listeners = new ArrayList<>();

    /** Starts the session loop. */
    public MqttServer(BrokerSettings settings, Doorkeeper doorkeeper, AccessPolicy policy) {
        this.settings = settings;
        this.doorkeeper = doorkeeper;
        this.backlogLimit = Math.max(1 << 20, settings.messageBytes);
        SteadyClock clock = new SteadyClock();
        LanSubscriptions subscriptions = new LanSubscriptions();
        subscriptions.init(new MemorySubscriptionsRepository());
        ISessionsRepository sessions = new MemorySessionsRepository();
        Authorizator authorizator = new Authorizator(policy);
        this.loop = new SessionEventLoopGroup(BrokerSettings.COMMANDS, settings.events);
        this.registry = new LanSessionRegistry(subscriptions, sessions, authorizator, loop, settings, clock);
        this.retained = new BoundedRetained(settings);
        this.postOffice = new LanPostOffice(subscriptions, retained, registry, sessions,
            new BrokerInterceptor(settings.events), authorizator, policy, loop);
        this.network = new NioEventLoopGroup(1, new DefaultThreadFactory("broker-network"));
        this.clients = new DefaultChannelGroup(network.next());
    }

    /**
     * Listens on one more address when it returns. Before {@link #open}.
     *
     * @return the port
     * @throws IOException if the address cannot be bound; close() is due even then
     */
    public int listen(final ListenAddress address) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(network).channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
            .childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    prepare(channel, address.transport);
                }
            });
        ChannelFuture bound = bootstrap.bind(new InetSocketAddress(address.host, address.port)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("The broker cannot listen on " + address + ": "
                + (bound.cause() instanceof UnresolvedAddressException ? "unknown host" : bound.cause().getMessage()),
                bound.cause());
        }
        listeners.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /** From now on messages are taken. Once, when all addresses are listened on. */
    public void open() {
        open = true;
    }

    private void prepare(Channel channel, Transport transport) {
        MQTTConnection connection = new MQTTConnection(channel, settings, transport, this, registry, postOffice);
        transport.prepare(channel);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new MqttDecoder(settings.messageBytes));
        pipeline.addLast(MqttEncoder.INSTANCE);
        pipeline.addLast(ClientHandler.NAME, new ClientHandler(this, connection, transport.connectSeconds()));
    }

    /** Called by the network thread; false where there are too many connections. */
    boolean admit(Channel channel) {
        final InetAddress from = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        Integer others = perAddress.get(from);
        int count = others == null ? 1 : others + 1;
        if (clients.size() >= settings.maxConnections || count > settings.maxConnectionsPerAddress) {
            settings.events.connectionRefused();
            return false;
        }
        clients.add(channel);
        perAddress.put(from, count);
        channel.closeFuture().addListener(new ChannelFutureListener() {
            @Override
            public void operationComplete(ChannelFuture closed) {
                left(from);
            }
        });
        return true;
    }

    /** A client did not say who it is in time. */
    void connectTimedOut() {
        settings.events.connectTimedOut();
    }

    private void left(InetAddress from) {
        int count = perAddress.get(from) - 1;
        if (count == 0) {
            perAddress.remove(from);
        } else {
            perAddress.put(from, count);
        }
    }

    /** From now on this counts for new connections, and for how many there may be. Any thread. */
    public void use(BrokerSettings fresh) {
        settings = fresh;
    }

    /** Says who may stay. */
    public interface Guests {
        /** @param user {@code null} for an anonymous client */
        boolean mayStay(String user);
    }

    /** Whether a client that has just logged in may come in, by what the last {@link #dismiss} said. Any thread. */
    boolean mayStay(String user) {
        Guests last = guests;
        return last == null || last.mayStay(user);
    }

    /** Who decides about passwords. */
    Doorkeeper doorkeeper() {
        return doorkeeper;
    }

    /**
     * Closes connections of those who may not stay, and lets none of them in from now on. Later, by the network
     * thread; any thread may call.
     */
    public void dismiss(final Guests guests) {
        this.guests = guests;
        network.next().execute(new Runnable() {
            @Override
            public void run() {
                for (Channel channel : clients) {
                    ((ClientHandler) channel.pipeline().get(ClientHandler.NAME)).dismiss(guests);
                }
            }
        });
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

    /** Has the network thread, and then the session loop, say that they live. */
    public void probe(final Runnable answer) {
        network.execute(new Runnable() {
            @Override
            public void run() {
                loop.routeCommand("", "probe", new Callable<Void>() {
                    @Override
                    public Void call() {
                        answer.run();
                        return null;
                    }
                });
            }
        });
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
                for (Channel listener : listeners) {
                    listener.close().await(END_MS);
                }
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
