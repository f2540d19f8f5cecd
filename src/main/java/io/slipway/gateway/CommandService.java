package io.slipway.gateway;

import io.slipway.command.Commands;
import io.slipway.command.Radio;
import io.slipway.command.Reports;
import io.slipway.config.Config;
import io.slipway.health.Gauge;
import io.slipway.health.Health;
import io.slipway.ingest.Clock;
import io.slipway.mesh.Mesh;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import io.slipway.store.Records;
import io.slipway.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Commands to the nodes of all meshes, which begin with the first one, of now or of an earlier life: their thread and
 * their classes cost a gateway without commands nothing. Any thread; never waits but in {@link #close}.
 */
final class CommandService implements Records.Owner {
    /** Where reports go. */
    interface Output {
        void publish(String topic, byte[] payload);
    }

    private final Config config;
    private final List<Mesh> meshes;
    private final List<CoapService> coapServices;
    private final Store store;
    private final Clock clock;
    private final Output output;
    private final Health health;
    private boolean holding;
    /** {@code null} until the first command. */
    private volatile Commands commands;

    CommandService(Config config, Meshes meshes, Store store, Clock clock, Output output, Health health) {
        this.config = config;
        this.meshes = meshes.all();
        this.coapServices = meshes.coapServices();
        this.store = store;
        this.clock = clock;
        this.output = output;
        this.health = health;
        health.gauge("commands", new Gauge() {
            @Override
            public long value() {
                Commands begun = commands;
                return begun == null ? 0 : begun.count();
            }
        });
    }

    /** See {@link Commands#command}. */
    void command(String topic, byte[] payload) {
        begun().command(topic, payload);
    }

    /** See {@link Commands#heard}. */
    void heard(Eui64 node) {
        Commands begun = commands;
        if (begun != null) {
            begun.heard(node);
        }
    }

    @Override
    public void found(Map<Long, byte[]> records) {
        if (!records.isEmpty()) {
            begun().found(records);
        }
    }

    @Override
    public void lost() {
        Commands begun = commands;
        if (begun != null) {
            begun.lost();
        }
    }

    private synchronized Commands begun() {
        if (commands == null) {
            Commands starting = Starter.start(this);
            if (holding) {
                starting.hold();
            }
            commands = starting;
        }
        return commands;
    }

    /** See {@link Commands#hold}. */
    synchronized void hold() {
        holding = true;
        if (commands != null) {
            commands.hold();
        }
    }

    /** See {@link Commands#close}. */
    void close() {
        Commands begun = commands;
        if (begun != null) {
            begun.close();
        }
    }

    /** A class of its own, because the JVM loads what a method names before the method runs. */
    private static final class Starter implements Reports {
        private final Output output;

        private Starter(Output output) {
            this.output = output;
        }

        static Commands start(CommandService service) {
            List<Radio> radios = new ArrayList<>();
            for (int i = 0; i < service.meshes.size(); i++) {
                radios.add(new MeshRadio(service.config.meshes.get(i), service.meshes.get(i),
                    service.coapServices.get(i)));
            }
            return new Commands(new Topics(service.config.gateway.id), service.config.commands, service.config.nodes,
                radios, new TrustedClock(service.clock, service.store.epoch()), new CommandLedger(service.store),
                new Starter(service.output), service.health);
        }

        @Override
        public void publish(String topic, byte[] payload) {
            output.publish(topic, payload);
        }
    }
}
