package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mesh that is routed: nodes send to sockets of this router, here over loopback. */
class UdpSourceTest {
    /** Whose interface identifier is that of ::1. */
    private static final Eui64 NODE = Eui64.parse("0200000000000001");
    private static final int COAP = 5683;

    @TempDir
    Path directory;
    private final int[] ports = freePorts(3);
    private CoapFixture gateway;
    private Process server;

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByName("::1");
    }

    private static int[] freePorts(int count) {
        Set<DatagramSocket> sockets = new HashSet<>();
        int[] ports = new int[count];
        try {
            for (int i = 0; i < count; i++) {
                DatagramSocket socket = new DatagramSocket(new InetSocketAddress(loopback(), 0));
                sockets.add(socket);
                ports[i] = socket.getLocalPort();
            }
        } catch (IOException none) {
            throw new AssertionError(none);
        } finally {
            sockets.forEach(DatagramSocket::close);
        }
        return ports;
    }

    private void start(String options) throws Exception {
        gateway = new CoapFixture("udp://[::1]:" + ports[0], "\toption port " + ports[1] + "\n\toption coap_port "
            + ports[2] + "\n" + options, new MemoryLedger());
        Await.until("the sockets", 60, gateway.mesh::isUp);
    }

    @AfterEach
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
    }

    private static DatagramPacket packet(byte[] payload, int port) throws IOException {
        return new DatagramPacket(payload, payload.length, loopback(), port);
    }

    @Test
    void whatNodesSendIsAReadingAndACommandGoesBackTheSameWay() throws Exception {
        start("\tlist allow '::1/128'\n");
        try (DatagramSocket node = new DatagramSocket(new InetSocketAddress(loopback(), 0))) {
            node.setSoTimeout(60_000);
            node.send(packet("21.5".getBytes(StandardCharsets.US_ASCII), ports[0]));
            node.send(packet("x".getBytes(StandardCharsets.US_ASCII), ports[1]));
            node.send(packet(new byte[0], ports[1]));
            gateway.awaitCount(Counter.MESH_UPLINKS, 3);
            assertEquals(new HashSet<>(Arrays.asList(NODE + " udp/" + ports[0] + " 21.5",
                NODE + " udp/" + ports[1] + " x", NODE + " udp/" + ports[1] + " ")), new HashSet<>(gateway.readings));
            assertEquals("::1", gateway.mesh.nodes().get(0).address);
            byte[] command = {1, (byte) 0xc0, 0};
            for (int port : new int[] {ports[0], ports[1], node.getLocalPort()}) {
                gateway.publish(NODE, "udp/" + port, new String(command, StandardCharsets.ISO_8859_1));
                DatagramPacket got = new DatagramPacket(new byte[100], 100);
                node.receive(got);
                assertEquals(port == ports[0] || port == ports[1] ? port : got.getPort(), got.getPort());
                assertArrayEquals(new String(command, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8),
                    Arrays.copyOf(got.getData(), got.getLength()));
            }
        }
    }

    @Test
    void thePortOfMqttSnIsListenedOnWithoutBeingNamedTwice() throws Exception {
        try (MqttSnFixture mqttSn = new MqttSnFixture("udp://[::1]:" + ports[0], "\tlist allow '::1/128'\n",
                "\toption port " + ports[1] + "\n");
             DatagramSocket node = new DatagramSocket(new InetSocketAddress(loopback(), 0))) {
            Await.until("the sockets", 60, mqttSn.mesh::isUp);
            node.setSoTimeout(60_000);
            byte[] connect = {9, 4, 4, 1, 0, 60, 'a', 'b', 'c'};
            node.send(packet(connect, ports[1]));
            DatagramPacket got = new DatagramPacket(new byte[100], 100);
            node.receive(got);
            assertArrayEquals(new byte[] {3, 5, 0}, Arrays.copyOf(got.getData(), got.getLength()));
            assertEquals(ports[1], got.getPort());
        }
    }

    @Test
    void withoutACoapPortNobodyIsAskedForWhatTheOtherMeshesAre() throws Exception {
        gateway = new CoapFixture("udp://[::1]:" + ports[0], "\toption coap_port 0\nconfig mesh other\n"
            + "\toption link file:/none\n\toption prefix fd01::/64\nconfig coap\n\toption path x\n",
            new MemoryLedger());
        Await.until("the sockets", 60, gateway.mesh::isUp);
        assertEquals(0, Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
            .filter("mesh0-coap"::equals).count());
    }

    @Test
    void whoIsNotAllowedIsCountedAndNothingMore() throws Exception {
        start("");
        try (DatagramSocket node = new DatagramSocket(new InetSocketAddress(loopback(), 0))) {
            node.send(packet(new byte[1], ports[0]));
            gateway.awaitCount(Counter.MESH_FOREIGN_SOURCE, 1);
            assertEquals(List.of(), gateway.mesh.nodes());
        }
    }

    @Test
    void whatIsTooLongForAMeshIsDropped() throws Exception {
        start("\tlist allow '::/0'\n");
        try (DatagramSocket node = new DatagramSocket(new InetSocketAddress(loopback(), 0))) {
            node.send(packet(new byte[2049], ports[0]));
            gateway.awaitCount(Counter.MESH_OVERSIZE, 1);
            node.send(packet(new byte[2048], ports[0]));
            Await.until("the reading", 60, () -> gateway.readings.size() == 1);
            assertEquals(1, gateway.health.value(Counter.MESH_OVERSIZE));
        }
    }

    @Test
    void aPortThatIsTakenIsTriedAgain() throws Exception {
        DatagramSocket other = new DatagramSocket(new InetSocketAddress(loopback(), ports[1]));
        try {
            gateway = new CoapFixture("udp://[::1]:" + ports[0],
                "\toption port " + ports[1] + "\n\toption coap_port 0\n", new MemoryLedger());
            Await.until("the trouble", 60, () -> "not listening".equals(gateway.health.stateOf("mesh0")));
        } finally {
            other.close();
        }
        Await.until("the sockets", 60, gateway.mesh::isUp);
    }

    private String client(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("coap-client-notls", "-B", "20"));
        command.addAll(List.of(args));
        int last = command.size() - 1;
        command.set(last, "coap://[::1]:" + ports[2] + command.get(last));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        client.getOutputStream().close();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(client.waitFor(60, TimeUnit.SECONDS));
        return said;
    }

    @Test
    void libcoapsClientAndServerAreUnderstood() throws Exception {
        start("\tlist allow '::1/128'\n");
        assertEquals("", client("-m", "post", "-e", "21.5", "/sensors/temperature"));
        gateway.awaitReading(NODE + " coap/sensors/temperature 21.5");
        assertTrue(client("-m", "get", "/.well-known/core").contains("POST or PUT"));
        assertEquals("coap", gateway.mesh.nodes().get(0).kind);
        // Where nodes listen is not for us to choose: another server may be in the way for a while.
        Await.until("the CoAP port of ::1 to be free", 300, () -> {
            new DatagramSocket(new InetSocketAddress(loopback(), COAP)).close();
            return true;
        });
        server = new ProcessBuilder("coap-server-notls", "-A", "::1", "-p", "" + COAP).redirectErrorStream(true)
            .redirectOutput(directory.resolve("server.log").toFile()).start();
        assertTrue(gateway.ask(NODE, "put/example_data", "hello").contains("\"code\":\"2.01\""),
            gateway.reports.toString());
        String longText = "0123456789".repeat(80);
        assertTrue(gateway.ask(NODE, "put/example_data", longText).contains("\"code\":\"2.04\""),
            gateway.reports.toString());
        assertTrue(gateway.ask(NODE, "get/example_data", "").contains(longText), gateway.reports.toString());
    }
}
