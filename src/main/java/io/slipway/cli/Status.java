package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.health.StatusPort;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The {@code status} sub-command: asks the gateway that runs on this machine how it is. */
public final class Status {
    private static final String DEFAULT_CONFIG = "/etc/config/slipway";
    private static final String HELP =
        "Usage: slipway status [--json] [--config FILE]\n"
        + "\n"
        + "Shows how the gateway is that runs on this machine with this configuration.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + DEFAULT_CONFIG + ")\n"
        + "  --json         for programs: one JSON object\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if no gateway answers, 2 if the arguments or the configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Status() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code status}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        boolean json = false;
        String file = DEFAULT_CONFIG;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--help")) {
                out.print(HELP);
                return 0;
            } else if (args[i].equals("--json")) {
                json = true;
            } else if (args[i].equals("--config") && i + 1 < args.length) {
                file = args[++i];
            } else {
                err.println("slipway status: '" + args[i] + "' is unknown or lacks a file; see slipway status --help");
                return USAGE;
            }
        }
        try {
            out.println(new String(StatusPort.ask(Config.load(FileProblem.named(file)).gateway.dataDir,
                json ? "json" : "text"), StandardCharsets.UTF_8).trim());
            return 0;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway status: " + failed.getMessage());
            return FAILED;
        }
    }
}
