package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.config.Config;
import io.slipway.health.Health;
import io.slipway.health.StatusPort;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that goes from one mesh of a gateway to the other. */
class RoamingTest {
    /** Whose interface identifier is that of ::1. */
    private static final String NODE = "0200000000000001";

    @TempDir
    Path directory;
    private final int lan = Mosquitto.freePort();

    private String status() throws Exception {
        return new String(StatusPort.ask(directory, "json"), StandardCharsets.UTF_8);
    }

    private static DatagramSocket socket() throws Exception {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("::1"), 0));
        socket.setSoTimeout(60_000);
        return socket;
    }

    private void command(int port, String payload) throws Exception {
        assertEquals(0, new ProcessBuilder("mosquitto_pub", "-p", "" + lan, "-q", "1", "-t",
            "slipway/gw-01/" + NODE + "/down/udp/" + port, "-m", payload).inheritIO().start().waitFor());
    }

    @Test
    void aNodeIsInTheMeshInWhichItWasHeardLastAndItsCommandsGoThere() throws Exception {
        int[] ports = new int[2];
        for (int i = 0; i < 2; i++) {
            try (DatagramSocket free = socket()) {
                ports[i] = free.getLocalPort();
            }
        }
        Health health = new Health();
        String text = "config gateway\noption id gw-01\noption data_dir " + directory + "\nconfig broker\n"
            + "option listen 127.0.0.1:" + lan + "\n";
        for (int i = 0; i < 2; i++) {
            text += "config mesh m" + i + "\noption link 'udp://[::1]:" + ports[i] + "'\noption prefix 'fd0" + i
                + "::/64'\noption coap_port 0\nlist allow '::1/128'\n";
        }
        Gateway gateway = Gateway.start(Config.parse("test", text), health);
        try (DatagramSocket node = socket()) {
            for (int mesh : new int[] {0, 1, 0}) {
                Await.until("the sockets", 60, () -> "running".equals(health.stateOf("m" + mesh)));
                node.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName("::1"), ports[mesh]));
                Await.until("the node in mesh " + mesh, 60, () -> status().contains("\"m" + mesh + "_nodes\":1"));
                Await.until("the other without it", 60, () -> status().contains("\"m" + (1 - mesh) + "_nodes\":0"));
                command(node.getLocalPort(), "on");
                DatagramPacket got = new DatagramPacket(new byte[10], 10);
                node.receive(got);
                assertEquals(ports[mesh], got.getPort());
            }
        } finally {
            gateway.close();
        }
    }
}
