package io.slipway.cli;

import io.slipway.config.ConfigException;
import io.slipway.json.JsonWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The {@code nodes} sub-command: the nodes that the running gateway knows, a line each. */
public final class Nodes {
    private static final String HELP =
        "Usage: slipway nodes [--config FILE] [--sort COLUMN] [--mesh NAME] [--state STATE] [--filter TEXT]\n"
        + "                     [--json]\n"
        + "\n"
        + "Shows the nodes that the gateway knows which runs on this machine with this configuration.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --sort COLUMN  node (default), name, mesh, state, seen, hops or uplinks; seen: the latest first\n"
        + "  --mesh NAME    those of this mesh only\n"
        + "  --state STATE  online or offline: only those\n"
        + "  --filter TEXT  those only whose EUI-64, name or address has this in it\n"
        + "  --json         for programs: one JSON object for each node, a line each\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if no gateway answers, 2 if the arguments or the configuration are wrong.\n";
    private static final List<String> COLUMNS =
        Arrays.asList("node", "name", "mesh", "state", "seen", "hops", "uplinks");
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int VALUE_CHARS = 40;

    private Nodes() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code nodes}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("nodes", args, "--config --sort --mesh --state --filter", "--json");
            options.oneOf("--sort", COLUMNS);
            options.oneOf("--state", Arrays.asList("online", "offline"));
            JsonView status = AskedGateway.of(options).status();
            List<JsonView> nodes = wanted(status.list("nodes"), options);
            Collections.sort(nodes, order(options.value("--sort", "node")));
            out.print(options.has("--json") ? json(nodes) : table(nodes, status.number("now")));
            return 0;
        } catch (UsageException wrong) {
            err.println("slipway nodes: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway nodes: " + failed.getMessage());
            return FAILED;
        }
    }

    private static String state(JsonView node) {
        return node.is("online") ? "online" : "offline";
    }

    private static List<JsonView> wanted(List<JsonView> nodes, Options options) {
        List<JsonView> wanted = new ArrayList<>();
        String mesh = options.value("--mesh", null);
        String state = options.value("--state", null);
        String text = options.value("--filter", "");
        for (JsonView node : nodes) {
            boolean has = node.text("node").contains(text) || node.text("name").contains(text)
                || node.text("address").contains(text);
            if (has && (mesh == null || node.text("mesh").equals(mesh))
                && (state == null || state(node).equals(state))) {
                wanted.add(node);
            }
        }
        return wanted;
    }

    private static Comparator<JsonView> order(final String column) {
        return new Comparator<JsonView>() {
            @Override
            public int compare(JsonView one, JsonView other) {
                int order;
                switch (column) {
                    case "seen":
                        order = Long.compare(other.number("last_seen"), one.number("last_seen"));
                        break;
                    case "hops":
                    case "uplinks":
                        order = Long.compare(one.number(column), other.number(column));
                        break;
                    case "state":
                        order = state(one).compareTo(state(other));
                        break;
                    default:
                        order = one.text(column).compareTo(other.text(column));
                }
                return order != 0 ? order : one.text("node").compareTo(other.text("node"));
            }
        };
    }

    /** The table for people. */
    static String table(List<JsonView> nodes, long nowMs) {
        Table table = new Table("NODE", "NAME", "MESH", "STATE", "SEEN", "#HOPS", "#UPLINKS", "LAST VALUE");
        for (JsonView node : nodes) {
            JsonView last = node.object("last");
            String value = last.has("value") ? last.text("value") : last.has("hex") ? "0x" + last.text("hex") : "-";
            table.add(node.text("node"), node.has("name") ? node.text("name") : "-", node.text("mesh"), state(node),
                Age.since(node.number("last_seen"), nowMs), node.number("hops") < 0 ? "?" : node.text("hops"),
                node.text("uplinks"), last.has("source")
                ? last.text("source") + " " + Printable.of(value + (last.is("cut") ? "…" : ""), VALUE_CHARS) : "-");
        }
        return table.toString();
    }

    private static String json(List<JsonView> nodes) {
        StringBuilder lines = new StringBuilder();
        JsonWriter json = new JsonWriter();
        for (JsonView node : nodes) {
            node.writeTo(json.reset());
            lines.append(json).append('\n');
        }
        return lines.toString();
    }
}
