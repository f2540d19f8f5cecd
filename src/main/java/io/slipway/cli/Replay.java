package io.slipway.cli;

import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import io.slipway.record.LineRecord;
import io.slipway.record.RecordingReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The {@code replay} sub-command: a TCP port at which a gateway finds the mote of a recording, which says again what it
 * said then, at the pace of then or another. What the gateway says is read and not answered.
 */
public final class Replay {
    private static final String HELP =
        "Usage: slipway replay [--port N] [--bind ADDRESS] [--speed X] [--quiet] FILE\n"
        + "\n"
        + "Waits on a TCP port for one gateway ('option link tcp://127.0.0.1:PORT') and plays the mote of a\n"
        + "recording to it: what came up the line then, in the same pieces and at the same pace. FILE is a\n"
        + "recording by slipway record, or the raw bytes from a mote, which are played at 115200 baud.\n"
        + "\n"
        + "  --port N        the port to wait on (default: any, which is printed)\n"
        + "  --bind ADDRESS  of this machine, to wait on (default 127.0.0.1)\n"
        + "  --speed X       so many times as fast; 'max' for as fast as it is taken (default 1)\n"
        + "  --quiet         do not say how far it is\n"
        + "  --help          this text\n"
        + "\n"
        + "Exit status: 0, 1 if FILE cannot be read or the gateway hung up, 2 if the arguments are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int RAW_BYTES_PER_SECOND = 11_520;
    private static final int RAW_PIECE = 230;
    private static final int LAST_MS = 2000;

    private final OutputStream to;
    /** 0 for as fast as it is taken. */
    private final double speed;
    private final Progress progress;
    /** Of bytes; 0 where nobody knows. */
    private final long total;
    private final long startNs = System.nanoTime();
    private double dueNs;
    private long played;

    private Replay(OutputStream to, double speed, Progress progress, long total) {
        this.to = to;
        this.speed = speed;
        this.progress = progress;
        this.total = total;
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code replay}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("replay", args, "--port --bind --speed", "--quiet", 1);
            if (options.words().isEmpty()) {
                throw new UsageException("FILE is needed; see slipway replay --help");
            }
            double speed = options.value("--speed", "1").equals("max") ? 0 : options.positive("--speed", 1);
            double port = options.positive("--port", 0);
            if (port > 65_535 || port != Math.rint(port)) {
                throw new UsageException("--port is '" + options.value("--port", "") + "'; expected 1 to 65535");
            }
            Path file = FileProblem.named(options.words().get(0));
            if (Files.isDirectory(file)) {
                throw new IOException(file + " is a directory; FILE is one recording");
            }
            try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
                 ServerSocket server = new ServerSocket((int) port, 1, address(options))) {
                return play(in, file, server, speed, out,
                    new Progress(err, "slipway replay", "bytes", options.has("--quiet"), true), err);
            }
        } catch (UsageException wrong) {
            err.println("slipway replay: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException noFile) {
            err.println("slipway replay: " + noFile.getMessage());
        } catch (IOException failed) {
            err.println("slipway replay: " + FileProblem.withName(failed));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return FAILED;
    }

    private static InetAddress address(Options options) throws UsageException {
        try {
            return InetAddress.getByName(options.value("--bind", "127.0.0.1"));
        } catch (UnknownHostException unknown) {
            throw new UsageException("--bind is '" + options.value("--bind", "") + "'; expected an address");
        }
    }

    private static int play(BufferedInputStream in, Path file, ServerSocket server, double speed, PrintStream out,
                            Progress progress, PrintStream err) throws IOException, InterruptedException {
        // Before anybody is waited for: a file that cannot be read is said at once.
        RecordingReader reader = RecordingReader.isRecording(in) ? new RecordingReader(in) : null;
        out.println("waits for a gateway on port " + server.getLocalPort());
        out.flush();
        try (Socket gateway = server.accept()) {
            gateway.setTcpNoDelay(true);
            Thread ears = listen(gateway);
            Replay replay = new Replay(gateway.getOutputStream(), speed, progress,
                reader == null ? Files.size(file) : 0);
            if (reader != null) {
                replay.recording(reader);
            } else {
                replay.raw(in);
            }
            progress.end(replay.played);
            gateway.shutdownOutput();
            ears.join(LAST_MS);
            out.println(replay.played + " bytes played");
        }
        if (reader != null && reader.damagedBytes() > 0) {
            err.println("slipway replay: " + file + ": " + reader.damagedBytes() + " bytes are damaged and left out");
        }
        return 0;
    }

    /** Takes what the gateway says: it would stop if nobody did. */
    private static Thread listen(final Socket gateway) {
        Thread ears = new Thread("replay-ears") {
            @Override
            public void run() {
                byte[] buffer = new byte[512];
                try {
                    InputStream in = gateway.getInputStream();
                    int length = in.read(buffer);
                    while (length >= 0) {
                        length = in.read(buffer);
                    }
                } catch (IOException ignored) {
                    // Whoever plays notices it too.
                }
            }
        };
        ears.setDaemon(true);
        ears.start();
        return ears;
    }

    private void recording(RecordingReader reader) throws IOException, InterruptedException {
        long before = Long.MIN_VALUE;
        for (LineRecord record = reader.next(); record != null; record = reader.next()) {
            // A ring may hold the ends of two processes, whose clocks have nothing to do with each other.
            if (before != Long.MIN_VALUE && record.monoUs > before) {
                dueNs += (record.monoUs - before) * 1000.0;
            }
            before = record.monoUs;
            if (record.kind == LineRecord.Kind.UP) {
                say(record.data, record.data.length);
            }
        }
    }

    private void raw(InputStream in) throws IOException, InterruptedException {
        byte[] piece = new byte[RAW_PIECE];
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
            dueNs += length * 1e9 / RAW_BYTES_PER_SECOND;
            say(piece, length);
        }
    }

    private void say(byte[] bytes, int length) throws IOException, InterruptedException {
        if (speed > 0) {
            TimeUnit.NANOSECONDS.sleep((long) (dueNs / speed) - (System.nanoTime() - startNs));
        }
        try {
            to.write(bytes, 0, length);
        } catch (IOException gone) {
            throw new IOException("the gateway hung up after " + played + " bytes", gone);
        }
        played += length;
        progress.at(played, total);
    }
}
