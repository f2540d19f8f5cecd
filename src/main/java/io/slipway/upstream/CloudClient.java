package io.slipway.upstream;

import com.hivemq.client.mqtt.MqttClientBuilderBase;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.reactivex.Scheduler;
import io.reactivex.functions.Function;
import io.reactivex.plugins.RxJavaPlugins;
import io.reactivex.schedulers.Schedulers;
import io.slipway.config.HostPort;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * One connection to the cloud broker, from the attempt to its end; never used a second time, so that nothing that was
 * on the way in it can come back beside what is sent again. Has one network thread of its own, which also runs all
 * callbacks; nothing here blocks. The version of MQTT is the business of the two subclasses.
 *
 * <p>It goes from connecting to connected to lost, or from connecting to lost, and wakes the sender at each step.
 */
abstract class CloudClient implements MqttClientDisconnectedListener {
    /** Runs a callback where it is: on the network thread, not on a pool of the library's. */
    private static final class SameThread implements Executor {
        @Override
        public void execute(Runnable callback) {
            callback.run();
        }
    }

    /** Stands for RxJava's pool for blocking work, which nothing here uses: making that one starts a thread. */
    private static final class NoPool extends Scheduler implements Function<Callable<Scheduler>, Scheduler> {
        @Override
        public Scheduler apply(Callable<Scheduler> pool) {
            return this;
        }

        @Override
        public Worker createWorker() {
            throw new IllegalStateException("there is no pool for blocking work");
        }
    }

    /** Counts a small message off when its fate is known, and as dropped if that was not an acknowledgement. */
    private final class Report implements BiConsumer<Object, Throwable> {
        private final long sentAtNs = System.nanoTime();

        @Override
        public void accept(Object puback, Throwable failure) {
            if (failure != null) {
                health.count(Counter.UPSTREAM_REPORTS_DROPPED);
            }
            onAnswer(this);
        }
    }

    /** Counts a passenger's message off when its fate is known. */
    private final class Carried implements BiConsumer<Object, Throwable> {
        private final int length;

        Carried(int length) {
            this.length = length;
        }

        @Override
        public void accept(Object puback, Throwable failure) {
            carriedBytes.addAndGet(-length);
        }
    }

    /** Bytes of a passenger's messages on their way at most, and one message more. */
    private static final int MAX_CARRIED = 64 << 10;
    /** Small messages on their way at most: a broker that does not acknowledge must not fill our memory. */
    private static final int MAX_REPORTS = 64;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    static {
        RxJavaPlugins.setInitIoSchedulerHandler(new NoPool());
    }

    final CloudAccess access;
    private final Detour.Route route;
    private final Health health;
    private final Upstream.CommandListener commands;
    private final Signal signal;
    /** On their way, the oldest first: one that is never answered must not be forgotten over others that are. */
    private final Queue<Report> openReports = new ConcurrentLinkedQueue<>();
    private volatile Report subscribing;
    private final AtomicInteger carriedBytes = new AtomicInteger();
    /** Bytes of packets that are no batches, and not taken yet by whoever counts them. */
    private final AtomicInteger otherBytes = new AtomicInteger();
    /** {@code null} where none are awaited. */
    private final CloudInbox inbox;
    private final NioEventLoopGroup network;
    private volatile boolean connected;
    private volatile boolean remembered;
    private volatile boolean abandoned;
    private volatile boolean deaf;
    private volatile Throwable lost;

    /**
     * @param route through a neighbour; {@code null} for straight to the broker
     * @param inbox where receipts and requests go; {@code null} where none are awaited
     */
    CloudClient(CloudAccess access, Detour.Route route, Upstream.CommandListener commands, CloudInbox inbox,
                Health health, Signal signal) {
        this.access = access;
        this.route = route;
        this.inbox = inbox;
        this.commands = commands;
        this.health = health;
        this.signal = signal;
        this.network = new NioEventLoopGroup(1,
            new DefaultThreadFactory("upstream-" + access.config.name + "-net", true));
    }

    /** A connection in the configured version of MQTT; the classes of the other are not loaded. */
    static CloudClient of(CloudAccess access, Detour.Route route, Upstream.CommandListener commands, CloudInbox inbox,
                          Health health, Signal signal) {
        return access.config.mqtt5 ? new Mqtt5CloudClient(access, route, commands, inbox, health, signal)
            : new Mqtt3CloudClient(access, route, commands, inbox, health, signal);
    }

    /** Begins to connect. */
    abstract void connect();

    /** Publishes a batch with QoS 1. The future ends with the PUBACK, or with why there is none. */
    abstract CompletableFuture<?> publish(Parcel parcel);

    /** Publishes anything else with QoS 1. */
    final CompletableFuture<?> publish(String topic, byte[] payload, boolean retain) {
        otherBytes.addAndGet(PacketSize.publish(topic, payload.length));
        return send(topic, payload, retain);
    }

    abstract CompletableFuture<?> send(String topic, byte[] payload, boolean retain);

    /** The broker took a batch that nobody subscribes to. */
    final void onUnheard() {
        health.count(Counter.UPSTREAM_BATCHES_UNHEARD);
        health.error("Upstream " + access.config.name + ": nobody subscribes to " + access.topics.batch()
            + ", and the broker keeps no batch for later");
    }

    /** What a batch takes on the line as an MQTT packet, in bytes. */
    abstract int packetBytes(Parcel parcel);

    /** Publishes with QoS 1 that the broker takes without having answered the ones before; once connected. */
    abstract int receiveMaximum();

    /** Takes leave with a DISCONNECT, if connected. */
    abstract void disconnect();

    /** What a failed publish, or the end of the connection, means for what was on its way. */
    abstract Verdict verdict(Throwable failure);

    /** Whether the refusal came from here, without asking the broker. */
    final boolean isOwn(Throwable failure) {
        return failure instanceof MqttEncodeException;
    }

    /** Why the connection could not be made, was lost, or a publish was refused, for people. */
    abstract String reason(Throwable failure);

    /** Publishes a small message, or counts it as dropped if too many are on their way. Any thread. */
    final void report(String topic, byte[] payload, boolean retain) {
        if (!isConnected() || openReports.size() >= MAX_REPORTS) {
            health.count(Counter.UPSTREAM_REPORTS_DROPPED);
            return;
        }
        Report report = new Report();
        openReports.add(report);
        publish(topic, payload, retain).whenComplete(report);
    }

    private void onAnswer(Report report) {
        openReports.remove(report);
        signal.run();
    }

    /** Publishes a passenger's message, false if not connected or too many bytes of them are on their way. */
    final boolean carry(String topic, byte[] payload) {
        if (!isConnected() || carriedBytes.get() > MAX_CARRIED) {
            return false;
        }
        carriedBytes.addAndGet(payload.length);
        publish(topic, payload, false).whenComplete(new Carried(payload.length));
        return true;
    }

    /** What to subscribe to for the passenger; {@code null} where there is none. */
    final String passengerFilter() {
        return access.passenger == null ? null : access.passenger.prefix() + "#";
    }

    /** Bytes of packets that are no batches, since the last call: what was sent to connect included. */
    final int takeOtherBytes() {
        return otherBytes.getAndSet(0);
    }

    /** What to subscribe to. */
    final List<String> filters() {
        List<String> filters = new ArrayList<>();
        filters.add(access.topics.downFilter());
        if (inbox != null) {
            filters.add(access.topics.receipt());
            filters.add(access.topics.missing());
        }
        if (configTopic() != null) {
            filters.add(configTopic());
        }
        return filters;
    }

    /** Where configurations come; {@code null} where none are taken. */
    final String configTopic() {
        return access.config.remoteConfig ? access.topics.config() : null;
    }

    /** Whether small messages, or the SUBSCRIBE, are on their way. */
    final boolean isReporting() {
        return !openReports.isEmpty();
    }

    /** For how long the oldest of those that {@link #isReporting} means is on its way, in nanoseconds; 0 for none. */
    final long silenceNs(long nowNs) {
        Report oldest = openReports.peek();
        return oldest == null ? 0 : Math.max(1, nowNs - oldest.sentAtNs);
    }

    /** Whether the broker has let us in and has not been lost since. */
    final boolean isConnected() {
        return connected && lost == null;
    }

    /**
     * Whether the broker had kept our session. Where it had not it may be one that has lost all that it held, such as
     * what we had it retain. Once connected.
     */
    final boolean isRemembered() {
        return remembered;
    }

    /** Whether the broker has refused the SUBSCRIBE: nothing comes down as long as this connection stands. */
    final boolean isDeaf() {
        return deaf;
    }

    /** Why the connection is at its end; {@code null} while it is not. */
    final Throwable lost() {
        return lost;
    }

    /** Counts the connection as lost, for a reason that only the sender knows. */
    final void giveUp(String why) {
        markLost(new IOException(why));
    }

    /**
     * Closes the socket, if it is not closed, and ends the network thread.
     *
     * @param waitMs how long to wait for the thread
     */
    final void end(long waitMs) {
        abandoned = true;
        network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        if (waitMs > 0) {
            network.terminationFuture().awaitUninterruptibly(waitMs);
        }
    }

    /** What both versions set alike. */
    final <B extends MqttClientBuilderBase<B>> B common(B builder) {
        MqttClientTransportConfigBuilder.Nested<? extends B> transport = builder.identifier(access.clientId)
            .executorConfig(MqttClientExecutorConfig.builder()
                .nettyExecutor(network)
                .nettyThreads(1)
                .applicationScheduler(Schedulers.from(new SameThread()))
                .build())
            .transportConfig()
                .socketConnectTimeout(access.config.connectTimeoutS, TimeUnit.SECONDS)
                .mqttConnectTimeout(access.config.connectTimeoutS, TimeUnit.SECONDS)
                .sslConfig(access.tls);
        HostPort broker = access.config.broker;
        transport = route == null ? transport.serverHost(broker.host).serverPort(broker.port)
            : transport.serverAddress(beginning(broker.host));
        return transport.applyTransportConfig().addDisconnectedListener(this);
    }

    /**
     * Where the route begins: a port of this machine, under the broker's name, for that is what TLS asks for and checks
     * the broker's certificate against.
     */
    private InetSocketAddress beginning(String host) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host, LOOPBACK), route.port());
        } catch (UnknownHostException notFourBytes) {
            throw new IllegalStateException(notFourBytes);
        }
    }

    /** The library says that the connection failed or ended. */
    @Override
    public final void onDisconnected(MqttClientDisconnectedContext context) {
        markLost(context.getCause());
    }

    /**
     * Called once with the CONNACK, or with why there is none.
     *
     * @param hadSession whether the broker had kept our session
     */
    final void onConnect(Throwable failure, boolean hadSession) {
        remembered = hadSession;
        otherBytes.addAndGet(PacketSize.CONNECTING);
        if (failure != null) {
            markLost(failure);
        } else if (!abandoned) {
            connected = true;
            signal.run();
        }
    }

    /** The SUBSCRIBE goes. */
    final void beginSubscribe() {
        subscribing = new Report();
        openReports.add(subscribing);
    }

    /** Called once with the SUBACK, or with why there is none. */
    final void onSubscribe(Throwable failure) {
        deaf = failure != null;
        onAnswer(subscribing);
        if (failure != null && lost == null) {
            health.error("upstream " + access.config.name + ": no commands, the subscription failed: "
                + reason(failure));
        }
    }

    /** Hands a message that came down to the gateway. A retained one is old news: a command is not a state. */
    final void onMessage(String topic, byte[] payload, boolean retained) {
        if (inbox != null && topic.equals(access.topics.receipt())) {
            inbox.receipt(payload);
            signal.run();
            return;
        }
        if (inbox != null && topic.equals(access.topics.missing())) {
            inbox.missing(payload);
            signal.run();
            return;
        }
        if (access.passenger != null && topic.startsWith(access.passenger.prefix())) {
            access.passenger.message(topic, payload);
            return;
        }
        boolean isConfig = topic.equals(configTopic());
        if (retained || !isConfig && !access.topics.isDown(topic)) {
            return;
        }
        health.count(Counter.UPSTREAM_COMMANDS);
        try {
            commands.command(topic, payload);
        } catch (RuntimeException broken) {
            // One bad command must not end the stream of them.
            health.error("upstream " + access.config.name + ": a command failed: " + broken);
        }
    }

    private void markLost(Throwable cause) {
        if (lost == null) {
            lost = cause;
        }
        signal.run();
    }
}
