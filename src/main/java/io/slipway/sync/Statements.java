package io.slipway.sync;

import java.util.ArrayList;
import java.util.List;

/** Says what this node has: whole statements (HELLO) and what was added since (ACK). */
final class Statements {
    /** Room for the longest line without marks. */
    private static final int LINE = StreamKey.MAX_ORIGIN + 64;
    private static final int LINE_BUT_NAME = 48;

    private final Core core;
    private final Marks marks;
    private long serial;

    Statements(Core core, Marks marks) {
        this.core = core;
        this.marks = marks;
    }

    /** Sends the whole statement to one neighbour, under {@code mine} as our number of the session. */
    void hello(Peer peer, int mine, int to, boolean known) {
        serial++;
        peer.helloAt = core.now;
        List<String> sinks = marks.heardDirectly();
        Hello part = begin(sinks, 0);
        int room = FrameType.MAX_FRAME - 1024;
        for (Stream stream : core.streams.values()) {
            if (!peer.hearsOf(stream.key)) {
                continue;
            }
            if (room < LINE + 9 * Hello.MAX_SINKS) {
                send(peer, part, mine, to, known ? Hello.KNOWN : 0);
                part = begin(sinks, part.part + 1);
                room = FrameType.MAX_FRAME - 1024;
            }
            room -= LINE_BUT_NAME + stream.key.origin.length() + 9 * sinks.size();
            long[] acked = new long[sinks.size()];
            for (int i = 0; i < acked.length; i++) {
                acked[i] = marks.direct(sinks.get(i), stream.key);
            }
            part.lines.add(new Hello.Line(stream.state(), stream.isDone, stream.level2, acked));
        }
        send(peer, part, mine, to, Hello.LAST | (known ? Hello.KNOWN : 0));
    }

    private Hello begin(List<String> sinks, long number) {
        Hello part = new Hello();
        part.origin = core.origin;
        part.epoch = core.epoch;
        part.serial = serial;
        part.part = number;
        part.wallMs = core.wallMs;
        part.clockOk = core.clockOk;
        part.creditBytes = Rules.CREDIT_BYTES;
        part.sinks = sinks;
        part.interest = core.rules.interest;
        return part;
    }

    private void send(Peer peer, Hello part, int mine, int to, int flags) {
        FrameOut out = new FrameOut(FrameType.HELLO, flags, mine, to, 256);
        part.writeTo(out);
        core.carrier.send(peer.link, out.toBytes());
    }

    /** Tells all neighbours what was committed since this was called last. */
    void tellNews() {
        if (core.untold.isEmpty()) {
            return;
        }
        List<Stream> news = new ArrayList<>(core.untold);
        core.untold.clear();
        int most = FrameType.MAX_FRAME / LINE / 2;
        for (int from = 0; from < news.size(); from += most) {
            List<Stream> some = news.subList(from, Math.min(news.size(), from + most));
            for (Peer peer : core.peers.values()) {
                if (peer.trusted) {
                    tell(peer, some);
                }
            }
        }
    }

    private void tell(Peer peer, List<Stream> some) {
        int lines = 0;
        for (Stream stream : some) {
            lines += !peer.hearsOf(stream.key) ? 0 : stream.level2 > 0 ? 2 : 1;
        }
        if (lines == 0) {
            return;
        }
        FrameOut out = new FrameOut(FrameType.ACK, 0, peer.mine, peer.theirs, 64 * lines);
        out.varint(lines);
        for (Stream stream : some) {
            if (!peer.hearsOf(stream.key)) {
                continue;
            }
            writeAck(out, stream);
            if (stream.level2 > 0) {
                out.key(stream.key).varint(stream.level2).u64(0).u8(2);
            }
        }
        core.carrier.send(peer.link, out.toBytes());
    }

    /** key | contig (varint) | hash8 | level (u8): one line of ACK, behind the number of lines (varint). */
    static void writeAck(FrameOut out, Stream stream) {
        out.key(stream.key).varint(stream.contig).u64(Chain.brief(stream.hash)).u8(1);
    }
}
