package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.reading.Reading;
import io.slipway.store.History;
import io.slipway.store.Position;
import io.slipway.store.Run;
import io.slipway.store.Slice;
import io.slipway.store.StoreException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The {@code export} sub-command: writes what the store holds, oldest first, a slice at a time. */
public final class Export {
    private static final String HELP =
        "Usage: slipway export [--config FILE] [--format csv|jsonl] [--from TIME] [--to TIME]\n"
        + "                      [--node NODE] [--source FILTER] [--origin GATEWAY] [--output FILE] [--quiet]\n"
        + "\n"
        + "Writes the readings that the gateway has stored, oldest first, to standard output. The gateway may run\n"
        + "meanwhile: it is asked for them. Where it does not run, its database is read and not changed, and\n"
        + "cannot be opened by a gateway until that is done.\n"
        + "\n"
        + "  --config FILE    the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --format FORMAT  jsonl: a JSON object a line, as on the LAN (default); csv: RFC 4180 with a header\n"
        + "  --from TIME      not before this: 2026-11-21, 2026-11-21T10:50:49Z or with an offset such as +01:00\n"
        + "  --to TIME        before this, written alike; readings whose time is not known are left out with both\n"
        + "  --node NODE      of this node only: 16 hexadecimal digits\n"
        + "  --source FILTER  only what this MQTT topic filter matches: udp/5678, mqtt/sensors/#, udp/+\n"
        + "  --origin GATEWAY what is held of this other gateway's readings (config cluster)\n"
        + "  --output FILE    write to this file instead, which must not exist\n"
        + "  --quiet          do not say how far it is\n"
        + "  --help           this text\n"
        + "\n"
        + "Exit status: 0, 1 if not everything could be read or written, 2 if the arguments or the configuration\n"
        + "are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int BUFFER_BYTES = 64 << 10;

    private final ExportFilter filter;
    private final ExportFormat format;
    private final OutputStream out;
    private final PrintStream err;
    private final Progress progress;
    private long written;
    private long damaged;

    private Export(ExportFilter filter, ExportFormat format, OutputStream out, PrintStream err, Progress progress) {
        this.filter = filter;
        this.format = format;
        this.out = out;
        this.err = err;
        this.progress = progress;
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code export}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("export", args,
                "--config --format --from --to --node --source --output --origin", "--quiet");
            ExportFilter filter = new ExportFilter(options, "--from");
            ExportFormat format = ExportFormat.named(options.value("--format", "jsonl"));
            Config config = Config.load(FileProblem.named(options.value("--config", AskedGateway.DEFAULT_CONFIG)));
            try (History history = open(config, options.value("--origin", null))) {
                return export(history, filter, format, options, out, err);
            }
        } catch (UsageException wrong) {
            err.println("slipway export: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (StoreException failed) {
            err.println("slipway export: " + failed.getMessage());
        } catch (IOException failed) {
            err.println("slipway export: cannot write: " + FileProblem.withName(failed));
        }
        return FAILED;
    }

    /** @throws UsageException if it can be no gateway's id */
    private static History open(Config config, String origin) throws StoreException, UsageException {
        if (origin == null || origin.equals(config.gateway.id)) {
            return RunningStore.open(config.gateway.dataDir);
        }
        if (origin.isEmpty() || origin.length() > 64 || origin.indexOf(' ') >= 0) {
            throw new UsageException("--origin is '" + origin + "'; expected the id of a gateway");
        }
        return RunningStore.openReplica(config.gateway.dataDir, origin);
    }

    private static int export(History history, ExportFilter filter, ExportFormat format, Options options,
                              PrintStream out, PrintStream err) throws ConfigException, StoreException, IOException {
        Path file = options.has("--output") ? FileProblem.named(options.value("--output", "")) : null;
        Progress progress = new Progress(err, "slipway export", "readings", options.has("--quiet"),
            file != null || !Terminal.is(Terminal.OUT));
        if (file == null) {
            return new Export(filter, format, out, err, progress).writeAll(history, out);
        }
        // Made anew: a slip of the keyboard must not cost a file.
        try (OutputStream to = new BufferedOutputStream(Files.newOutputStream(file,
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), BUFFER_BYTES)) {
            return new Export(filter, format, to, err, progress).writeAll(history, null);
        }
    }

    /** @param standard standard output where that is written to, which keeps failures to itself until it is asked */
    private int writeAll(History history, PrintStream standard) throws StoreException, IOException {
        out.write(format.header());
        Position next = Position.START;
        while (next != null && !(standard != null && standard.checkError())) {
            Slice slice = history.next(next, filter.range());
            for (Run run : slice.runs) {
                write(run);
            }
            next = slice.next;
            progress.at(written, 0);
        }
        out.flush();
        progress.end(written);
        if (filter.untimed() > 0) {
            err.println("slipway export: " + filter.untimed() + " readings whose time is not known were left out");
        }
        if (damaged > 0) {
            err.println("slipway export: " + damaged + " readings are lost in damaged blocks; see slipway db check");
        }
        return damaged > 0 || next != null ? FAILED : 0;
    }

    private void write(Run run) throws IOException {
        List<Reading> readings;
        try {
            readings = run.readings();
        } catch (StoreException unreadable) {
            damaged += Math.max(1, run.count());
            return;
        }
        for (Reading reading : readings) {
            if (filter.takes(reading)) {
                out.write(format.line(reading));
                written++;
            }
        }
    }
}
