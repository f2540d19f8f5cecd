package io.slipway.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node that believes its own notes about a neighbour rather than what the neighbour says: what others report as a
 * checkpoint on both ends. Broken on purpose.
 */
public final class Checkpoints {
    private final Map<String, Long> notes = new HashMap<>();

    /** The frame as the node reads it. */
    public byte[] read(int link, byte[] frame) {
        try {
            FrameIn in = new FrameIn(frame);
            in.u8();
            in.u8();
            int type = in.u8();
            int flags = in.u8();
            FrameOut out = new FrameOut(type, flags, in.u32(), in.u32(), frame.length + 16);
            if (type == FrameType.HELLO) {
                hello(link, in, out);
            } else if (type == FrameType.WANT) {
                StreamKey key = in.key();
                long have = in.varint();
                long from = in.varint();
                long noted = notes.getOrDefault(link + " " + key, 0L);
                out.key(key).varint(Math.max(have, noted)).varint(from == 0 ? 0 : Math.max(from, noted + 1))
                    .varint(in.varint());
            } else {
                if (type == FrameType.ACK) {
                    FramePeek.claims(frame, (key, contig) -> notes.merge(link + " " + key, contig, Math::max));
                }
                return frame;
            }
            return out.toBytes();
        } catch (BadFrame bad) {
            throw new AssertionError(bad);
        }
    }

    private void hello(int link, FrameIn in, FrameOut out) throws BadFrame {
        Hello hello = Hello.read(in);
        List<Hello.Line> lines = new ArrayList<>();
        for (Hello.Line line : hello.lines) {
            long noted = notes.merge(link + " " + line.key, line.contig, Math::max);
            StreamState state = new StreamState(line.key, line.low, noted, null, 0, line.closed);
            lines.add(noted > line.contig ? new Hello.Line(state, line.done, line.level2, line.sinks) : line);
        }
        hello.lines = lines;
        hello.writeTo(out);
    }
}
