package io.slipway.cli;

import io.slipway.config.ConfigException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/** The {@code log} sub-command: what the running gateway says in its log, seen and changed. */
public final class Log {
    private static final String HELP =
        "Usage: slipway log [--config FILE] [LEVEL [PACKAGE]]\n"
        + "\n"
        + "Says which levels the log of the gateway has that runs on this machine, or changes them until it is\n"
        + "started anew: trace, debug, info, warn, error or off, for everything or for one package or class. LEVEL\n"
        + "'configured' goes back to what the configuration says. 'mesh' is short for io.slipway.mesh.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if no gateway answers, 2 if the arguments or the configuration are wrong.\n";
    private static final List<String> LEVELS =
        Arrays.asList("trace", "debug", "info", "warn", "error", "off", "configured");
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Log() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code log}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("log", args, "--config", "", 2);
            String question = question(options.words());
            out.print(AskedGateway.of(options).text(question));
            return 0;
        } catch (UsageException wrong) {
            err.println("slipway log: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway log: " + failed.getMessage());
            return FAILED;
        }
    }

    private static String question(List<String> words) throws UsageException {
        if (words.isEmpty()) {
            return "log";
        }
        String level = words.get(0);
        if (!LEVELS.contains(level)) {
            throw new UsageException("LEVEL is '" + level + "'; expected one of " + String.join(", ", LEVELS));
        }
        if (words.size() == 1) {
            return "log " + level;
        }
        String name = words.get(1);
        if (level.equals("configured") || !isName(name)) {
            throw new UsageException("PACKAGE is '" + name + "'; expected a package such as io.slipway.mesh after a"
                + " level");
        }
        return "log " + level + " " + (name.indexOf('.') < 0 ? "io.slipway." + name : name);
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 0x80 || c != '.' && !Character.isJavaIdentifierPart(c)) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
