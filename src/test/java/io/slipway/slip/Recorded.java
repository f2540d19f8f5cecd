package io.slipway.slip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A sink that keeps what it was given, as text that can be compared. */
final class Recorded implements SlipSink {
    final List<String> events = new ArrayList<>();
    final List<byte[]> frames = new ArrayList<>();

    @Override
    public void frame(byte[] buffer, int length, long start, long end) {
        frames.add(Arrays.copyOf(buffer, length));
        events.add(start + "-" + end + " " + HexFormat.of().formatHex(buffer, 0, length));
    }

    @Override
    public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
        events.add(start + "-" + end + " " + reason.text() + " " + HexFormat.of().formatHex(buffer, 0, length));
    }
}
