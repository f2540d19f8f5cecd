package io.slipway.cli;

import io.slipway.config.ConfigException;
import io.slipway.config.FileProblem;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The {@code pcap} sub-command: the IPv6 packets of a recorded line, for Wireshark and tcpdump. */
public final class Pcap {
    private static final String HELP =
        "Usage: slipway pcap [--ng] FILE OUT\n"
        + "\n"
        + "Writes the IPv6 packets of a recorded line to OUT, which must not exist, for Wireshark, tshark and\n"
        + "tcpdump. FILE is a recording by slipway record, or the raw bytes of one direction; - is the standard\n"
        + "input. Raw bytes have no times, so theirs are made up.\n"
        + "\n"
        + "  --ng    pcapng: with the direction of each packet, and what the firmware said before it as comment\n"
        + "  --help  this text\n"
        + "\n"
        + "Exit status: 0, 1 if FILE cannot be read or OUT not written, 2 if the arguments are wrong.\n";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Pcap() {
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code pcap}
     * @return the exit status
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (Options.wantHelp(args)) {
            out.print(HELP);
            return 0;
        }
        try {
            Options options = new Options("pcap", args, "", "--ng", 2);
            if (options.words().size() != 2) {
                throw new UsageException("FILE and OUT are needed; see slipway pcap --help");
            }
            String from = options.words().get(0);
            if (Files.isDirectory(FileProblem.named(from))) {
                throw new IOException(from + " is a directory; FILE is one recording");
            }
            try (InputStream in = from.equals("-") ? System.in : Files.newInputStream(FileProblem.named(from))) {
                return convert(in, from, FileProblem.named(options.words().get(1)), options.has("--ng"), out, err);
            }
        } catch (UsageException wrong) {
            err.println("slipway pcap: " + wrong.getMessage());
            return USAGE;
        } catch (ConfigException noFile) {
            err.println("slipway pcap: " + noFile.getMessage());
        } catch (IOException failed) {
            err.println("slipway pcap: " + FileProblem.withName(failed));
        }
        return FAILED;
    }

    /**
     * Converts a recorded line.
     *
     * @param name of what is read, for messages
     * @return the exit status
     * @throws IOException if something cannot be read or written
     */
    static int convert(InputStream in, String name, Path to, boolean ng, PrintStream out, PrintStream err)
            throws IOException {
        long damaged;
        long packets;
        try (OutputStream file = new BufferedOutputStream(
                Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            PcapWriter writer = new PcapWriter(file, ng);
            damaged = RecordedLine.read(new BufferedInputStream(in), writer);
            writer.throwFailure();
            packets = writer.packets();
        }
        out.println(packets + " packets in " + to);
        if (damaged > 0) {
            err.println("slipway pcap: " + name + ": " + damaged + " bytes are damaged and left out");
        }
        return 0;
    }
}
