package io.slipway.cli;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.config.LinkConfig;
import io.slipway.config.MeshConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.link.Link;
import io.slipway.link.LinkListener;
import io.slipway.record.RecordRing;
import io.slipway.record.RecordingFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The {@code record} sub-command: takes down what a serial line carries while no gateway runs on it, or saves what the
 * flight recorder of a gateway holds, whether that runs or has died.
 */
public final class Record {
    private static final String HELP =
        "Usage: slipway record [--config FILE] [--mesh NAME] [--pcap] OUT\n"
        + "       slipway record [--bytes N] [--seconds N] PORT OUT\n"
        + "\n"
        + "Saves a recording of a mote's serial line, both directions with their times, to OUT, which must not\n"
        + "exist: what the flight recorder of a gateway holds, while it runs or after it has died, if 'option\n"
        + "record_bytes' of its mesh is set; or what comes from PORT from now on, where no gateway runs. PORT is\n"
        + "/dev/ttyUSB0 or whatever 'option link' takes. slipway decode, pcap and replay read OUT.\n"
        + "\n"
        + "  --config FILE  the gateway's configuration (default " + AskedGateway.DEFAULT_CONFIG + ")\n"
        + "  --mesh NAME    which of several that are recorded\n"
        + "  --pcap         the IPv6 packets only, for Wireshark and tcpdump\n"
        + "  --bytes N      end after so many bytes of the line\n"
        + "  --seconds N    end after so long; without either, Ctrl-C ends it\n"
        + "  --help         this text\n"
        + "\n"
        + "Exit status: 0, 1 if nothing could be recorded or OUT not written, 2 if the arguments or the\n"
        + "configuration are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int BUFFER_BYTES = 8192;

    private Record() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code record}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("record", args, "--config --mesh --bytes --seconds", "--pcap", 2);
            List<String> words = options.words();
            boolean ofPort = words.size() == 2;
            if (words.isEmpty() || (ofPort ? options.has("--config") || options.has("--mesh") || options.has("--pcap")
                : options.has("--bytes") || options.has("--seconds"))) {
                throw new UsageException("OUT is needed with --config, --mesh and --pcap, or PORT and OUT with "
                    + "--bytes and --seconds; see slipway record --help");
            }
            return ofPort ? line(words.get(0), FileProblem.named(words.get(1)), options, out, err)
                : ring(mesh(options), FileProblem.named(words.get(0)), options.has("--pcap"), out, err);
        } catch (UsageException wrong) {
            err.println("slipway record: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException wrong) {
            err.println(wrong.getMessage());
            return USAGE;
        } catch (IOException failed) {
            err.println("slipway record: " + FileProblem.withName(failed));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return FAILED;
    }

    private static MeshConfig mesh(Options options) throws ConfigException, UsageException {
        Path file = FileProblem.named(options.value("--config", AskedGateway.DEFAULT_CONFIG));
        List<MeshConfig> meshes = Config.load(file).meshes;
        String name = options.value("--mesh", null);
        MeshConfig found = meshes.size() == 1 && name == null ? meshes.get(0) : null;
        for (MeshConfig mesh : meshes) {
            if (mesh != found && (name == null ? mesh.recordBytes > 0 : mesh.name.equals(name))) {
                if (found != null) {
                    throw new UsageException("there are several 'config mesh' that are recorded; --mesh says which");
                }
                found = mesh;
            }
        }
        if (found == null) {
            throw new UsageException(name == null ? "none of the 'config mesh' is recorded; --mesh names one that was"
                : "there is no 'config mesh' called '" + name + "'");
        }
        return found;
    }

    private static int ring(MeshConfig mesh, Path to, boolean pcap, PrintStream out, PrintStream err)
            throws IOException {
        List<Path> files = RecordRing.files(mesh.recordDir, mesh.name);
        if (files.isEmpty()) {
            err.println("slipway record: there is no recording of " + mesh.name + " in " + mesh.recordDir
                + (mesh.recordBytes > 0 ? "" : "; 'option record_bytes' is not set"));
            return FAILED;
        }
        // Open before anything is copied: a gateway that runs removes the older one when its turn comes.
        List<InputStream> open = new ArrayList<>();
        for (Path file : files) {
            open.add(Files.newInputStream(file));
        }
        try (InputStream in = new SequenceInputStream(Collections.enumeration(open))) {
            if (pcap) {
                return Pcap.convert(in, "the recording of " + mesh.name, to, false, out, err);
            }
            try (OutputStream file = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                out.println(copy(in, file) + " bytes in " + to);
            }
        }
        return 0;
    }

    private static long copy(InputStream in, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long copied = 0;
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            to.write(buffer, 0, length);
            copied += length;
        }
        return copied;
    }

    private static int line(String port, Path to, Options options, PrintStream out, PrintStream err)
            throws UsageException, IOException, InterruptedException {
        LinkConfig config;
        try {
            config = LinkConfig.parse(port.startsWith("/") ? "serial:" + port : port);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("PORT is '" + port + "'; expected " + wrong.getMessage());
        }
        if (config.kind == LinkConfig.Kind.UDP) {
            throw new UsageException("PORT is '" + port + "'; a mesh that is routed has no line");
        }
        long bytes = (long) options.positive("--bytes", Long.MAX_VALUE);
        long ms = (long) (options.positive("--seconds", 1e9) * 1000);
        Health health = new Health();
        try (RecordingFile file = new RecordingFile(to, bytes); Link link = new Link("record", config, health)) {
            link.record(file);
            link.start(new Listener());
            file.awaitFull(ms);
        }
        if (health.value(Counter.LINK_OPENED) == 0) {
            // Made anew above, and nothing of the line is in it.
            Files.deleteIfExists(to);
            err.println("slipway record: the port could not be opened, so there is no " + to);
            return FAILED;
        }
        out.println(health.value(Counter.LINK_BYTES_READ) + " bytes came; they are in " + to);
        return 0;
    }

    /** Only listens: a mote whose host says nothing shows how it asks. */
    private static final class Listener implements LinkListener {
        @Override
        public void opened() {
            // The recorder takes note of it.
        }

        @Override
        public void received(byte[] buffer, int length) {
            // Taken down already.
        }

        @Override
        public void idle() {
            // Nothing to do.
        }

        @Override
        public void closed() {
            // The recorder takes note of it.
        }
    }
}
