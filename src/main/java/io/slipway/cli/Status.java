package io.slipway.cli;

import io.slipway.config.ConfigException;
import java.io.IOException;
import java.io.PrintStream;

/** The {@code status} sub-command: asks the gateway that runs on this machine how it is. */
public final class Status {
    private static final String HELP =
        "Usage: slipway status [--json] [--config FILE]\n"
        + "\n"
        + "Shows how the gateway is that runs on this machine with this configuration: what is not well first.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
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
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("status", args, "--config", "--json");
            AskedGateway gateway = AskedGateway.of(options);
            out.print(options.has("--json") ? gateway.text("json").trim() + "\n"
                : StatusText.of(gateway.status(), Terminal.hasColours()));
            return 0;
        } catch (UsageException wrong) {
            err.println("slipway status: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway status: " + failed.getMessage());
            return FAILED;
        }
    }
}
