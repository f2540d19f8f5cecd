package io.slipway.cli;

import io.slipway.cloud.Commander;
import io.slipway.cloud.FleetView;
import io.slipway.config.CloudConfig;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.ingest.Rfc3339;
import io.slipway.json.JsonReader;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The {@code fleet} sub-command: what a cloud node knows of its gateways, and commands to them. */
public final class Fleet {
    private static final String DEFAULT_CONFIG = "/etc/slipway/cloud.conf";
    private static final String HELP =
        "Usage: slipway fleet [--json] [--config FILE]\n"
        + "       slipway fleet missing GW [--json] [--config FILE]\n"
        + "       slipway fleet send GW NODE SERVICE PAYLOAD [--wait S] [--config FILE]\n"
        + "\n"
        + "Without a word: every gateway, and how complete what came from it is. missing: which numbers are missing\n"
        + "of which epoch. send: sends a command to a node (SERVICE is udp/PORT, coap/get/PATH, forget …) and says\n"
        + "what becomes of it.\n"
        + "\n"
        + "  --config FILE  the cloud node's configuration (default " + DEFAULT_CONFIG + ")\n"
        + "  --json         for programs: one JSON object a line\n"
        + "  --wait S       how long to wait for a report after the last one, in seconds (default 10)\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if the database or the broker cannot be used or no gateway reports anything, 2 if the\n"
        + "arguments or the configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String UNKNOWN = "-";

    private Fleet() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code fleet}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            Options options = new Options("fleet", args, "--config --wait", "--json --help", 5);
            if (options.has("--help")) {
                out.print(HELP);
                return 0;
            }
            List<String> words = options.words();
            String what = words.isEmpty() ? "" : words.get(0);
            if (!(what.isEmpty() || what.equals("missing") && words.size() == 2
                || what.equals("send") && words.size() == 5)) {
                throw new UsageException("'" + String.join(" ", words) + "' is no question; see slipway fleet --help");
            }
            CloudConfig config = CloudConfig.load(FileProblem.named(options.value("--config", DEFAULT_CONFIG)));
            if (what.equals("send")) {
                return send(config, words, options.positive("--wait", 10), out, err);
            }
            try (FleetView view = FleetView.open(config)) {
                if (what.isEmpty()) {
                    gateways(view.gateways(), options.has("--json"), out);
                } else {
                    missing(view.missing(words.get(1)), options.has("--json"), out);
                }
                return 0;
            }
        } catch (UsageException wrong) {
            err.println("slipway fleet: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway fleet: " + failed.getMessage());
            return FAILED;
        }
    }

    private static void gateways(List<FleetView.Gateway> gateways, boolean json, PrintStream out) {
        if (!json) {
            out.println("gateway  state  since  last reading  stored  missing  awaited  gone  version");
        }
        JsonWriter line = new JsonWriter();
        for (FleetView.Gateway one : gateways) {
            if (json) {
                line.reset().object().field("gateway", one.origin).field("state", one.state)
                    .field("since", moment(one.stateAt, null)).field("version", one.version)
                    .field("last_reading", moment(one.lastReadingAt, null)).field("came", moment(one.cameAt, null))
                    .field("stored", one.stored).field("missing", one.missing).field("awaited", one.awaited)
                    .field("gone", one.gone).field("gaps_unknown", one.gapsUnknown);
                out.println(line.endObject());
            } else {
                out.println(one.origin + "  " + one.state + "  " + moment(one.stateAt, UNKNOWN) + "  "
                    + moment(one.lastReadingAt, UNKNOWN) + "  " + one.stored + "  " + one.missing + "  " + one.awaited
                    + "  " + one.gone + (one.gapsUnknown > 0 ? "+?" : "") + "  "
                    + (one.version == null ? UNKNOWN : one.version));
            }
        }
    }

    private static String moment(long at, String none) {
        return at == 0 ? none : Rfc3339.format(at);
    }

    private static void missing(List<FleetView.Missing> missing, boolean json, PrintStream out) {
        JsonWriter line = new JsonWriter();
        for (FleetView.Missing one : missing) {
            if (json) {
                line.reset().object().field("epoch", one.epoch).field("first", one.first).field("last", one.last)
                    .field("asked", one.asks);
                out.println(line.endObject());
            } else {
                out.println(one.epoch + "  " + one.first + " to " + one.last + "  asked " + one.asks + " times");
            }
        }
    }

    private static int send(CloudConfig config, List<String> words, double waitS, PrintStream out, PrintStream err)
            throws UsageException, IOException {
        String gateway = words.get(1);
        Eui64 node = Eui64.parse(words.get(2));
        String service = words.get(3);
        if (node == null) {
            throw new UsageException("'" + words.get(2) + "' is no node: expected 16 hexadecimal digits");
        }
        if (gateway.isEmpty() || service.isEmpty() || (gateway + service).indexOf('+') >= 0
            || (gateway + service).indexOf('#') >= 0) {
            throw new UsageException("a gateway and a service are needed, without + and #");
        }
        String topic = "slipway/" + gateway + "/" + node + "/down/" + service;
        try (Commander commander = Commander.send(config, topic, words.get(4).getBytes(StandardCharsets.UTF_8))) {
            boolean heard = false;
            boolean last = false;
            while (!last) {
                byte[] report = commander.report((long) (waitS * 1000));
                if (report == null) {
                    if (!heard) {
                        err.println("slipway fleet: no report from " + gateway + "; is it online?");
                    }
                    return heard ? 0 : FAILED;
                }
                heard = true;
                out.println(new String(report, StandardCharsets.UTF_8));
                last = isLast(report, service);
            }
            return 0;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    /** Whether nothing follows this report; a datagram that was sent is refused at times, which is not waited for. */
    private static boolean isLast(byte[] report, String service) {
        Object json = JsonReader.read(report);
        Object state = json instanceof Map ? ((Map<?, ?>) json).get("state") : null;
        return !"queued".equals(state) && !("sent".equals(state) && service.contains("coap"));
    }
}
