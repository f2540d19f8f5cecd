package io.slipway.gateway;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.config.MeshConfig;
import io.slipway.config.UpstreamConfig;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Topics;
import io.slipway.upstream.Upstream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tinylog.Logger;

/**
 * Takes a configuration that the cloud proposes, tries it, and keeps it only if the cloud can still be reached with it.
 * Has a thread of its own while a trial goes on or may come. See docs/remote-config.md for the messages, and
 * {@link ConfigTrial} for what is on the disk. Never logs what a proposal holds.
 */
final class RemoteConfig implements Closeable {
    /** Starts the gateway anew. */
    interface Restart {
        /** Closes this gateway and starts one with the configuration as it stands in the file. Blocks meanwhile. */
        void restart();
    }

    private static final long POLL_MS = 500;

    private final Path file;
    private final Config config;
    private final Topics topics;
    private final Map<String, Upstream> upstreams;
    private final Restart restart;
    private final ConfigTrial trial;
    private final long startNs = System.nanoTime();
    private final Thread thread;
    /** The latest proposal that nobody has looked at. */
    private byte[] proposal;
    private String proposer;
    private boolean closed;

    /** @param upstreams by name; complete when this is started */
    RemoteConfig(Path file, Config config, Topics topics, Map<String, Upstream> upstreams, Restart restart) {
        this.file = file;
        this.config = config;
        this.topics = topics;
        this.upstreams = upstreams;
        this.restart = restart;
        this.trial = ConfigTrial.of(file);
        this.thread = new Thread("remote-config") {
            @Override
            public void run() {
                live();
            }
        };
        // It starts the next gateway: while there is neither the old one nor that, nothing else keeps the JVM from
        // ending, and what that one's threads inherit is not to be of a daemon.
        this.thread.setDaemon(false);
    }

    void start() {
        thread.start();
    }

    /** Takes a proposal; one that comes while another is looked at takes the place of any that waits. Any thread. */
    synchronized void proposed(String upstream, byte[] text) {
        proposal = text;
        proposer = upstream;
        notifyAll();
    }

    private void live() {
        while (true) {
            byte[] text;
            String from;
            synchronized (this) {
                text = proposal;
                from = proposer;
                proposal = null;
                if (closed) {
                    return;
                }
            }
            try {
                if (text != null ? tried(text, from) : isOver()) {
                    restart.restart();
                    return;
                }
            } catch (IOException failed) {
                Logger.warn("Remote configuration: {}", FileProblem.withName(failed));
            }
            synchronized (this) {
                try {
                    if (!closed && proposal == null) {
                        wait(trial.phase() == ConfigTrial.Phase.NONE ? 0 : POLL_MS);
                    }
                } catch (InterruptedException stop) {
                    return;
                }
            }
        }
    }

    /** Looks at a proposal; true where it is in its place and the gateway is to be started anew. */
    private boolean tried(byte[] text, String from) throws IOException {
        String hash = ConfigTrial.hash(text);
        if (trial.phase() == ConfigTrial.Phase.TRYING) {
            if (!hash.equals(trial.hash())) {
                report(from, "rejected", hash, "another configuration is on trial");
            }
            return false;
        }
        report(from, "proposed", hash, null);
        String objection = objection(text, from);
        if (objection != null) {
            Logger.warn("A configuration that upstream {} proposed is rejected", from);
            report(from, "rejected", hash, objection);
            return false;
        }
        try {
            trial.begin(text, from);
        } catch (IOException failed) {
            report(from, "rejected", hash, "it cannot be written: " + FileProblem.withName(failed));
            return false;
        }
        Logger.info("A configuration that upstream {} proposed is tried", from);
        report(from, "applied", hash, null);
        return true;
    }

    /** Why a proposal cannot be tried; {@code null} where it can. */
    private String objection(byte[] text, String from) {
        Config wanted;
        try {
            wanted = Config.parse(String.valueOf(file.getFileName()), new String(text, StandardCharsets.UTF_8));
        } catch (ConfigException wrong) {
            return wrong.getMessage();
        }
        if (!wanted.gateway.id.equals(config.gateway.id) || !wanted.gateway.dataDir.equals(config.gateway.dataDir)) {
            return "id and data_dir of config gateway are not changed from afar";
        }
        if (!links(wanted.meshes).equals(links(config.meshes))) {
            return "the names and links of config mesh are not changed from afar";
        }
        for (UpstreamConfig upstream : wanted.upstreams) {
            if (upstream.name.equals(from)) {
                return upstream.remoteConfig ? null : "it would end its own way: remote_config of upstream '" + from
                    + "' is not set";
            }
        }
        return "it would end its own way: there is no upstream '" + from + "'";
    }

    private static String links(List<MeshConfig> meshes) {
        StringBuilder links = new StringBuilder();
        for (MeshConfig mesh : meshes) {
            links.append(mesh.name).append(' ').append(mesh.link).append('\n');
        }
        return links.toString();
    }

    /** Looks after a trial; true where it has failed, and the gateway is to be started anew with the old file. */
    private boolean isOver() throws IOException {
        if (trial.phase() == ConfigTrial.Phase.NONE) {
            return false;
        }
        Upstream upstream = upstreams.get(trial.upstream());
        boolean isBack = upstream != null && upstream.isAcknowledged();
        if (trial.phase() == ConfigTrial.Phase.TRYING) {
            // A file that costs the gateway its own uplink is not a good one because a neighbour helps.
            if (isBack && upstream.via() == null) {
                trial.keep();
                Logger.info("The configuration on trial is kept: upstream {} is back", trial.upstream());
            } else if (System.nanoTime() - startNs > confirmS() * 1_000_000_000L) {
                trial.goBack("upstream '" + trial.upstream() + "' did not come back within " + confirmS() + " s");
                Logger.warn("The configuration on trial is given up: {}", trial.reason());
                return true;
            }
        } else if (isBack) {
            boolean kept = trial.phase() == ConfigTrial.Phase.KEPT;
            report(trial.upstream(), kept ? "kept" : "rolled back", trial.hash(), kept ? null : trial.reason());
            trial.forget();
        } else if (upstream == null) {
            trial.forget();
        }
        return false;
    }

    private int confirmS() {
        for (UpstreamConfig upstream : config.upstreams) {
            if (upstream.name.equals(trial.upstream())) {
                return upstream.confirmS;
            }
        }
        return 0;
    }

    private void report(String to, String state, String hash, String reason) {
        Upstream upstream = upstreams.get(to);
        if (upstream == null) {
            return;
        }
        JsonWriter json = new JsonWriter().object().field("state", state).field("hash", hash);
        if (reason != null) {
            json.field("reason", reason);
        }
        upstream.publish(topics.configState(), json.endObject().toBytes(), true);
    }

    /** Ends the thread soon; it may be the one that calls. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
