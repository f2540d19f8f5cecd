package io.slipway.cli;

import io.slipway.config.BrokerConfig;
import io.slipway.config.CoapConfig;
import io.slipway.config.ClusterConfig;
import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.DecodeConfig;
import io.slipway.config.FileProblem;
import io.slipway.config.Lwm2mConfig;
import io.slipway.config.MeshConfig;
import io.slipway.config.MqttSnConfig;
import io.slipway.config.PeerConfig;
import io.slipway.config.UpstreamConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/**
 * The {@code check} sub-command: whether a configuration can be used, what it would open, and what in it is legal but
 * unwise. It opens nothing itself but the files that the configuration names.
 */
public final class Check {
    /** What {@code --help} prints. */
    static final String HELP =
        "Usage: slipway check FILE\n"
        + "\n"
        + "Reads a configuration and says what the gateway would open, or every problem, one a line.\n"
        + "A warning is about what is allowed but unwise.\n"
        + "\n"
        + "  --help  this text\n"
        + "\n"
        + "Exit status: 0 if the configuration is good, 2 if it is not or if the arguments are wrong.\n";

    private static final int USAGE = 2;
    /** What telling Home Assistant of one value takes, topic and all. */
    private static final int ANNOUNCEMENT_BYTES = 1024;
    private static final String[] IN_MEMORY = {"/var", "/tmp", "/run"};

    private final Path file;
    private final PrintStream out;
    private final PrintStream err;
    private boolean good = true;

    private Check(Path file, PrintStream out, PrintStream err) {
        this.file = file;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code check}
     * @return the exit status: 0, or 2 (wrong arguments, or problems, which are on {@code err} then)
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        for (String arg : args) {
            if (arg.equals("--help")) {
                out.print(HELP);
                return 0;
            }
        }
        if (args.length != 1 || args[0].isEmpty() || args[0].charAt(0) == '-') {
            err.println("slipway check: one FILE is needed; slipway check --help says more");
            return USAGE;
        }
        try {
            return new Check(FileProblem.named(args[0]), out, err).check() ? 0 : USAGE;
        } catch (ConfigException problems) {
            for (String problem : problems.problems()) {
                err.println(problem);
            }
        }
        return USAGE;
    }

    private boolean check() throws ConfigException {
        Config config = Config.load(file);
        checkPrivate("the configuration", file);
        checkDataDir(config.gateway.dataDir);
        checkSecret("broker: password_file", config.broker.passwordFile);
        checkReadable("broker: acl_file", config.broker.aclFile);
        checkReadable("broker: certificate", config.broker.tls.certificate);
        checkSecret("broker: key_file", config.broker.tls.keyFile);
        checkReadable("broker: client_ca_file", config.broker.tls.clientCaFile);
        if (config.web.enabled) {
            checkSecret("web: password_file", config.web.passwordFile);
            checkReadable("web: acl_file", config.web.aclFile);
            checkReadable("web: certificate", config.web.tls.certificate);
            checkSecret("web: key_file", config.web.tls.keyFile);
        }
        for (UpstreamConfig upstream : config.upstreams) {
            String name = "upstream '" + upstream.name + "': ";
            checkSecret(name + "password_file", upstream.passwordFile);
            checkReadable(name + "ca_file", upstream.caFile);
            checkReadable(name + "cert_file", upstream.certFile);
            checkSecret(name + "key_file", upstream.keyFile);
        }
        if (config.cluster != null) {
            checkSecret("cluster: password_file", config.cluster.passwordFile);
            checkReadable("cluster: certificate", config.cluster.tls.certificate);
            checkSecret("cluster: key_file", config.cluster.tls.keyFile);
            checkReadable("cluster: client_ca_file", config.cluster.tls.clientCaFile);
            checkReadable("cluster: ca_file", config.cluster.caFile);
            for (PeerConfig peer : config.cluster.peers) {
                checkSecret("peer '" + peer.id + "': password_file", peer.passwordFile);
            }
        }
        if (good) {
            out.println(file + ": good");
            describe(config);
        }
        return good;
    }

    private void describe(Config config) {
        out.println("  gateway " + config.gateway.id + (config.gateway.enabled ? "" : ", not enabled") + ", data in "
            + config.gateway.dataDir + ", at most " + (config.store.maxBytes >> 20) + " MiB");
        for (MeshConfig mesh : config.meshes) {
            out.println("  mesh " + mesh.name + " opens " + mesh.link);
        }
        BrokerConfig broker = config.broker;
        out.println("  broker listens on " + broker.listen + " for " + (broker.passwordFile == null ? "everyone"
            : broker.allowAnonymous ? "users and for everyone else" : "users"));
        for (String filter : config.ingest.filters) {
            out.println("  ingest takes " + filter);
        }
        describeNodes(config);
        if (config.web.enabled) {
            out.println("  web server listens on " + config.web.listen + (config.web.tls.isSet() ? " with TLS for "
                : " without TLS for ") + (config.web.passwordFile == null ? "everyone" : "users"));
        }
        for (UpstreamConfig upstream : config.upstreams) {
            out.println("  upstream " + upstream.name + " connects to " + upstream.broker
                + (upstream.tls ? " with TLS" : " without TLS"));
        }
        if (config.cluster != null) {
            describe(config.cluster);
        }
    }

    private void describe(ClusterConfig cluster) {
        out.println("  cluster " + cluster.name + " keeps at most " + (cluster.keepBytes >> 20) + " MiB of readings of "
            + (cluster.interest == null ? "all" : cluster.interest.isEmpty() ? "nobody else"
            : String.join(" ", cluster.interest)) + (cluster.listen == null ? "" : ", listens on " + cluster.listen
            + (cluster.tls.isSet() ? " with TLS" : " without TLS"))
            + (cluster.discover ? ", finds and is found on the LAN" : ""));
        for (PeerConfig peer : cluster.peers) {
            out.println("  peer " + peer.id + (peer.via != null ? " is reached via upstream " + peer.via
                : peer.address == null ? " connects to us" : " is at " + peer.address
                + (peer.tls ? " with TLS" : " without TLS")));
        }
    }

    /** What is asked of nodes and made of what they send. */
    private void describeNodes(Config config) {
        for (CoapConfig coap : config.coap) {
            boolean discovers = coap.mode == CoapConfig.Mode.DISCOVER;
            out.println("  coap " + (discovers ? "asks " : coap.mode == CoapConfig.Mode.POLL ? "polls " : "observes ")
                + nodes(coap.node) + of(coap.mesh) + " for "
                + (discovers ? "their resources" : coap.path)
                + (coap.mode == CoapConfig.Mode.OBSERVE ? "" : " every " + coap.intervalS + " s"));
        }
        for (Lwm2mConfig lwm2m : config.lwm2m) {
            out.println("  lwm2m takes registrations" + of(lwm2m.mesh) + (lwm2m.observe.isEmpty() ? ""
                : " and observes " + String.join(" ", lwm2m.observe)));
        }
        for (MqttSnConfig mqttSn : config.mqttSn) {
            out.println("  mqttsn listens on UDP port " + mqttSn.port + of(mqttSn.mesh));
        }
        for (DecodeConfig decode : config.decode) {
            out.println("  decode " + decode.name + " takes " + String.join(" ", decode.sources) + " of "
                + nodes(decode.node) + " for " + DecodeConfig.word(decode.format));
        }
        if (config.homeAssistant.enabled) {
            out.println("  homeassistant is told of values under " + config.homeAssistant.prefix);
            if (config.decode.isEmpty()) {
                warn("homeassistant is to be told of values, and there is no 'config decode' that makes some");
            }
            if ((long) config.homeAssistant.limit * ANNOUNCEMENT_BYTES > config.broker.clientQueueBytes
                || config.homeAssistant.limit > config.broker.clientQueue) {
                warn("homeassistant limit " + config.homeAssistant.limit + " is more than waits for a client of the "
                    + "broker, so it may miss some; see client_queue and client_queue_bytes of config broker");
            }
        }
    }

    private static String of(String mesh) {
        return mesh == null ? "" : " of mesh " + mesh;
    }

    private static String nodes(String node) {
        return node.equals("*") ? "every node" : "node " + node;
    }

    private void checkDataDir(Path dataDir) {
        Path absolute = dataDir.toAbsolutePath().normalize();
        for (String top : IN_MEMORY) {
            if (absolute.startsWith(top)) {
                warn("data_dir " + dataDir + " is under " + top
                    + ", which OpenWrt keeps in memory: a reboot loses all readings");
            }
        }
        Path there = absolute;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            problem("data_dir " + dataDir + (there.equals(absolute) ? " is" : ": " + there + " is") + " no directory");
        }
    }

    private void checkSecret(String what, Path secret) {
        if (checkReadable(what, secret)) {
            checkPrivate(what, secret);
        }
    }

    private boolean checkReadable(String what, Path named) {
        if (named == null) {
            return false;
        }
        String wrong = !Files.exists(named) ? "does not exist" : !Files.isRegularFile(named) ? "is no file"
            : !Files.isReadable(named) ? "cannot be read by this user" : null;
        if (wrong != null) {
            problem(what + " " + named + " " + wrong);
        }
        return wrong == null;
    }

    private void checkPrivate(String what, Path secret) {
        try {
            if (Files.getPosixFilePermissions(secret).contains(PosixFilePermission.OTHERS_READ)) {
                warn(what + " " + secret + " can be read by every user; chmod 600 or 640 keeps it private");
            }
        } catch (IOException | UnsupportedOperationException unknown) {
            warn(what + " " + secret + ": who can read it is not known");
        }
    }

    private void warn(String text) {
        err.println(file + ": warning: " + text);
    }

    private void problem(String text) {
        good = false;
        err.println(file + ": " + text);
    }
}
