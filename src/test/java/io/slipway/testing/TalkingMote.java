package io.slipway.testing;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.reading.Eui64;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A border router with nodes that say over UDP what a test wants, and remember what is sent to them. */
public final class TalkingMote implements Closeable {
    private static final long PREFIX = 0xfd00L << 48;
    private static final int NODE_PORT = 8765;
    private static final int GATEWAY_PORT = 5678;

    /** The border router. */
    public final EmulatedMote mote;
    /** What nodes got: node, port, payload as text. */
    public final List<String> received = new CopyOnWriteArrayList<>();

    /** Listens on a loopback port. */
    public TalkingMote() throws IOException {
        mote = new EmulatedMote(0, packet -> received.add(Eui64.ofInterfaceId(packet.dst().low()) + " "
            + packet.udp().dstPort() + " " + new String(packet.udp().payload(), StandardCharsets.UTF_8)));
    }

    /** Where {@code link} finds it. */
    public String link() {
        return "tcp://127.0.0.1:" + mote.port();
    }

    /** The node of that number. */
    public static Eui64 node(int number) {
        return Eui64.of(0x0012_7402_0000_0000L + number);
    }

    /** Has a node send to UDP port 5678 of the gateway, as soon as the radio is on. */
    public void say(int node, String payload) {
        byte[] packet = UdpPacket.encode(Ipv6Address.of(PREFIX, node(node).interfaceId()), NODE_PORT,
            Ipv6Address.of(PREFIX, 1), GATEWAY_PORT, payload.getBytes(StandardCharsets.UTF_8));
        packet[7] = 62;
        Await.until("the radio", 60, () -> mote.send(packet));
    }

    @Override
    public void close() throws IOException {
        mote.close();
    }
}
