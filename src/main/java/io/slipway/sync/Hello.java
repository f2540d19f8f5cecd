package io.slipway.sync;

import io.slipway.reading.Epoch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who I am and everything that I have: one statement, in as many parts as it needs. What it does not name, I have not.
 *
 * <pre>
 * min, max version (u8 each) | origin (text) | epoch | serial of the statement (varint) | part 0, 1 … (varint)
 * | wall clock ms (u64) | clock (u8: 0 none, 1 trusted) | credit bytes (varint)
 * | sinks (u8) { sink's id (text) }
 * | streams (varint) { key, flags (u8: 1 closed, 2 done) | low | contig (varints) | hash8 | contig at level 2 (varint)
 *   | for each sink: up to where it acknowledged to me (varint) }
 * | extensions 1, where I do not want everything: the id of a gateway whose records I want
 * </pre>
 */
final class Hello {
    /** Flag: the last part of the statement. */
    static final int LAST = 1;
    /** Flag: I have your statement, of the session that this frame is addressed to. */
    static final int KNOWN = 2;
    private static final int CLOSED = 1;
    private static final int DONE = 2;
    private static final int INTEREST = 1;
    /** Of ids, in bytes: more of them are not told, and then everything comes. */
    private static final int MAX_INTEREST = 512;
    /** So many sinks are passed on at most. */
    static final int MAX_SINKS = 8;

    /** What is said of one stream. */
    static final class Line {
        final StreamKey key;
        final boolean closed;
        final boolean done;
        final long low;
        final long contig;
        final long hash;
        final long level2;
        final long[] sinks;

        Line(StreamState state, boolean done, long level2, long[] sinks) {
            this(state.key, (state.closed ? CLOSED : 0) | (done ? DONE : 0),
                new long[] {state.low, state.contig, Chain.brief(state.hash), level2}, sinks);
        }

        private Line(StreamKey key, int flags, long[] numbers, long[] sinks) {
            this.key = key;
            this.closed = (flags & CLOSED) != 0;
            this.done = (flags & DONE) != 0;
            this.low = numbers[0];
            this.contig = numbers[1];
            this.hash = numbers[2];
            this.level2 = numbers[3];
            this.sinks = sinks;
        }
    }

    int min = FrameType.VERSION;
    int max = FrameType.VERSION;
    String origin;
    Epoch epoch;
    long serial;
    long part;
    long wallMs;
    boolean clockOk;
    long creditBytes;
    List<String> sinks = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    /** The gateways whose records the sender wants to hear of; {@code null} for all. Of values it hears always. */
    Set<String> interest;

    void writeTo(FrameOut out) {
        out.u8(min).u8(max).text(origin).epoch(epoch).varint(serial).varint(part).u64(wallMs).u8(clockOk ? 1 : 0)
            .varint(creditBytes).u8(sinks.size());
        for (String sink : sinks) {
            out.text(sink);
        }
        out.varint(lines.size());
        for (Line line : lines) {
            out.key(line.key).u8((line.closed ? CLOSED : 0) | (line.done ? DONE : 0))
                .varint(line.low).varint(line.contig).u64(line.hash).varint(line.level2);
            for (long mark : line.sinks) {
                out.varint(mark);
            }
        }
        int size = 0;
        for (String id : interest == null ? Collections.<String>emptySet() : interest) {
            size += id.length() + 2;
        }
        if (interest != null && size <= MAX_INTEREST) {
            // Of itself it hears anyway: so there is always one.
            out.u8(INTEREST).varint(origin.length() + 1).text(origin);
            for (String id : interest) {
                out.u8(INTEREST).varint(id.length() + 1).text(id);
            }
        }
    }

    static Hello read(FrameIn in) throws BadFrame {
        Hello hello = new Hello();
        hello.min = in.u8();
        hello.max = in.u8();
        hello.origin = in.origin();
        hello.epoch = in.epoch();
        hello.serial = in.varint();
        hello.part = in.varint();
        hello.wallMs = in.u64();
        hello.clockOk = in.u8() == 1;
        hello.creditBytes = in.varint();
        int sinks = in.u8();
        if (sinks > MAX_SINKS) {
            throw new BadFrame("too many sinks");
        }
        for (int i = 0; i < sinks; i++) {
            hello.sinks.add(in.origin());
        }
        long lines = in.varint(0, FrameType.MAX_FRAME);
        for (long i = 0; i < lines; i++) {
            hello.lines.add(line(in, sinks));
        }
        while (!in.isAtEnd()) {
            int type = in.u8();
            FrameIn value = new FrameIn(in.bytes((int) in.varint(0, FrameType.MAX_FRAME)));
            if (type == INTEREST) {
                hello.interest = hello.interest == null ? new HashSet<String>() : hello.interest;
                hello.interest.add(value.origin());
            }
        }
        return hello;
    }

    private static Line line(FrameIn in, int sinks) throws BadFrame {
        StreamKey key = in.key();
        int flags = in.u8();
        long[] numbers = {in.varint(1, Long.MAX_VALUE), in.varint(), in.u64(), in.varint()};
        long[] marks = new long[sinks];
        for (int i = 0; i < sinks; i++) {
            marks[i] = in.varint();
        }
        return new Line(key, flags, numbers, marks);
    }
}
