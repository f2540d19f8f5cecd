package io.slipway.cli;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.slipway.broker.LanBroker;
import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Topics;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The {@code demo} sub-command: a whole gateway with an emulated mote in front and a cloud broker behind, on this
 * machine alone, in a temporary directory. Shows line by line what arrives where, and at the end holds the counts
 * against each other.
 */
public final class Demo {
    private static final String HELP =
        "Usage: slipway demo [--seconds N] [--nodes N] [--rate N]\n"
        + "\n"
        + "Runs a gateway between an emulated mote and an emulated cloud, and shows what happens.\n"
        + "Ends on Ctrl-C, or after --seconds, and then compares what was sent with what arrived.\n"
        + "\n"
        + "  --seconds N  stop after N seconds\n"
        + "  --nodes N    nodes in the mesh, 1 to 1000 (default 3)\n"
        + "  --rate N     readings a second, 1 to 1000 (default 2)\n"
        + "  --help       this text\n"
        + "\n"
        + "Exit status: 0 if every reading arrived everywhere, 1 if not, 2 if the arguments are wrong;\n"
        + "after Ctrl-C that of the signal.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int SETTLE_S = 15;
    private static final int LAN_PORT = 1883;

    private final PrintStream out;
    private final int nodeCount;
    private final int rate;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Health health = new Health();
    private final DemoTally tally;
    private final DemoNodes nodes;

    private Demo(int nodeCount, int rate, PrintStream out) {
        this.out = out;
        this.nodeCount = nodeCount;
        this.rate = rate;
        this.tally = new DemoTally(out);
        this.nodes = new DemoNodes(nodeCount, System.nanoTime(), out);
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code demo}
     * @param starter what makes a gateway
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err, Running.Starter starter) {
        int seconds = Integer.MAX_VALUE;
        int nodes = 3;
        int rate = 2;
        for (int i = 0; i < args.length; i += 2) {
            int value = i + 1 < args.length ? whole(args[i + 1]) : -1;
            if (args[i].equals("--help")) {
                out.print(HELP);
                return 0;
            } else if (args[i].equals("--seconds") && value > 0) {
                seconds = value;
            } else if (args[i].equals("--nodes") && value > 0 && value <= 1000) {
                nodes = value;
            } else if (args[i].equals("--rate") && value > 0 && value <= 1000) {
                rate = value;
            } else {
                err.println("slipway demo: '" + args[i] + "' is unknown or lacks a number; see slipway demo --help");
                return USAGE;
            }
        }
        try {
            return new Demo(nodes, rate, out).run(seconds, starter) ? 0 : FAILED;
        } catch (IOException failed) {
            err.println("slipway demo: " + failed.getMessage());
            return FAILED;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static int whole(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    private boolean run(int seconds, Running.Starter starter) throws IOException, InterruptedException {
        Thread hook = stopOnSignal();
        Path directory = Files.createTempDirectory("slipway-demo-");
        try (EmulatedMote mote = new EmulatedMote(0, nodes); LanBroker cloud = cloud(directory)) {
            Running gateway = starter.start(config(directory, mote.port(), cloud.port()), health);
            try {
                return watch(gateway, mote, cloud.port(), seconds);
            } finally {
                gateway.close();
            }
        } finally {
            delete(directory);
            ended.countDown();
            unhook(hook);
        }
    }

    private boolean watch(Running gateway, EmulatedMote mote, int cloudPort, int seconds)
            throws IOException, InterruptedException {
        out.println("The LAN's broker listens on port " + gateway.brokerPort() + ", the cloud's on " + cloudPort
            + ". Topics are below slipway/demo/. To see and to send:\n"
            + "  mosquitto_sub -p " + gateway.brokerPort() + " -t 'slipway/#' -v\n"
            + "  mosquitto_pub -p " + gateway.brokerPort() + " -t slipway/demo/" + DemoNodes.node(0)
            + "/down/udp/8765 -m 'led off'\n");
        Mqtt5AsyncClient lan = subscriber(gateway.brokerPort(), tally.lan());
        Mqtt5AsyncClient inCloud = subscriber(cloudPort, tally.cloud());
        long began = System.nanoTime();
        int turn = 0;
        boolean commanded = false;
        long due = 0;
        // Nobody wants the rest once the reader of the output (head, less) has gone away.
        long enough = seconds * 1_000_000_000L;
        while (due < enough && System.nanoTime() - began < enough && !out.checkError()
            && !stop.await(began + due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            nodes.emit(mote, turn++);
            due = turn * 1_000_000_000L / rate;
            if (!commanded && turn >= nodeCount && tally.online()) {
                commanded = true;
                command(inCloud);
            }
        }
        settle(gateway);
        lan.disconnect().join();
        inCloud.disconnect().join();
        return summary(gateway, mote);
    }

    /** What an operator in the cloud would do. */
    private static void command(Mqtt5AsyncClient cloud) {
        cloud.publishWith().topic("slipway/demo/" + DemoNodes.node(0) + "/down/udp/8765").qos(MqttQos.AT_LEAST_ONCE)
            .payload("led on".getBytes(StandardCharsets.US_ASCII)).send();
    }

    /** Waits until everything has arrived everywhere, but not for ever. */
    private void settle(Running gateway) throws IOException, InterruptedException {
        long until = System.nanoTime() + SETTLE_S * 1_000_000_000L;
        while (!agrees(nodes.emitted(), gateway) && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private boolean summary(Running gateway, EmulatedMote mote) throws IOException {
        int emitted = nodes.emitted();
        boolean agree = agrees(emitted, gateway) && emitted > 0 && mote.protocolErrors() == 0;
        out.println("\nemitted by the nodes      " + emitted);
        out.println("published on the LAN      " + tally.live());
        out.println("stored in the database    " + gateway.storedReadings());
        out.println("acknowledged by the cloud " + health.value(Counter.UPSTREAM_READINGS_ACKED) + ", arrived there "
            + tally.inCloud());
        out.println(agree ? "The counts agree." : "The counts do not agree.");
        return agree;
    }

    private boolean agrees(int emitted, Running gateway) throws IOException {
        return tally.live() == emitted && gateway.storedReadings() == emitted && tally.inCloud() == emitted
            && health.value(Counter.UPSTREAM_READINGS_ACKED) == emitted;
    }

    private static Mqtt5AsyncClient subscriber(int port, Consumer<Mqtt5Publish> messages) {
        Mqtt5AsyncClient client = Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, messages);
        client.connect().join();
        client.subscribeWith().topicFilter("slipway/#").qos(MqttQos.AT_LEAST_ONCE).send().join();
        return client;
    }

    private static LanBroker cloud(Path directory) throws IOException {
        // Its access rules guard the topics of a gateway of another name.
        Config config = parse("config gateway\n option id 'cloud'\n option data_dir '" + directory
            + "'\nconfig mesh\n option link 'file:/dev/null'\nconfig broker\n option listen '127.0.0.1:0'\n");
        LanBroker cloud = new LanBroker(config.broker, config.gateway, new Topics("cloud"),
            new LanBroker.PublishListener() {
                @Override
                public void published(String clientId, String topic, byte[] payload) {
                    // A cloud's broker only passes on.
                }
            }, new Health());
        cloud.start();
        return cloud;
    }

    private static Config config(Path directory, int motePort, int cloudPort) throws IOException {
        return parse("config gateway\n option id 'demo'\n option data_dir '" + directory
            + "'\nconfig mesh 'mesh0'\n option link 'tcp://127.0.0.1:" + motePort
            + "'\nconfig broker\n option listen '127.0.0.1:" + lanPort()
            + "'\nconfig upstream 'cloud'\n option url 'mqtt://127.0.0.1:" + cloudPort
            + "'\n option format 'senml+json'\n");
    }

    /** The port that everybody's MQTT tools try first, if it is free. */
    private static int lanPort() {
        try (ServerSocket probe = new ServerSocket(LAN_PORT, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static Config parse(String text) throws IOException {
        try {
            return Config.parse("demo", text);
        } catch (ConfigException wrong) {
            throw new IOException(wrong.getMessage(), wrong);
        }
    }

    /** Ctrl-C ends the demo, not the program: the summary is still to come. */
    private Thread stopOnSignal() {
        Thread hook = new Thread("stop") {
            @Override
            public void run() {
                stop.countDown();
                try {
                    ended.await(SETTLE_S + 10, TimeUnit.SECONDS);
                } catch (InterruptedException atOnce) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    private static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The signal has come, and the hook is what waits for us.
        }
    }
}
