package io.slipway.broker;

import io.moquette.broker.BrokerEvents;
import io.moquette.broker.BrokerSettings;
import io.moquette.broker.ListenAddress;
import io.moquette.broker.MqttServer;
import io.netty.handler.ssl.SslContext;
import io.slipway.config.BrokerConfig;
import io.slipway.config.GatewayConfig;
import io.slipway.config.HostPort;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import io.slipway.reading.Topics;
import io.slipway.security.Acl;
import io.slipway.security.PasswordFile;
import io.slipway.security.ServerTls;
import io.slipway.security.Users;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tinylog.Logger;

/**
 * The MQTT broker for the LAN (MQTT 3.1, 3.1.1 and 5, over TCP, TLS and WebSocket). It keeps everything in
 * memory and writes no file but a certificate that it makes: sessions and retained messages end with the process, what
 * must last is in the database.
 *
 * <p>What is held for one client, in flight or waiting, is bounded by {@code client_queue} messages and {@code
 * client_queue_bytes} bytes (and one message more); then the oldest that waits is dropped and counted. Beside that a
 * client's socket buffers about 64 KiB. Absent clients keep their session for a day, but no more of them than
 * {@code max_connections}.
 */
public final class LanBroker implements Closeable {
    /** Hears what LAN clients publish. */
    public interface PublishListener {
        /**
         * Called by the broker's session thread for each PUBLISH, and each will, that the access rules let through,
         * right after it was acknowledged. Must not block: no client is served meanwhile. A message with QoS 1 can
         * come twice.
         */
        void published(String clientId, String topic, byte[] payload);
    }

    /** Hears every message, as a subscriber to everything would, but in this process. */
    public interface Tap {
        /**
         * Called by the thread that publishes; for LAN clients that is the broker's session thread. Must not block.
         *
         * @param qos 0, 1 or 2: how it was published
         */
        void message(String topic, byte[] payload, int qos);
    }

    private final BrokerConfig config;
    private final Path dataDir;
    private final String gatewayId;
    private final Topics topics;
    private final PublishListener listener;
    private final Health health;
    private final Users users;
    private final AccessRules rules;
    /** {@code null} where no address has TLS: its classes are not loaded then. */
    private ServerTls tls;
    private int port;
    private volatile MqttServer server;
    /** Complete before the start. */
    private final List<Tap> taps = new ArrayList<>();

    /** Does nothing yet. @param gateway who it is, and where it keeps a certificate that it makes */
    public LanBroker(BrokerConfig config, GatewayConfig gateway, Topics topics, PublishListener listener,
                     Health health) {
        this.config = config;
        this.dataDir = gateway.dataDir;
        this.gatewayId = gateway.id;
        this.topics = topics;
        this.listener = listener;
        this.health = health;
        this.users = new Users(PasswordFile.none(), config.loginAttempts, health);
        this.rules = new AccessRules(topics, health);
    }

    /** Those who may log in; nobody before the start. */
    public Users users() {
        return users;
    }

    /** Lets clients publish to the topics of shared values. Before {@link #start}. */
    public void shareValues() {
        rules.shareValues();
    }

    /** Has a tap hear what is published. Before {@link #start}. */
    public void add(Tap tap) {
        taps.add(tap);
    }

    private void tap(String topic, byte[] payload, int qos) {
        for (int i = 0; i < taps.size(); i++) {
            taps.get(i).message(topic, payload, qos);
        }
    }

    /** Hands over what is retained under a filter, before it returns. Any thread. */
    public void retained(String filter, final Tap receiver) {
        MqttServer running = server;
        if (running != null) {
            running.retained(filter, new MqttServer.RetainedReceiver() {
                @Override
                public void message(String topic, byte[] payload, int qos) {
                    receiver.message(topic, payload, qos);
                }
            });
        }
    }

    /**
     * Listens when it returns. Once, by the thread that wires the gateway.
     *
     * @throws IOException if a file of the configuration cannot be used (with file and line) or an address not be
     *     bound; nothing is left running then
     */
    public void start() throws IOException {
        if (config.listenTls != null || config.listenWss != null) {
            tls = new ServerTls(config.tls, dataDir, gatewayId);
        }
        readAccess(config).apply();
        MqttServer starting = new MqttServer(settings(config), new Login(users, health), rules);
        try {
            boolean guarded = !config.allowAnonymous;
            port = starting.listen(address(config.listen, new LanTransport(null, false, true)));
            listen(starting, config.listenTls, "TLS", new LanTransport(tls, false, true));
            listen(starting, config.listenWs, "WebSocket", new LanTransport(null, true, guarded));
            listen(starting, config.listenWss, "WebSocket over TLS", new LanTransport(tls, true, guarded));
        } catch (IOException refused) {
            starting.close();
            throw refused;
        }
        starting.open();
        server = starting;
        health.pulse("broker", new Pulse.Probe() {
            @Override
            public void ask(final Pulse answer) {
                server.probe(new Runnable() {
                    @Override
                    public void run() {
                        answer.rest();
                    }
                });
            }
        });
        Logger.info("The broker listens on {} port {}", config.listen.host, port);
    }

    private static void listen(MqttServer starting, HostPort at, String what, LanTransport transport)
            throws IOException {
        if (at != null) {
            int bound = starting.listen(address(at, transport));
            Logger.info("The broker listens with {} on {} port {}", what, at.host, bound);
        }
    }

    private static ListenAddress address(HostPort at, LanTransport transport) {
        return new ListenAddress(at.host, at.port, transport);
    }

    private BrokerSettings settings(BrokerConfig config) {
        BrokerSettings settings = new BrokerSettings();
        settings.allowAnonymous = config.allowAnonymous;
        settings.maxConnections = config.maxConnections;
        settings.maxConnectionsPerAddress = config.maxConnectionsPerAddress;
        settings.messageBytes = config.messageBytes;
        settings.messagesPerS = config.messagesPerS;
        settings.queueMessages = config.clientQueue;
        settings.queueBytes = config.clientQueueBytes;
        settings.ownRoot = topics.root();
        settings.events = new Events();
        return settings;
    }

    /** Something that was read and found good, to be used by {@link #apply}, which cannot fail. */
    public interface Change {
        /** Any thread, once. */
        void apply();
    }

    /**
     * Reads what may change while the broker runs: users, access rules, certificates, limits. Addresses do not.
     *
     * @return to be applied; then who is connected stays, but for users who are no longer in the password file; access
     *     rules count at once, and limits for new connections
     * @throws IOException if a file cannot be used (with file and line); nothing has changed then
     */
    public Change prepare(final BrokerConfig fresh) throws IOException {
        final Change access = readAccess(fresh);
        final SslContext context = tls == null ? null : tls.read(fresh.tls);
        return new Change() {
            @Override
            public void apply() {
                access.apply();
                if (context != null) {
                    tls.use(context);
                }
                server.use(settings(fresh));
                server.dismiss(new MqttServer.Guests() {
                    @Override
                    public boolean mayStay(String user) {
                        return user == null ? fresh.allowAnonymous : users.knows(user);
                    }
                });
            }
        };
    }

    private Change readAccess(final BrokerConfig fresh) throws IOException {
        final PasswordFile file = fresh.passwordFile == null ? PasswordFile.none()
            : PasswordFile.read(fresh.passwordFile);
        final Acl acl = fresh.aclFile == null ? Acl.open() : Acl.read(fresh.aclFile);
        return new Change() {
            @Override
            public void apply() {
                users.use(file, fresh.loginAttempts);
                rules.use(acl);
            }
        };
    }

    /** The port without TLS that is listened on. Only after {@link #start()}. */
    public int port() {
        return port;
    }

    /**
     * Gives a message to all subscribers, later but in the order of the calls. Any thread; never waits. At most 2048
     * messages or 1 MiB wait to be given out. A retained message is kept whatever its QoS.
     *
     * @return false, and counted, where the broker could not take it; true says that each subscriber gets it unless it
     *     is too slow, which is counted as well
     */
    public boolean publish(String topic, byte[] payload, int qos, boolean retain) {
        tap(topic, payload, qos);
        MqttServer running = server;
        if (running != null && running.publish(topic, payload, qos, retain)) {
            return true;
        }
        health.count(Counter.BROKER_PUBLISH_FAILED);
        return false;
    }

    /**
     * Gives out what was published before, closes all connections without wills, and ends the threads. What was
     * acknowledged to a client until then has reached the listener when this returns.
     */
    @Override
    public void close() {
        MqttServer running = server;
        if (running != null) {
            running.close();
        }
        users.close();
    }

    private final class Events implements BrokerEvents {
        @Override
        public void connected(String clientId) {
            health.count(Counter.BROKER_CONNECTIONS);
        }

        @Override
        public void published(String clientId, String topic, byte[] payload, int qos) {
            listener.published(clientId, topic, payload);
            tap(topic, payload, qos);
        }

        @Override
        public void queueDropped() {
            health.count(Counter.BROKER_QUEUE_DROPPED);
        }

        @Override
        public void connectionRefused() {
            health.count(Counter.BROKER_CONNECTION_REFUSED);
            health.error("The broker refuses connections: there are too many already, in all or from one address");
        }

        @Override
        public void connectTimedOut() {
            health.count(Counter.BROKER_CONNECT_TIMEOUTS);
        }

        @Override
        public void retainedRefused() {
            health.count(Counter.BROKER_RETAINED_REFUSED);
            health.error("The broker does not keep more retained messages of clients");
        }

        @Override
        public void sessionDropped() {
            health.count(Counter.BROKER_SESSIONS_DROPPED);
        }

        @Override
        public void failed(String command, Throwable cause) {
            health.count(Counter.BROKER_ERRORS);
            health.error("The broker failed in " + command + ": " + cause.getClass().getName());
            Logger.debug(cause, "{} failed", command);
        }
    }
}
