package io.slipway.system;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * A mesh that never rests: sends datagrams through an emulated mote for as long as a gateway listens, and gives each
 * its number, so that two readings with the same contents are one datagram taken in twice.
 */
final class NumberedMote implements AutoCloseable {
    private static final long PREFIX = 0xfd00L << 48;
    private static final Ipv6Address GATEWAY = Ipv6Address.of(PREFIX, 1);
    private static final long FIRST_NODE = 0x0212_7402_0000_0001L;
    private static final String PADDING = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";

    private final EmulatedMote mote = new EmulatedMote(0, packet -> { });
    private final Random random;
    private final Thread thread = new Thread(this::send, "numbered-mote");
    /** Datagrams a second; 0 for silence. */
    private volatile int rate;
    private volatile boolean closed;
    private volatile long sent;

    /** Silent at first. */
    NumberedMote(Random random) throws IOException {
        this.random = random;
        thread.start();
    }

    int port() {
        return mote.port();
    }

    /** How many datagrams from now on, a second; none for 0. */
    void rate(int perSecond) {
        rate = perSecond;
    }

    /** Datagrams written to a connection so far, whoever was at its other end. */
    long sent() {
        return sent;
    }

    private void send() {
        long begin = System.nanoTime();
        long count = 0;
        while (!closed) {
            if (count >= (System.nanoTime() - begin) * rate / 1_000_000_000L) {
                Await.pauseBriefly();
            } else if (mote.send(datagram(sent + 1))) {
                sent++;
                count++;
            } else {
                // Nothing is made up for: a gateway that comes gets the rate, not a flood.
                Await.pauseBriefly();
                begin = System.nanoTime();
                count = 0;
            }
        }
    }

    private byte[] datagram(long number) {
        String text = "n-" + number + " " + PADDING.substring(random.nextInt(PADDING.length()));
        return UdpPacket.encode(Ipv6Address.of(PREFIX, FIRST_NODE + number % 5), 8765, GATEWAY, 5678,
            text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        mote.close();
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
