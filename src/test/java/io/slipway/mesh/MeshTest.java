package io.slipway.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.config.Config;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.slip.SlipEncoder;
import io.slipway.testing.Await;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class MeshTest {
    private static final long PREFIX = 0xfd00_0000_0000_0000L;

    private final Health health = new Health();
    private final List<String> events = new CopyOnWriteArrayList<>();

    private final class Events implements MeshListener {
        @Override
        public void uplink(Eui64 node, String source, byte[] payload) {
            events.add(node + " " + source + " " + payload.length);
        }

        @Override
        public void availability(Eui64 node, boolean online) {
            events.add(node + (online ? " online" : " offline"));
        }

        @Override
        public void forgotten(Eui64 node) {
            events.add(node + " forgotten");
        }
    }

    @Test
    void aNodeThatMakesRoomForAnotherIsSaidToBeForgotten() throws Exception {
        try (ServerSocket mote = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Config config = Config.parse("test", "config gateway\n option id 'gw-01'\nconfig mesh\n"
                + " option link 'tcp://127.0.0.1:" + mote.getLocalPort() + "'\n option node_limit '2'\n");
            try (Mesh mesh = new Mesh(config.meshes.get(0), new Events(), health)) {
                mesh.start();
                try (Socket line = mote.accept()) {
                    for (int node = 1; node <= 3; node++) {
                        send(line.getOutputStream(), node);
                    }
                    Await.until("three readings", 20, () -> health.value(Counter.MESH_UPLINKS) == 3
                        && events.size() == 7);
                    assertEquals(List.of("0000000000000001 online", "0000000000000001 udp/5678 4",
                        "0000000000000002 online", "0000000000000002 udp/5678 4", "0000000000000001 forgotten",
                        "0000000000000003 online", "0000000000000003 udp/5678 4"), events);
                    assertEquals(2, mesh.nodes().size());
                }
            }
        }
    }

    private static void send(OutputStream line, int node) throws Exception {
        line.write(SlipEncoder.encode(UdpPacket.encode(Ipv6Address.of(PREFIX, 0x0200_0000_0000_0000L | node), 8765,
            Ipv6Address.of(PREFIX, 1), 5678, new byte[4])));
    }
}
