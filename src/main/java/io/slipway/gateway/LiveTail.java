package io.slipway.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * The latest readings as they went to the LAN, for who looks on from another process. Keeps none until somebody asks,
 * and none any more when nobody has asked for {@value #WATCHED_S} s; who asks too seldom is told how many went by. At
 * most {@value #MOST} readings and {@value #MOST_BYTES} bytes. Any thread; never waits.
 */
final class LiveTail {
    private static final int MOST = 1024;
    private static final int MOST_BYTES = 128 << 10;
    private static final long WATCHED_S = 30;

    /** {@code null} while nobody watches. */
    private ArrayDeque<byte[]> kept;
    private int bytes;
    /** The number of the next reading; they count from 0 on. */
    private long next;
    private long askedNs;

    /** Takes note of a reading in JSON; the caller does not change it any more. */
    synchronized void published(byte[] json) {
        next++;
        if (kept == null) {
            return;
        }
        if (System.nanoTime() - askedNs > WATCHED_S * 1_000_000_000L) {
            kept = null;
            return;
        }
        kept.add(json);
        bytes += json.length;
        while (kept.size() > MOST || bytes > MOST_BYTES) {
            bytes -= kept.remove().length;
        }
    }

    /** The number of the next reading; from now on they are kept for a while. */
    synchronized long watch() {
        askedNs = System.nanoTime();
        if (kept == null) {
            kept = new ArrayDeque<>();
            bytes = 0;
        }
        return next;
    }

    /** A line {@code NEXT LOST}, and one for each reading from number {@code from} on that is still there. */
    synchronized byte[] since(long from) {
        watch();
        long first = next - kept.size();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        byte[] head = (next + " " + Math.max(0, Math.min(first, next) - from) + "\n")
            .getBytes(StandardCharsets.US_ASCII);
        lines.write(head, 0, head.length);
        long number = first;
        for (byte[] json : kept) {
            if (number++ >= from) {
                lines.write(json, 0, json.length);
                lines.write('\n');
            }
        }
        return lines.toByteArray();
    }
}
