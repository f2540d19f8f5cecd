package io.slipway.cli;

import io.slipway.config.CloudConfig;
import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.health.StatusPort;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The {@code shared} sub-command: values that all gateways of a cluster have. */
public final class Shared {
    private static final String DEFAULT_CONFIG = "/etc/config/slipway";
    private static final String HELP =
        "Usage: slipway shared list [PREFIX] [--config FILE]\n"
        + "       slipway shared get|history|delete DATASET/KEY [--config FILE]\n"
        + "       slipway shared set DATASET/KEY VALUE [--config FILE]\n"
        + "\n"
        + "Reads and changes the small values that all gateways of a cluster share, by way of the gateway or the\n"
        + "cloud node that runs on this machine. A change is durable here when this ends, and goes to the others by\n"
        + "itself.\n"
        + "\n"
        + "  list           all values, or those whose names begin with PREFIX, a JSON array\n"
        + "  get            one value, a JSON object\n"
        + "  history        what it was before, the latest first, at most 8\n"
        + "  set, delete    changes it, takes it away\n"
        + "  --config FILE  the configuration of either (default " + DEFAULT_CONFIG + ")\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if there is no such value, it is refused or no gateway answers, 2 if the arguments or\n"
        + "the configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Shared() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code shared}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 1 && args[0].equals("--help")) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("shared", args, "--config", "--help", 3);
            String question = question(options.words());
            Path file = FileProblem.named(options.value("--config", DEFAULT_CONFIG));
            String answer = new String(StatusPort.ask(dataDir(file), question), StandardCharsets.UTF_8);
            if (answer.charAt(0) == '+') {
                out.print(answer.length() > 1 ? answer.substring(1) + "\n" : "");
                return 0;
            }
            err.println("slipway shared: " + answer.substring(1));
        } catch (UsageException wrong) {
            err.println("slipway shared: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway shared: " + failed.getMessage());
        }
        return FAILED;
    }

    private static Path dataDir(Path file) throws ConfigException, IOException {
        if (!CloudConfig.isIn(file)) {
            return Config.load(file).gateway.dataDir;
        }
        CloudConfig cloud = CloudConfig.load(file);
        if (cloud.cluster == null) {
            throw new IOException(file + ": there is no 'config cluster'");
        }
        return cloud.dataDir;
    }

    private static String question(List<String> words) throws UsageException {
        String verb = words.isEmpty() ? "" : words.get(0);
        int wanted = verb.equals("set") ? 3 : verb.equals("get") || verb.equals("history") || verb.equals("delete") ? 2
            : 0;
        boolean list = verb.equals("list") && words.size() < 3;
        if (!list && (wanted == 0 || words.size() != wanted)) {
            throw new UsageException("expected list, get, set, history or delete and what goes with it; see slipway"
                + " shared --help");
        }
        StringBuilder question = new StringBuilder("shared ").append(verb);
        for (String word : words.subList(1, words.size())) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 4096) {
                throw new UsageException("a value has at most 4096 bytes");
            }
            question.append(' ');
            for (byte one : bytes) {
                question.append(Character.forDigit(one >> 4 & 0xf, 16)).append(Character.forDigit(one & 0xf, 16));
            }
        }
        return question.toString();
    }
}
