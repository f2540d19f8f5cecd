package io.slipway.cli;

import io.slipway.frame.FrameDecoder;
import io.slipway.ingest.Rfc3339;
import io.slipway.json.JsonWriter;
import io.slipway.record.LineRecord;
import io.slipway.slip.SlipError;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;

/**
 * The {@code decode} sub-command: shows what a recorded serial line carried, one JSON object a line. It uses the same
 * decoders as the gateway and reads the file in pieces, so the file's size does not matter.
 */
public final class Decode implements RecordedLine.Sink {
    /** What {@code --help} prints. */
    static final String HELP =
        "Usage: slipway decode [--mode br|slipradio] [--crc8] [--attrs] FILE\n"
        + "\n"
        + "Prints what the bytes of a mote's serial line hold, one JSON object for each frame.\n"
        + "FILE is a recording by slipway record, or the raw bytes of one direction; - is the standard\n"
        + "input. Of a recording each frame also has its direction and its time.\n"
        + "\n"
        + "  --mode br         the mote is a border router and sends IPv6 packets (default)\n"
        + "  --mode slipradio  the mote is a slip-radio and sends 802.15.4 frames\n"
        + "  --crc8            each frame ends in a CRC-8 (6LBR slip-radio with crc8=1)\n"
        + "  --attrs           radio frames begin with attributes (6LBR slip-radio, mote to host)\n"
        + "  --help            this text\n"
        + "\n"
        + "\"off\" and \"end\" are the offsets of a frame's first byte and of the byte that closed it.\n"
        + "Exit status: 0, 1 if FILE cannot be read, 2 if the arguments are wrong.\n";

    private static final int FAILED = 1;
    private static final int USAGE = 2;
    /** Damaged frames show this many bytes: enough to see what it was. */
    private static final int DAMAGED_BYTES_SHOWN = 100;

    private final FrameDecoder frames;
    private final PrintStream out;
    private final JsonWriter json = new JsonWriter();
    private final FrameJson frameJson = new FrameJson(json);

    private Decode(FrameDecoder frames, PrintStream out) {
        this.frames = frames;
        this.out = out;
    }

    /**
     * Runs the sub-command.
     *
     * @param args what follows {@code decode}
     * @return the exit status: 0, 1 (the file cannot be read), 2 (wrong arguments)
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        FrameDecoder.Mode mode = FrameDecoder.Mode.BORDER_ROUTER;
        boolean crc8 = false;
        boolean attributes = false;
        String file = null;
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (arg.equals("--help")) {
                out.print(HELP);
                return 0;
            } else if (arg.equals("--crc8")) {
                crc8 = true;
            } else if (arg.equals("--attrs")) {
                attributes = true;
            } else if (arg.equals("--mode")) {
                mode = ++i < args.length ? mode(args[i]) : null;
                if (mode == null) {
                    return usage(err, "--mode must be br or slipradio");
                }
            } else if (arg.length() > 1 && arg.charAt(0) == '-') {
                return usage(err, "unknown option " + arg);
            } else if (file != null) {
                return usage(err, "more than one FILE");
            } else {
                file = arg;
            }
        }
        if (file == null) {
            return usage(err, "no FILE");
        }
        return decode(file, new Decode(new FrameDecoder(mode, crc8, attributes), out), err);
    }

    private static FrameDecoder.Mode mode(String name) {
        if (name.equals("br")) {
            return FrameDecoder.Mode.BORDER_ROUTER;
        }
        return name.equals("slipradio") ? FrameDecoder.Mode.SLIP_RADIO : null;
    }

    private static int usage(PrintStream err, String problem) {
        err.println("slipway decode: " + problem + " (see slipway decode --help)");
        return USAGE;
    }

    private static int decode(String file, Decode decode, PrintStream err) {
        try (BufferedInputStream in = new BufferedInputStream(
                file.equals("-") ? System.in : new FileInputStream(file))) {
            long damaged = RecordedLine.read(in, decode);
            if (damaged > 0) {
                err.println("slipway decode: " + file + ": " + damaged + " bytes are damaged and left out");
            }
        } catch (FileNotFoundException e) {
            // Its message begins with the name.
            err.println("slipway decode: cannot read " + e.getMessage());
            return FAILED;
        } catch (IOException e) {
            err.println("slipway decode: cannot read " + file + ": " + e.getMessage());
            return FAILED;
        } finally {
            decode.out.flush();
        }
        return 0;
    }

    @Override
    public boolean isEnough() {
        // The reader of our output has gone away (head, less).
        return out.checkError();
    }

    @Override
    public void frame(LineRecord.Kind way, long wallUs, byte[] buffer, int length, long start, long end) {
        begin(way, wallUs, start, end);
        frameJson.write(frames.decode(buffer, length));
        finish();
    }

    @Override
    public void invalid(LineRecord.Kind way, long wallUs, SlipError reason, byte[] buffer, int length, long start,
                        long end) {
        begin(way, wallUs, start, end);
        json.field("type", "invalid").field("reason", reason.text()).field("len", length);
        json.hexField("hex", buffer, 0, Math.min(length, DAMAGED_BYTES_SHOWN));
        finish();
    }

    @Override
    public void event(long wallUs, String what) {
        json.reset().object();
        at(wallUs);
        json.field("type", "event").field("text", what);
        finish();
    }

    private void begin(LineRecord.Kind way, long wallUs, long start, long end) {
        json.reset().object();
        if (wallUs != RecordedLine.NO_TIME) {
            at(wallUs);
            json.field("way", way == LineRecord.Kind.UP ? "up" : "down");
        }
        json.field("off", start).field("end", end);
    }

    private void at(long wallUs) {
        json.field("at", Rfc3339.format(Math.floorDiv(wallUs, 1000)));
    }

    private void finish() {
        byte[] line = json.endObject().toBytes();
        out.write(line, 0, line.length);
        out.write('\n');
    }
}
