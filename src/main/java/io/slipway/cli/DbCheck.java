package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.json.JsonWriter;
import io.slipway.store.Inspection;
import io.slipway.store.StoreException;
import io.slipway.store.StoreFile;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/** The {@code db check} sub-command: whether the database of a gateway that does not run is whole. */
public final class DbCheck {
    private static final String HELP =
        "Usage: slipway db check [--config FILE | --file DATABASE] [--json] [--quiet]\n"
        + "\n"
        + "Reads the whole database of a gateway that does not run, and says what in it is wrong: the file, the\n"
        + "chain and the contents of all blocks, the cursors. Changes nothing. A gateway cannot start on it\n"
        + "until that is done.\n"
        + "\n"
        + "  --config FILE    the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --file DATABASE  a database by its name, such as one that was set aside; its -wal beside it\n"
        + "  --json           for programs: one JSON object\n"
        + "  --quiet          do not say how far it is\n"
        + "  --help           this text\n"
        + "\n"
        + "Exit status: 0, 1 if something is wrong or the gateway runs, 2 if the arguments or the configuration\n"
        + "are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private DbCheck() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code db}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            if (args.length == 0 || !args[0].equals("check")) {
                throw new UsageException("'check' is what it can do; see slipway db --help");
            }
            Options options = new Options("db", Arrays.copyOfRange(args, 1, args.length), "--config --file",
                "--json --quiet");
            if (options.has("--config") && options.has("--file")) {
                throw new UsageException("--config and --file exclude each other");
            }
            try (StoreFile file = open(options)) {
                if (file == null) {
                    err.println("slipway db check: a gateway has the database open; stop it first, or check a copy of"
                        + " the file and its -wal");
                    return FAILED;
                }
                Inspection found = inspect(file, new Progress(err, "slipway db check", "blocks",
                    options.has("--quiet"), true));
                out.print(options.has("--json") ? json(found) : text(found));
                return found.problems().isEmpty() ? 0 : FAILED;
            }
        } catch (UsageException wrong) {
            err.println("slipway db: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (StoreException failed) {
            err.println("slipway db check: " + failed.getMessage());
            return FAILED;
        }
    }

    private static Inspection inspect(StoreFile file, final Progress progress) throws StoreException {
        Inspection found = Inspection.of(file, new Inspection.Watcher() {
            @Override
            public void looked(long blocks, long all) {
                progress.at(blocks, all);
            }
        });
        progress.end(found.blocks());
        return found;
    }

    private static StoreFile open(Options options) throws ConfigException, StoreException {
        return options.has("--file") ? StoreFile.openFile(FileProblem.named(options.value("--file", "")))
            : StoreFile.open(Config.load(FileProblem.named(options.value("--config", AskedGateway.DEFAULT_CONFIG)))
                .gateway.dataDir);
    }

    private static String json(Inspection found) {
        JsonWriter json = new JsonWriter().object().field("good", found.problems().isEmpty())
            .field("blocks", found.blocks()).field("readings", found.readings()).field("staged", found.staged())
            .field("unchained", found.unchained());
        list(json, "problems", found.problems());
        list(json, "gaps", found.gaps());
        return json.endObject() + "\n";
    }

    private static void list(JsonWriter json, String name, List<String> lines) {
        json.array(name);
        for (String line : lines) {
            json.value(line);
        }
        json.endArray();
    }

    private static String text(Inspection found) {
        StringBuilder text = new StringBuilder();
        for (String problem : found.problems()) {
            text.append(problem).append('\n');
        }
        for (String gap : found.gaps()) {
            text.append("gap: ").append(gap).append('\n');
        }
        text.append(found.blocks()).append(" blocks with ").append(found.readings()).append(" readings, ")
            .append(found.staged()).append(" readings in no block yet");
        if (found.unchained() > 0) {
            text.append("; ").append(found.unchained()).append(" blocks behind deleted ones, whose place in the chain"
                + " cannot be checked");
        }
        return text.append("\n").append(found.problems().isEmpty() ? "The database is whole.\n"
            : found.problems().size() + " problems; the gateway starts with what can be read\n").toString();
    }
}
