package io.slipway.gateway;

import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.config.UpstreamConfig;
import io.slipway.health.Health;
import io.slipway.health.StatusPort;
import io.slipway.ingest.Ingest;
import io.slipway.ingest.Journal;
import io.slipway.ingest.LiveFeed;
import io.slipway.ingest.SystemClock;
import io.slipway.reading.Draft;
import io.slipway.reading.Reading;
import io.slipway.reading.Topics;
import io.slipway.replication.Replication;
import io.slipway.store.Numbering;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import io.slipway.upstream.Upstream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tinylog.Logger;

/**
 * One running gateway. The only place that knows all the parts: a reading goes from a mesh through ingest to broker
 * and store, and from the store upstream; a command comes from broker or upstream and goes to a mesh.
 */
public final class Gateway implements Closeable {
    private static final byte[] ONLINE = "online".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OFFLINE = "offline".getBytes(StandardCharsets.US_ASCII);
    private static final int AT_LEAST_ONCE = 1;
    /** To load the client for the cloud takes a small processor seconds; readings on the LAN come before that. */
    private static final long HEAD_START_MS = 5000;

    private final Config config;
    private final Health health;
    private final Topics topics;
    private final List<Upstream> upstreams = new ArrayList<>();
    private final LiveTail tail = new LiveTail();
    private final AskedCommands asked;
    private Meshes meshes;
    private CommandService commands;
    private Store store;
    private LanBroker broker;
    private Ingest ingest;
    private StatusPort statusPort;
    /** {@code null} where they are not configured. */
    private StatusTopics statusTopics;
    /** {@code null} where there is no cluster: its classes are not loaded then. */
    private Replication replication;
    /** {@code null} where it is not configured: its classes are not loaded then. */
    private WebService web;
    private Reload reload;
    /** {@code null} where nothing is decoded and nothing announced: its classes are not loaded then. */
    private volatile DecodedValues values;

    /** {@code null} where no upstream may propose a configuration and none is on trial: it is not loaded then. */
    private volatile RemoteConfig remote;

    private Gateway(Config config, Health health) {
        this.config = config;
        this.health = health;
        this.topics = new Topics(config.gateway.id);
        this.asked = new AskedCommands(topics, new AskedCommands.Taker() {
            @Override
            public void command(String topic, byte[] payload) {
                commands.command(topic, payload);
            }
        });
    }

    /**
     * Starts every part. When this returns, the store is open, the broker listens, and the links are being opened;
     * links and upstreams that cannot be reached are tried again for ever.
     *
     * @throws StartException if the data directory, the database or the broker's port cannot be used
     */
    static Gateway start(Config config, Health health) throws StartException {
        return start(config, health, null, null);
    }

    /**
     * As the other one, and takes configurations from afar where the upstreams may propose them.
     *
     * @param file the configuration's own; {@code null} where it has none
     * @param restart how to start anew with what the file holds then; {@code null} where that cannot be
     * @throws StartException if the data directory, the database or the broker's port cannot be used
     */
    static Gateway start(Config config, Health health, Path file, RemoteConfig.Restart restart)
            throws StartException {
        NettyDefaults.apply();
        Gateway gateway = new Gateway(config, health);
        boolean started = false;
        try {
            gateway.open(file, restart);
            started = true;
            return gateway;
        } catch (StoreException | IOException failed) {
            throw new StartException(failed.getMessage(), failed);
        } finally {
            if (!started) {
                gateway.close();
            }
        }
    }

    /** Right to left: whatever a part may hand on to is there before it. */
    private void open(Path file, RemoteConfig.Restart restart) throws StoreException, IOException {
        openStore();
        broker = new LanBroker(config.broker, config.gateway, topics, new LanBroker.PublishListener() {
            @Override
            public void published(String clientId, String topic, byte[] payload) {
                fromLan(topic, payload);
            }
        }, health);
        SystemClock clock = new SystemClock(config.gateway.clockFile);
        openIngest(clock);
        meshes = new Meshes(config, topics, broker, ingest, health);
        NodeMemory nodeMemory = new NodeMemory(store.nodes(), meshes.all(), clock);
        meshes.rememberedBy(nodeMemory);
        openCommands(clock);
        for (UpstreamConfig upstream : config.upstreams) {
            addUpstream(upstream);
        }
        openReplication(clock);
        if (config.web.enabled) {
            web = new WebService(config, topics, broker, store, meshes.all(), commands, health);
        }
        broker.start();
        broker.publish(topics.state(), ONLINE, AT_LEAST_ONCE, true);
        // Also where an earlier life announced values, which are to be taken back if this one does not make them.
        if (!config.decode.isEmpty() || Files.exists(config.gateway.dataDir.resolve(DecodedValues.ANNOUNCED))) {
            startValues();
        }
        store.own(store.nodes(), nodeMemory);
        store.own(store.commands(), commands);
        StatusReport report = openStatus();
        if (file != null) {
            // Before the upstreams: a proposal may wait for us at the broker.
            openRemoteConfig(file, restart);
        }
        begin(report);
        Logger.info("Gateway {} runs, epoch {}, LAN broker on port {}", config.gateway.id, store.epoch(),
            broker.port());
    }

    private void openStore() throws StoreException {
        String[] destinations = new String[config.upstreams.size()];
        for (int i = 0; i < destinations.length; i++) {
            destinations[i] = config.upstreams.get(i).name;
        }
        store = Store.open(config.store, config.gateway.dataDir, config.gateway.id, health, destinations);
    }

    private void openReplication(SystemClock clock) throws StoreException, IOException {
        if (config.cluster != null) {
            replication = Sharing.open(config, topics, store, broker, clock, health);
            for (int i = 0; i < upstreams.size(); i++) {
                Sharing.carry(replication, upstreams.get(i), config.upstreams.get(i).name);
            }
            Sharing.tunnels(replication, upstreams, config.upstreams);
        }
    }

    private StatusReport openStatus() throws IOException {
        reload = new Reload(config, broker, web);
        StatusReport report = new StatusReport(config.gateway.id, store.epoch(), health, meshes.all(), values,
            meshes.lasts(), replication);
        statusPort = new StatusPort(config.gateway.dataDir, new Questions(report, store, tail, asked, reload,
            replication));
        return report;
    }

    /** All that is open begins to work. */
    private void begin(StatusReport report) throws IOException {
        for (Upstream upstream : upstreams) {
            upstream.start(HEAD_START_MS);
        }
        if (replication != null) {
            replication.start();
        }
        meshes.start();
        if (config.gateway.statusS > 0) {
            statusTopics = new StatusTopics(broker, topics, config.gateway.statusS, health);
            statusTopics.start();
        }
        if (web != null) {
            // What goes before it is of more use: readings, the LAN.
            web.start(report, replication);
        }
    }

    private void openIngest(SystemClock clock) throws StoreException {
        ingest = new Ingest(config.gateway.id, store.epoch(), clock, config.ingest.filters, new LiveFeed() {
                @Override
                public void publish(String topic, byte[] payload) {
                    broker.publish(topic, payload, AT_LEAST_ONCE, false);
                    tail.published(payload);
                }
            }, new Journal() {
                @Override
                public void append(Reading reading) {
                    store.append(reading);
                }
            }, health);
        store.numberWith(new Numbering() {
            @Override
            public void number(List<Draft> drafts, final Receiver receiver) {
                ingest.derive(drafts, new Journal() {
                    @Override
                    public void append(Reading reading) {
                        receiver.numbered(reading);
                    }
                });
            }
        });
    }

    /** Before the meshes, so that no reading goes by; after the broker, which would not take what is announced. */
    private void startValues() {
        values = new DecodedValues(config, topics, broker, health);
        ingest.decodeWith(values.decoders());
        meshes.announcedBy(values);
    }

    private void openCommands(SystemClock clock) {
        commands = new CommandService(config, meshes, store, clock, new CommandService.Output() {
            @Override
            public void publish(String topic, byte[] payload) {
                broker.publish(topic, payload, AT_LEAST_ONCE, false);
                asked.reported(topic, payload);
                for (Upstream upstream : upstreams) {
                    upstream.publish(topic, payload, false);
                }
            }
        }, health);
        meshes.heardBy(commands);
    }

    private void addUpstream(final UpstreamConfig upstream) throws StoreException, IOException {
        upstreams.add(new Upstream(upstream, config.gateway.id, topics, store.outbox(upstream.name),
            new Upstream.CommandListener() {
                @Override
                public void command(String topic, byte[] payload) {
                    if (topic.equals(topics.config())) {
                        proposed(upstream.name, payload);
                    } else {
                        commands.command(topic, payload);
                    }
                }
            }, health));
    }

    private void openRemoteConfig(Path file, RemoteConfig.Restart restart) {
        boolean wanted = ConfigTrial.isOpen(file);
        Map<String, Upstream> byName = new HashMap<>();
        for (int i = 0; i < upstreams.size(); i++) {
            wanted |= config.upstreams.get(i).remoteConfig;
            byName.put(config.upstreams.get(i).name, upstreams.get(i));
        }
        if (wanted) {
            remote = new RemoteConfig(file, config, topics, byName, restart);
            remote.start();
        }
    }

    private void fromLan(String topic, byte[] payload) {
        if (replication != null && topic.startsWith(topics.shared())) {
            replication.published(topic, payload);
        } else if (topics.isDown(topic)) {
            commands.command(topic, payload);
        } else {
            ingest.published(topic, payload);
            if (values != null) {
                values.published(topic, payload);
            }
        }
    }

    private void proposed(String upstream, byte[] text) {
        RemoteConfig taker = remote;
        if (taker != null) {
            taker.proposed(upstream, text);
        }
    }

    /** The broker's port on the LAN. */
    int brokerPort() {
        return broker.port();
    }

    /** The port of the web server, where it is configured. */
    int webPort() {
        return web.port();
    }

    /** Reads the configuration anew, see {@link Reload}; what is wrong is in the log. Any thread. */
    void reload() {
        try {
            reload.now();
        } catch (IOException wrong) {
            Logger.debug(wrong, "Not reloaded");
        }
    }

    /** Where the readings are kept. */
    Store store() {
        return store;
    }

    /** Left to right: nothing new comes in, what came is committed and sent as far as it goes in a few seconds. */
    @Override
    public void close() {
        if (remote != null) {
            remote.close();
        }
        if (statusTopics != null) {
            statusTopics.close();
        }
        if (web != null) {
            web.close();
        }
        if (commands != null) {
            commands.hold();
        }
        if (meshes != null) {
            SideBySide.close(meshes.all());
        }
        if (commands != null) {
            commands.close();
        }
        if (broker != null) {
            broker.publish(topics.state(), OFFLINE, AT_LEAST_ONCE, true);
            broker.close();
        }
        flush();
        if (replication != null) {
            replication.close();
        }
        SideBySide.close(upstreams);
        if (store != null) {
            store.close();
        }
        closeStatusPort();
        if (values != null) {
            values.close();
        }
    }

    /** Before the upstreams take leave, which needs seconds where one hangs: whoever stops us may lose patience. */
    private void flush() {
        try {
            if (store != null) {
                store.flush();
            }
        } catch (StoreException failed) {
            Logger.warn("Not everything is committed: {}", failed.getMessage());
        }
    }

    private void closeStatusPort() {
        try {
            if (statusPort != null) {
                statusPort.close();
            }
        } catch (IOException failed) {
            Logger.warn("The status file is left behind: {}", failed.getMessage());
        }
    }
}
