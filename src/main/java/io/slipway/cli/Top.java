package io.slipway.cli;

import io.slipway.config.ConfigException;
import io.slipway.health.Counter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code top} sub-command: how busy the running gateway is, drawn anew each second. */
public final class Top {
    private static final String HELP =
        "Usage: slipway top [--config FILE] [--interval S]\n"
        + "\n"
        + "Shows what the gateway does that runs on this machine with this configuration, drawn anew each second;\n"
        + "q ends it (q and Enter where the system has no stty). Where the output is no terminal it is shown once,\n"
        + "with the rates of one interval.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --interval S   seconds between two pictures, 0.2 to 3600 (default 1)\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if no gateway answers (any more), 2 if the arguments or the configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    /** What flows, from the left to the right. */
    private static final Object[][] RATES = {
        {Counter.LINK_BYTES_READ, "bytes from the line"}, {Counter.LINK_BYTES_WRITTEN, "bytes to the line"},
        {Counter.READINGS_ACCEPTED, "readings taken in"}, {Counter.STORE_COMMITTED, "readings committed"},
        {Counter.UPSTREAM_READINGS_ACKED, "readings acknowledged"}, {Counter.UPSTREAM_BYTES_SENT, "bytes upstream"}};
    private static final int NODES_ONCE = 10;

    private final AskedGateway gateway;
    private JsonView before;
    private long beforeNs;

    private Top(AskedGateway gateway) {
        this.gateway = gateway;
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code top}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("top", args, "--config --interval", "");
            double seconds = options.positive("--interval", 1);
            if (seconds < 0.2 || seconds > 3600) {
                throw new UsageException("--interval is '" + options.value("--interval", "")
                    + "'; expected 0.2 to 3600");
            }
            Top top = new Top(AskedGateway.of(options));
            top.look();
            if (Terminal.is(Terminal.IN) && Terminal.is(Terminal.OUT)) {
                top.draw(out, (int) (seconds * 1000));
            } else {
                TimeUnit.MILLISECONDS.sleep((long) (seconds * 1000));
                out.print(top.picture(NODES_ONCE));
            }
            return 0;
        } catch (UsageException wrong) {
            err.println("slipway top: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway top: " + failed.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return FAILED;
    }

    private void look() throws IOException {
        before = gateway.status();
        beforeNs = System.nanoTime();
    }

    private void draw(PrintStream out, int ms) throws IOException, InterruptedException {
        try (Screen screen = new Screen(out, System.in)) {
            boolean quit = screen.isQuit(Math.min(ms, 300));
            while (!quit && !out.checkError()) {
                screen.draw(picture(screen.lines()));
                quit = screen.isQuit(ms);
            }
        }
    }

    /** What has happened since the picture before. */
    private String picture(int mostNodes) throws IOException {
        JsonView old = before;
        long oldNs = beforeNs;
        look();
        double seconds = Math.max(0.001, (beforeNs - oldNs) / 1e9);
        JsonView now = before;
        StringBuilder text = new StringBuilder();
        text.append(now.text("id")).append("  up ").append(Age.of(now.number("uptime_s")));
        JsonView memory = now.object("memory");
        text.append("  heap ").append(memory.number("heap_used_bytes") >> 10).append(" of ")
            .append(memory.number("heap_max_bytes") >> 10).append(" kB\n");
        parts(text, now);
        Table rates = new Table("#A SECOND", "", "#ALL");
        for (Object[] rate : RATES) {
            String name = ((Counter) rate[0]).label();
            long count = now.object("counters").number(name);
            rates.add(tenths((count - old.object("counters").number(name)) / seconds), (String) rate[1],
                String.valueOf(count));
        }
        text.append(rates);
        JsonView gauges = now.object("gauges");
        text.append("waiting: ").append(gauges.number("store_queue")).append(" for the disk");
        for (String name : gauges.names()) {
            if (name.startsWith("backlog_")) {
                text.append(", ").append(gauges.number(name)).append(" for ")
                    .append(name.substring("backlog_".length()));
            }
        }
        text.append("\n").append(Nodes.table(latest(now.list("nodes"), mostNodes), now.number("now")));
        return text.toString();
    }

    private static void parts(StringBuilder text, JsonView now) {
        for (String part : now.object("states").names()) {
            text.append(part).append(": ").append(now.object("states").text(part)).append("  ");
        }
        List<String> ailments = new Ailments(now).all();
        text.append('\n').append(ailments.isEmpty() ? "all is well" : "not well: " + ailments.get(0)
            + (ailments.size() > 1 ? " (and " + (ailments.size() - 1) + " more, see slipway status)" : ""))
            .append('\n');
    }

    private static List<JsonView> latest(List<JsonView> nodes, int most) {
        List<JsonView> sorted = new ArrayList<>(nodes);
        Collections.sort(sorted, new Comparator<JsonView>() {
            @Override
            public int compare(JsonView one, JsonView other) {
                return Long.compare(other.number("last_seen"), one.number("last_seen"));
            }
        });
        return sorted.subList(0, Math.min(most, sorted.size()));
    }

    /** One digit after the point. */
    private static String tenths(double number) {
        long tenths = Math.round(number * 10);
        return tenths / 10 + "." + Math.abs(tenths % 10);
    }
}
