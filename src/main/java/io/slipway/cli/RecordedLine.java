package io.slipway.cli;

import io.slipway.record.LineRecord;
import io.slipway.record.RecordingReader;
import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The frames of a recorded line, from a recording of both directions or from the bare bytes of one, whichever the file
 * is. Reads in pieces, so the file's size does not matter.
 */
final class RecordedLine {
    /** Of a frame whose time is not known. */
    static final long NO_TIME = Long.MIN_VALUE;

    private static final int FRAME_LIMIT = 2048;

    /** Takes what there is, in the order in which it ended. */
    interface Sink {
        /** A frame, as of {@link SlipSink#frame}; bare bytes count as those of the mote and have {@link #NO_TIME}. */
        void frame(LineRecord.Kind way, long wallUs, byte[] buffer, int length, long start, long end);

        /** What was no frame, as of {@link SlipSink#invalid}. */
        void invalid(LineRecord.Kind way, long wallUs, SlipError reason, byte[] buffer, int length, long start,
                     long end);

        /** Something that happened to the line. */
        void event(long wallUs, String what);

        /** Whether nobody wants the rest. */
        boolean isEnough();
    }

    private final Sink sink;
    private long wallUs = NO_TIME;

    private RecordedLine(Sink sink) {
        this.sink = sink;
    }

    /**
     * Hands everything to the sink.
     *
     * @return how many bytes of a recording were passed over because they are damaged
     * @throws IOException if it cannot be read, or is a recording of a later version
     */
    static long read(BufferedInputStream in, Sink sink) throws IOException {
        RecordedLine line = new RecordedLine(sink);
        if (RecordingReader.isRecording(in)) {
            return line.recording(new RecordingReader(in));
        }
        line.bytes(in);
        return 0;
    }

    private void bytes(BufferedInputStream in) throws IOException {
        SlipDecoder slip = new SlipDecoder(new Way(LineRecord.Kind.UP), FRAME_LIMIT);
        byte[] piece = new byte[8192];
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
            slip.push(piece, 0, length);
            if (sink.isEnough()) {
                return;
            }
        }
        slip.end();
    }

    private long recording(RecordingReader reader) throws IOException {
        SlipDecoder up = new SlipDecoder(new Way(LineRecord.Kind.UP), FRAME_LIMIT);
        SlipDecoder down = new SlipDecoder(new Way(LineRecord.Kind.DOWN), FRAME_LIMIT);
        for (LineRecord record = reader.next(); record != null && !sink.isEnough(); record = reader.next()) {
            wallUs = record.wallUs;
            if (record.kind == LineRecord.Kind.UP) {
                up.push(record.data, 0, record.data.length);
            } else if (record.kind == LineRecord.Kind.DOWN) {
                down.push(record.data, 0, record.data.length);
            } else {
                // What is left of a frame when the port is opened or closed belongs to none that follows.
                up.end();
                down.end();
                sink.event(wallUs, new String(record.data, StandardCharsets.UTF_8));
            }
        }
        up.end();
        down.end();
        return reader.damagedBytes();
    }

    /** One direction. */
    private final class Way implements SlipSink {
        private final LineRecord.Kind way;

        Way(LineRecord.Kind way) {
            this.way = way;
        }

        @Override
        public void frame(byte[] buffer, int length, long start, long end) {
            sink.frame(way, wallUs, buffer, length, start, end);
        }

        @Override
        public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
            sink.invalid(way, wallUs, reason, buffer, length, start, end);
        }
    }
}
