package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.ingest.ReadingJson;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.store.History;
import io.slipway.store.Position;
import io.slipway.store.Run;
import io.slipway.store.Slice;
import io.slipway.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The {@code tail} sub-command: readings as they come. The gateway keeps the latest for who asks, so a slow terminal
 * holds nothing up: what it misses is counted and said.
 */
public final class Tail {
    private static final String HELP =
        "Usage: slipway tail [--config FILE] [--node NODE] [--source FILTER] [--since TIME] [--seconds N] [--json]\n"
        + "\n"
        + "Shows the readings of the gateway that runs on this machine as they come, until Ctrl-C. A terminal that\n"
        + "is too slow misses some, which is said; the gateway does not wait for it.\n"
        + "\n"
        + "  --config FILE    the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --node NODE      of this node only: 16 hexadecimal digits\n"
        + "  --source FILTER  only what this MQTT topic filter matches: udp/5678, mqtt/sensors/#, udp/+\n"
        + "  --since TIME     first those that are stored since then: 2026-11-21 or 2026-11-21T10:50:49Z\n"
        + "  --seconds N      end after so long\n"
        + "  --json           for programs: a JSON object a line, as on the LAN\n"
        + "  --help           this text\n"
        + "\n"
        + "Exit status: 0, 1 if no gateway answers (any more) or nobody reads on, 2 if the arguments or the\n"
        + "configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int POLL_MS = 250;

    private final AskedGateway gateway;
    private final ExportFilter filter;
    private final boolean asJson;
    private final PrintStream out;
    private final PrintStream err;
    /** The highest number of each epoch that came out of the store. */
    private final Map<String, Long> shown = new HashMap<>();

    private Tail(AskedGateway gateway, ExportFilter filter, boolean asJson, PrintStream out, PrintStream err) {
        this.gateway = gateway;
        this.filter = filter;
        this.asJson = asJson;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code tail}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("tail", args, "--config --node --source --since --seconds", "--json");
            ExportFilter filter = new ExportFilter(options, "--since");
            long untilNs = System.nanoTime() + (long) (options.positive("--seconds", 1e9) * 1e9);
            Config config = Config.load(FileProblem.named(options.value("--config", AskedGateway.DEFAULT_CONFIG)));
            Tail tail = new Tail(AskedGateway.on(config.gateway.dataDir), filter, options.has("--json"), out, err);
            long next = number(tail.gateway.text("live"));
            if (options.has("--since")) {
                // What was taken in a moment ago is to be in the store by then.
                TimeUnit.MILLISECONDS.sleep(config.store.commitIntervalMs + POLL_MS);
                try (History history = RunningStore.open(config.gateway.dataDir)) {
                    tail.stored(history);
                }
            }
            return tail.follow(next, untilNs);
        } catch (UsageException wrong) {
            err.println("slipway tail: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException | StoreException failed) {
            err.println("slipway tail: " + failed.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return FAILED;
    }

    private static long number(String line) throws IOException {
        try {
            return Long.parseLong(line.trim());
        } catch (NumberFormatException notOurs) {
            throw new IOException("the gateway's answer is not understood; is it of another version?", notOurs);
        }
    }

    private void stored(History history) throws StoreException, IOException {
        ReadingJson json = new ReadingJson();
        Position next = Position.START;
        while (next != null && !out.checkError()) {
            Slice slice = history.next(next, filter.range());
            for (Run run : slice.runs) {
                for (Reading reading : run.readings()) {
                    if (filter.takes(reading)) {
                        shown.put(reading.epoch.toString(), reading.seq);
                        show(new String(json.encode(reading), StandardCharsets.UTF_8));
                    }
                }
            }
            next = slice.next;
        }
    }

    private int follow(long from, long untilNs) throws IOException, InterruptedException {
        long next = from;
        while (!out.checkError()) {
            String answer = gateway.text("live " + next);
            int lineEnd = answer.indexOf('\n');
            int space = answer.indexOf(' ');
            if (space < 0 || lineEnd < space) {
                throw new IOException("the gateway's answer is cut off");
            }
            next = number(answer.substring(0, space));
            long lost = number(answer.substring(space, lineEnd));
            if (lost > 0) {
                err.println("slipway tail: " + lost + " readings went by unseen");
            }
            for (int at = lineEnd + 1; at < answer.length();) {
                int end = answer.indexOf('\n', at);
                end = end < 0 ? answer.length() : end;
                live(answer.substring(at, end));
                at = end + 1;
            }
            out.flush();
            long leftMs = (untilNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return 0;
            }
            TimeUnit.MILLISECONDS.sleep(Math.min(POLL_MS, leftMs));
        }
        return FAILED;
    }

    private void live(String json) throws IOException {
        JsonView reading = JsonView.of(json.getBytes(StandardCharsets.UTF_8));
        String id = reading.text("id");
        int seq = id.lastIndexOf('/');
        int epoch = id.lastIndexOf('/', seq - 1);
        Long before = seq < 0 ? null : shown.get(id.substring(epoch + 1, seq));
        Eui64 node = Eui64.parse(reading.text("node"));
        if (node != null && filter.takes(node, reading.text("source"))
            && (before == null || number(id.substring(seq + 1)) > before)) {
            show(json);
        }
    }

    /** One line; in words, the time is that of the day, in UTC. */
    private void show(String json) throws IOException {
        if (asJson) {
            out.print(json);
            out.print('\n');
            return;
        }
        JsonView reading = JsonView.of(json.getBytes(StandardCharsets.UTF_8));
        String at = reading.text("at");
        out.print((at.length() > 23 ? at.substring(11, 23) : at)
            + (reading.is("clock_ok") || reading.is("at_est") ? " " : "?") + " " + reading.text("node") + "  "
            + reading.text("source") + "  "
            + (reading.has("value") ? reading.text("value") : "0x" + reading.text("hex")) + "\n");
    }
}
