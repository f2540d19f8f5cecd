package io.slipway.system;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpPacket;
import io.slipway.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A mote for the other end of an emulated machine's UART, at the rate of a real line. Commands come on standard input:
 * {@code send FIRST COUNT PER_SECOND} sends readings whose values count up, as fast as the line takes them where the
 * rate is 0, in place of what it was sending; {@code stop} ends that; {@code errors} says how many errors there were.
 * What happens is on standard output.
 */
final class Mote {
    private static final long NODE = 0x0212_7402_0000_0001L;
    private static final int NODES = 5;

    private final EmulatedMote mote;
    private Thread sender;

    private Mote(int port) throws IOException {
        mote = new EmulatedMote(port, Mote::received);
    }

    public static void main(String[] args) throws IOException {
        Mote mote = new Mote(Integer.parseInt(args[0]));
        System.out.println("listens");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            mote.obey(line.split(" "));
        }
    }

    private void obey(String[] words) {
        switch (words[0]) {
            case "send" -> {
                stop();
                sender = new Thread(() -> send(Integer.parseInt(words[1]), Integer.parseInt(words[2]),
                    Double.parseDouble(words[3])));
                // Whoever closes standard input has all of it end.
                sender.setDaemon(true);
                sender.start();
            }
            case "stop" -> stop();
            case "errors" -> System.out.println("errors " + mote.protocolErrors());
            default -> System.out.println("unknown " + words[0]);
        }
    }

    private void stop() {
        if (sender != null) {
            sender.interrupt();
            try {
                sender.join();
            } catch (InterruptedException never) {
                throw new AssertionError(never);
            }
            sender = null;
        }
    }

    /** Each reading as one number, so that a gap shows; waits for the line while it is down. */
    private void send(int first, int count, double perSecond) {
        long begin = System.nanoTime();
        for (int i = 0; i < count && !Thread.currentThread().isInterrupted();) {
            long due = perSecond <= 0 ? count : (long) ((System.nanoTime() - begin) * perSecond / 1e9) + 1;
            if (i < due && mote.send(packet(first + i))) {
                i++;
            } else if (!pause()) {
                return;
            }
        }
        System.out.println("sent " + first + ".." + (first + count - 1) + " in "
            + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    /** False when it is to stop. */
    private static boolean pause() {
        try {
            Await.pauseBriefly();
            return true;
        } catch (AssertionError interrupted) {
            return false;
        }
    }

    private static byte[] packet(int value) {
        return UdpPacket.encode(Ipv6Address.of(0xfd00L << 48, NODE + value % NODES), 8765,
            Ipv6Address.of(0xfd00L << 48, 1), 5678, Integer.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    private static void received(Ipv6Packet packet) {
        byte[] payload = packet.udp().payload();
        System.out.println("received " + packet.udp().dstPort() + " " + new String(payload, StandardCharsets.US_ASCII));
    }
}
