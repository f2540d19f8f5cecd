package io.slipway.gateway;

import io.slipway.cloud.CloudNode;
import io.slipway.config.CloudConfig;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.health.Health;
import java.io.IOException;
import java.io.PrintStream;
import org.tinylog.Logger;

/** The {@code cloud} sub-command: a cloud node until a signal ends it. */
final class CloudRun {
    private static final String HELP =
        "Usage: slipway cloud --config FILE\n"
        + "\n"
        + "Runs a cloud node: takes the batches of gateways from an MQTT 5 broker into a database, and asks for what\n"
        + "is missing. Several may run side by side on one broker and one database. For PostgreSQL its JDBC driver\n"
        + "must be on the class path:\n"
        + "\n"
        + "  java -cp slipway.jar:postgresql.jar io.slipway.gateway.Main cloud --config FILE\n"
        + "\n"
        + "  --config FILE  the cloud node's configuration\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 1 if it cannot start or has no memory left, 2 if the arguments or the configuration are\n"
        + "wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    /** The node's threads go on after main has returned. */
    private static final int RUNNING = -1;

    private CloudRun() {
    }

    /** @param args what follows {@code cloud} */
    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 1 && args[0].equals("--help")) {
            out.print(HELP);
            return 0;
        }
        if (args.length != 2 || !args[0].equals("--config")) {
            err.println("slipway cloud: --config FILE is needed, and nothing else; see slipway cloud --help");
            return USAGE;
        }
        try {
            CloudConfig config = CloudConfig.load(FileProblem.named(args[1]));
            Logging.apply(config.log);
            NettyDefaults.apply();
            Health health = new Health();
            Thread.setDefaultUncaughtExceptionHandler(new LastResort(health));
            CloudNode node = CloudNode.start(config, health);
            closeAtTheEnd(node, config.cluster == null ? null : member(config, node, health));
            Logger.info("Cloud node runs, broker {}", config.broker);
            return RUNNING;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway cloud: " + failed.getMessage());
            return FAILED;
        } catch (IllegalStateException stopping) {
            // The signal came during the start: no hook is taken any more, and the JVM is on its way out.
            return RUNNING;
        }
    }

    private static CloudMember member(CloudConfig config, CloudNode node, Health health) throws IOException {
        try {
            return CloudMember.start(config, node, health);
        } catch (IOException failed) {
            node.close();
            throw failed;
        }
    }

    /** @param member {@code null} where there is no cluster */
    private static void closeAtTheEnd(final CloudNode node, final CloudMember member) {
        Runtime.getRuntime().addShutdownHook(new Thread("stop") {
            @Override
            public void run() {
                if (member != null) {
                    member.close();
                }
                node.close();
            }
        });
    }
}
