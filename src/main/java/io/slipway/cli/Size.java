package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.config.StoreConfig;
import io.slipway.json.JsonWriter;
import io.slipway.store.Extent;
import io.slipway.store.History;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import java.io.PrintStream;
import java.nio.file.Files;

/** The {@code size} sub-command: how long an outage of the uplink fits into the store. */
public final class Size {
    private static final String HELP =
        "Usage: slipway size [--config FILE] [--rate R] [--payload B] [--json]\n"
        + "\n"
        + "Says how many readings fit into the store, how long an outage that is, and what the flash gets to write.\n"
        + "The figures are measured on the newest blocks of the store, at most 256 of the present or last run.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --rate R       R readings a second instead of the measured rate\n"
        + "  --payload B    B bytes in a reading, and such that they do not compress, instead of what is stored\n"
        + "  --json         for programs: one JSON object\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if the store cannot be read, 2 if the arguments or the configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Size() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code size}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("size", args, "--config --rate --payload", "--json");
            double rate = options.positive("--rate", 0);
            double payload = options.positive("--payload", 0);
            Config config = Config.load(FileProblem.named(options.value("--config", AskedGateway.DEFAULT_CONFIG)));
            Extent extent = extent(config);
            SizeFigures figures = new SizeFigures(config.store, extent, rate,
                payload > 0 || extent.blocks > 0 ? payload : SizeFigures.USUAL_PAYLOAD);
            out.print(options.has("--json") ? json(figures, config.store) : text(figures, config.store));
            return 0;
        } catch (UsageException wrong) {
            err.println("slipway size: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (StoreException failed) {
            err.println("slipway size: " + failed.getMessage());
            return FAILED;
        }
    }

    /** Before the first start there is no database, which is as good as an empty one. */
    private static Extent extent(Config config) throws StoreException {
        if (!Files.exists(config.gateway.dataDir.resolve(Store.FILE_NAME))) {
            return new Extent(0, 0, 0, 0, 0, 0, 0);
        }
        try (History history = RunningStore.open(config.gateway.dataDir)) {
            return history.extent();
        }
    }

    private static String json(SizeFigures figures, StoreConfig config) {
        JsonWriter json = new JsonWriter().object().field("max_bytes", config.maxBytes)
            .field("reserve_bytes", Store.RESERVE_BYTES)
            .field("used_bytes", figures.usedBytes).field("measured", figures.measured);
        json.name("bytes_per_reading").literal(decimal(figures.bytesPerReading));
        json.field("readings_per_mb", figures.readingsPerMb).field("readings", figures.readings)
            .field("rate_measured", figures.rateMeasured);
        if (figures.rate > 0) {
            json.name("rate").literal(decimal(figures.rate));
            json.field("outage_s", figures.outageS).field("flash_bytes_per_day", figures.flashBytesPerDay)
                .field("flash_measured", figures.flashMeasured);
        }
        return json.endObject() + "\n";
    }

    private static String text(SizeFigures figures, StoreConfig config) {
        StringBuilder text = new StringBuilder();
        text.append("a reading takes ").append(decimal(figures.bytesPerReading)).append(" bytes (")
            .append(figures.measured ? "measured on " + figures.blocks + " blocks"
                : figures.blocks > 0 ? "estimated for that payload" : "estimated: the store has no blocks yet")
            .append("), ").append(figures.readingsPerMb).append(" readings fit a MB\n");
        text.append("the store holds ").append(figures.readings).append(" readings in ")
            .append(config.maxBytes >> 20).append(" MB, of which ").append(figures.usedBytes >> 10)
            .append(" kB are in use; beside it ").append(Store.RESERVE_BYTES >> 10)
            .append(" kB are kept for the moment when the disk is full\n");
        if (figures.rate == 0) {
            return text.append("no rate is known yet; give one with --rate\n").toString();
        }
        return text.append("at ").append(decimal(figures.rate)).append(" readings a second (")
            .append(figures.rateMeasured ? "measured" : "given").append(") an outage of ")
            .append(duration(figures.outageS)).append(" fits\n")
            .append("the flash gets about ").append(figures.flashBytesPerDay >> 20)
            .append(" MB a day to write (").append(figures.flashMeasured ? "measured" : "estimated").append(")\n")
            .toString();
    }

    /** Two digits after the point; own code, because a format of the JDK's depends on the locale. */
    private static String decimal(double number) {
        long hundredths = Math.round(number * 100);
        String fraction = String.valueOf(100 + hundredths % 100).substring(1);
        return hundredths / 100 + "." + fraction;
    }

    private static String duration(long seconds) {
        if (seconds >= 2 * 86_400) {
            return seconds / 86_400 + " days";
        }
        return seconds >= 2 * 3600 ? seconds / 3600 + " hours" : seconds >= 120 ? seconds / 60 + " minutes"
            : seconds + " seconds";
    }
}
