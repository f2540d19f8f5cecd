package io.slipway.cli;

import io.slipway.frame.Frame;
import io.slipway.frame.FrameDecoder;
import io.slipway.frame.FrameType;
import io.slipway.frame.TextFrame;
import io.slipway.record.LineRecord;
import io.slipway.slip.SlipError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes the IPv6 packets of a recorded line for Wireshark and tcpdump, as pcap or pcapng, link type 101: raw IP. A
 * pcapng also says the direction of each packet, and in its comment what the firmware said and what happened to the
 * line since the packet before. Big-endian, which both formats allow.
 *
 * <pre>
 *   pcap    a1b2c3d4 0002 0004 0 0 snaplen linktype | seconds microseconds length length packet ...
 *   pcapng  0a0d0d0a section, 00000001 interface, 00000006 packet: each type length ... options length
 * </pre>
 */
final class PcapWriter implements RecordedLine.Sink {
    private static final int RAW_IP = 101;
    private static final int MOST_BYTES = 65_535;
    private static final int SECTION = 0x0a0d0d0a;
    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int INTERFACE = 1;
    private static final int PACKET = 6;
    private static final int COMMENT = 1;
    private static final int FLAGS = 2;
    private static final int MOST_COMMENT = 2000;
    /** Bare bytes have no times: as if the line of 115200 baud had never been idle. */
    private static final int BYTES_PER_SECOND = 11_520;

    private final OutputStream out;
    private final boolean ng;
    private final FrameDecoder frames = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
    private final StringBuilder comment = new StringBuilder();
    private IOException failure;
    private long packets;

    /** Writes the file's header. */
    PcapWriter(OutputStream out, boolean ng) throws IOException {
        this.out = out;
        this.ng = ng;
        if (ng) {
            out.write(ByteBuffer.allocate(28).putInt(SECTION).putInt(28).putInt(BYTE_ORDER).putShort((short) 1)
                .putShort((short) 0).putLong(-1).putInt(28).array());
            out.write(ByteBuffer.allocate(20).putInt(INTERFACE).putInt(20).putShort((short) RAW_IP)
                .putShort((short) 0).putInt(MOST_BYTES).putInt(20).array());
        } else {
            out.write(ByteBuffer.allocate(24).putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0)
                .putInt(0).putInt(MOST_BYTES).putInt(RAW_IP).array());
        }
    }

    /** Packets written so far. */
    long packets() {
        return packets;
    }

    /** @throws IOException why it stopped, if it did */
    void throwFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean isEnough() {
        return failure != null;
    }

    @Override
    public void frame(LineRecord.Kind way, long wallUs, byte[] buffer, int length, long start, long end) {
        Frame frame = frames.decode(buffer, length);
        if (frame.type() == FrameType.IPV6) {
            try {
                packet(way, wallUs == RecordedLine.NO_TIME ? end * 1_000_000 / BYTES_PER_SECOND : wallUs,
                    frame.bytes());
                packets++;
            } catch (IOException failed) {
                failure = failed;
            }
        } else if (frame instanceof TextFrame) {
            remark(((TextFrame) frame).text());
        }
    }

    @Override
    public void invalid(LineRecord.Kind way, long wallUs, SlipError reason, byte[] buffer, int length, long start,
                        long end) {
        remark("no frame: " + reason.text());
    }

    @Override
    public void event(long wallUs, String what) {
        remark("line: " + what);
    }

    private void remark(String text) {
        if (ng && comment.length() + text.length() < MOST_COMMENT) {
            comment.append(comment.length() == 0 ? "" : "\n").append(text.trim());
        }
    }

    private void packet(LineRecord.Kind way, long us, byte[] packet) throws IOException {
        if (!ng) {
            out.write(ByteBuffer.allocate(16).putInt((int) Math.floorDiv(us, 1_000_000L))
                .putInt((int) Math.floorMod(us, 1_000_000L)).putInt(packet.length).putInt(packet.length).array());
            out.write(packet);
            return;
        }
        byte[] text = comment.toString().getBytes(StandardCharsets.UTF_8);
        comment.setLength(0);
        int options = 8 + 4 + (text.length == 0 ? 0 : 4 + padded(text.length));
        int length = 32 + padded(packet.length) + options;
        ByteBuffer block = ByteBuffer.allocate(length).putInt(PACKET).putInt(length).putInt(0)
            .putInt((int) (us >>> 32)).putInt((int) us).putInt(packet.length).putInt(packet.length).put(packet);
        block.position(28 + padded(packet.length));
        // 1 inbound, 2 outbound.
        block.putShort((short) FLAGS).putShort((short) 4).putInt(way == LineRecord.Kind.UP ? 1 : 2);
        if (text.length > 0) {
            block.putShort((short) COMMENT).putShort((short) text.length).put(text);
            block.position(length - 8);
        }
        out.write(block.putInt(0).putInt(length).array());
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }
}
