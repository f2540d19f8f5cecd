package io.slipway.cli;

import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpPacket;
import io.slipway.reading.Eui64;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * The demo's nodes: each sends a temperature that wanders, and answers what it is sent. One thread of its own sends;
 * answers come on the mote's thread.
 */
final class DemoNodes implements EmulatedMote.Radio {
    private static final long PREFIX = 0xfd00_0000_0000_0000L;
    private static final Ipv6Address GATEWAY = Ipv6Address.of(PREFIX, 1);
    private static final int NODE_PORT = 8765;
    private static final int GATEWAY_PORT = 5678;
    private static final long FIRST_NODE = 0x0012_7402_0000_0001L;

    private final Random random;
    private final PrintStream out;
    private final int[] hundredths;
    private int emitted;

    DemoNodes(int count, long seed, PrintStream out) {
        this.random = new Random(seed);
        this.out = out;
        this.hundredths = new int[count];
        for (int i = 0; i < count; i++) {
            hundredths[i] = 1900 + random.nextInt(600);
        }
    }

    static Eui64 node(int index) {
        return Eui64.of(FIRST_NODE + index);
    }

    /** Has the next node in turn send its next value; does nothing while the mote's radio is off. */
    void emit(EmulatedMote mote, int turn) {
        int index = turn % hundredths.length;
        int value = hundredths[index] += random.nextInt(21) - 10;
        String text = value / 100 + "." + (value % 100 < 10 ? "0" : "") + value % 100;
        send(mote, index, text);
    }

    private synchronized void send(EmulatedMote mote, int index, String text) {
        byte[] packet = UdpPacket.encode(Ipv6Address.of(PREFIX, node(index).interfaceId()), NODE_PORT, GATEWAY,
            GATEWAY_PORT, text.getBytes(StandardCharsets.US_ASCII));
        if (mote.send(packet)) {
            emitted++;
            out.println("node   " + node(index) + "   sends     " + text);
        }
    }

    /** How many readings left the mesh. */
    synchronized int emitted() {
        return emitted;
    }

    @Override
    public void received(Ipv6Packet packet) {
        out.println("node   " + Eui64.ofInterfaceId(packet.dst().low()) + "   receives  "
            + new String(packet.udp().payload(), StandardCharsets.UTF_8));
    }
}
