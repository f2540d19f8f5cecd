package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.health.StatusPort;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The {@code reload} sub-command: has the gateway that runs on this machine read its configuration anew. */
public final class Reload {
    private static final String DEFAULT_CONFIG = "/etc/config/slipway";
    private static final String HELP =
        "Usage: slipway reload [--config FILE]\n"
        + "\n"
        + "Has the gateway that runs on this machine read its configuration anew, and the files that it\n"
        + "names. Links and sessions go on. Says which changes need a restart.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + DEFAULT_CONFIG + ")\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if no gateway answers or a file is wrong, which changes nothing, 2 if the\n"
        + "arguments or the configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Reload() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code reload}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 1 && args[0].equals("--help")) {
            out.print(HELP);
            return 0;
        }
        boolean named = args.length == 2 && args[0].equals("--config");
        if (args.length != 0 && !named) {
            err.println("slipway reload: only --config FILE may follow; see slipway reload --help");
            return USAGE;
        }
        try {
            Config config = Config.load(FileProblem.named(named ? args[1] : DEFAULT_CONFIG));
            String answer = new String(StatusPort.ask(config.gateway.dataDir, "reload"), StandardCharsets.UTF_8);
            if (answer.startsWith("+")) {
                out.println(answer.substring(1));
                return 0;
            }
            err.println("slipway reload: nothing has changed: " + answer.substring(1));
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway reload: " + failed.getMessage());
        }
        return FAILED;
    }
}
