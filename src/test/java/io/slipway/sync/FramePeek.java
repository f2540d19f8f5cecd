package io.slipway.sync;

import java.util.function.BiConsumer;

/** Reads frames from outside, for tests: what a node claims to have. */
public final class FramePeek {
    private FramePeek() {
    }

    /** What a frame is, in a line. */
    public static String line(byte[] frame) {
        try {
            FrameIn in = new FrameIn(frame);
            in.u32();
            in.u64();
            switch (frame[2]) {
                case FrameType.WANT:
                    return "WANT " + in.key() + " have " + in.varint() + " from " + in.varint();
                case FrameType.BLOCK:
                    return "BLOCK " + Frames.block(in);
                case FrameType.GAPDECL:
                    return "GAPDECL " + Frames.gap(in);
                case FrameType.NACK:
                    return "NACK " + in.key() + "#" + in.varint() + " reason " + in.u8();
                default:
                    return "type " + frame[2];
            }
        } catch (BadFrame bad) {
            throw new AssertionError(bad);
        }
    }

    /** Whether it is the end of a statement whose sender knows ours. */
    public static boolean isAnswer(byte[] frame) {
        return frame[2] == FrameType.HELLO && frame[3] == (Hello.LAST | Hello.KNOWN);
    }

    /** Whether it asks for one block to be given once. */
    public static boolean isFetch(byte[] frame) {
        return frame[2] == FrameType.FETCH;
    }

    /** Gives each stream that a HELLO or an ACK names, with the block up to which its sender claims to have it. */
    public static void claims(byte[] frame, BiConsumer<StreamKey, Long> claim) {
        try {
            FrameIn in = new FrameIn(frame);
            in.u32();
            in.u64();
            if (frame[2] == FrameType.HELLO) {
                for (Hello.Line line : Hello.read(in).lines) {
                    claim.accept(line.key, line.contig);
                }
            } else if (frame[2] == FrameType.ACK) {
                long lines = in.varint();
                for (long i = 0; i < lines; i++) {
                    StreamKey key = in.key();
                    long contig = in.varint();
                    in.u64();
                    claim.accept(key, in.u8() == 1 ? contig : 0);
                }
            }
        } catch (BadFrame bad) {
            throw new AssertionError(bad);
        }
    }
}
