package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpPacket;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes and commands outlive the gateway, however it ends. */
class CommandsIT {
    private static final long PREFIX = 0xfd00_0000_0000_0000L;
    private static final long FIRST = 0x0012_7402_0000_0001L;
    private static final String SLEEPY = "config node\n\toption sleepy '1'\n";

    @TempDir
    Path directory;
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    /** How often each payload came to its node. */
    private final Map<String, Integer> received = Collections.synchronizedMap(new HashMap<>());
    private EmulatedMote mote;

    @BeforeEach
    void startMote() throws Exception {
        System.out.println("seed " + seed);
        mote = new EmulatedMote(0, this::received);
    }

    @AfterEach
    void stopMote() throws Exception {
        mote.close();
    }

    private static Eui64 node(int index) {
        return Eui64.of(FIRST + index);
    }

    private static Ipv6Address address(int index) {
        return Ipv6Address.of(PREFIX, node(index).interfaceId());
    }

    /** Of every fourth node nothing listens on the port: it sends the packet back (RFC 4443 section 3.1). */
    private void received(Ipv6Packet packet) {
        Eui64 node = Eui64.ofInterfaceId(packet.dst().low());
        received.merge(node + " " + new String(packet.udp().payload(), StandardCharsets.UTF_8), 1, Integer::sum);
        if (packet.udp().dstPort() == 9) {
            mote.send(unreachable(packet));
        }
    }

    private static byte[] unreachable(Ipv6Packet packet) {
        byte[] about = packet.bytes();
        ByteBuffer error = ByteBuffer.allocate(48 + about.length);
        error.putInt(0x60000000).putShort((short) (8 + about.length)).put((byte) 58).put((byte) 63)
            .putLong(packet.dst().high()).putLong(packet.dst().low())
            .putLong(packet.src().high()).putLong(packet.src().low())
            .put((byte) 1).put((byte) 4).putShort((short) 0).putInt(0).put(about);
        long sum = 8 + about.length + 58;
        for (int i = 8; i < error.capacity(); i++) {
            sum += (long) (error.get(i) & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return error.putShort(42, (short) ~sum).array();
    }

    private void hear(int index) {
        Await.until("an uplink to leave", 60, () -> mote.send(
            UdpPacket.encode(address(index), 8765, Ipv6Address.of(PREFIX, 1), 5678, new byte[] {'1'})));
    }

    private GatewayProcess gateway(String sections) throws Exception {
        return new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port(), sections);
    }

    private static String down(int index, String rest) {
        return "slipway/gw-01/" + node(index) + "/down/" + rest;
    }

    private static List<String> states(Place lan, String topic) {
        List<String> states = new ArrayList<>();
        for (String report : lan.texts(topic + "/state")) {
            states.add(report.substring(10, report.indexOf('"', 10)));
        }
        return states;
    }

    @Test
    void aCommandThatWasReportedQueuedIsThereAfterAKill() throws Exception {
        int commands = 8;
        String[] ids = new String[commands];
        try (GatewayProcess gateway = gateway(SLEEPY).start()) {
            for (int life = 0; life < commands; life++) {
                try (Place lan = Place.lan(gateway.lanPort)) {
                    ids[life] = "c" + life;
                    String topic = down(1, "id=c" + life + "/udp/8765");
                    lan.publish(topic, "command " + life);
                    Await.until("the report", 60, () -> states(lan, topic).contains("queued"));
                    gateway.kill();
                }
                mote.forgetPrefix();
                gateway.start();
            }
            assertEquals(Map.of(), received);
            try (Place lan = Place.lan(gateway.lanPort)) {
                Await.until("all of them", 120, () -> {
                    hear(1);
                    return received.size() == commands;
                });
                for (String id : ids) {
                    Await.until("the report on " + id, 60,
                        () -> states(lan, down(1, "id=" + id + "/udp/8765")).contains("sent"));
                }
                assertEquals(Collections.nCopies(commands, 1), new ArrayList<>(received.values()));
                assertEquals(143, gateway.stop());
            }
            gateway.start();
            try (Place lan = Place.lan(gateway.lanPort)) {
                // Known by its name, also in the next life.
                lan.publish(down(1, "id=c0/udp/8765"), "command 0");
                Await.until("the old report", 60,
                    () -> states(lan, down(1, "id=c0/udp/8765")).equals(List.of("sent")));
                assertEquals(1, received.get(node(1) + " command 0"));
            }
        }
    }

    @Test
    void twoHundredMotesGetEveryCommandOnceOverALineThatComesAndGoes() throws Exception {
        int motes = 200;
        int each = 3;
        try (GatewayProcess gateway = gateway("config commands\n\toption node_gap_ms '20'\n\toption mesh_gap_ms '5'\n"
                + "config node\n\toption node '" + node(7) + "'\n\toption sleepy '1'\n").start();
             Place lan = Place.lan(gateway.lanPort)) {
            Await.until("the prefix", 60, mote::isConfigured);
            for (int i = 0; i < motes; i++) {
                hear(i);
            }
            Await.until("the nodes", 120, () -> lan.texts("slipway/gw-01/" + node(motes - 1) + "/state").size() == 1);
            List<String> topics = new ArrayList<>();
            for (int c = 0; c < each; c++) {
                for (int i = 0; i < motes; i++) {
                    String topic = down(i, "id=c" + c + "/udp/" + (i % 4 == 0 ? 9 : 8765));
                    topics.add(topic);
                    lan.publish(topic, "command " + c);
                    if (random.nextInt(10) == 0) {
                        lan.publish(topic, "command " + c);
                    }
                    if (random.nextInt(60) == 0) {
                        mote.hangUp();
                    }
                }
            }
            Await.until("every end", 300, () -> {
                hear(7);
                for (String topic : topics) {
                    String last = topic.endsWith("/9") ? "refused" : "sent";
                    List<String> states = states(lan, topic);
                    if (states.isEmpty() || !states.contains(last)
                            && !(mote.connections() > 1 && states.contains("sent"))) {
                        return false;
                    }
                }
                return true;
            });
            // What was written to a connection that broke is gone: the line acknowledges nothing.
            assertTrue(received.size() > motes * each - 40, received.size() + " arrived");
            assertTrue(received.size() <= motes * each);
            for (Map.Entry<String, Integer> one : received.entrySet()) {
                assertEquals(1, one.getValue(), one.getKey());
            }
        }
    }

    @Test
    void whatIsKnownOfANodeIsThereAfterARestartUntilItIsForgotten() throws Exception {
        String state = "slipway/gw-01/" + node(1) + "/state";
        try (GatewayProcess gateway = gateway("").start()) {
            try (Place lan = Place.lan(gateway.lanPort)) {
                Await.until("the prefix", 60, mote::isConfigured);
                hear(1);
                Await.until("the node", 60, () -> lan.texts(state).equals(List.of("online")));
                // Its record goes with a reading that comes after it.
                Await.until("the record on the disk", 120, () -> {
                    hear(1);
                    return !status(gateway).contains("\"store_records\":0,");
                });
            }
            gateway.kill();
            gateway.start();
            try (Place lan = Place.lan(gateway.lanPort)) {
                Await.until("the retained state", 60, () -> lan.texts(state).equals(List.of("online")));
                lan.publish(down(1, "udp/8765"), "before it spoke");
                Await.until("the command", 60, () -> received.containsKey(node(1) + " before it spoke"));
                lan.publish(down(1, "forget"), "");
                Await.until("the clearing", 60, () -> lan.texts(state).equals(List.of("online", "")));
            }
            try (Place late = Place.lan(gateway.lanPort)) {
                late.publish(down(1, "udp/8765"), "gone");
                Await.until("the refusal", 60, () -> states(late, down(1, "udp/8765")).equals(List.of("refused")));
                assertEquals(List.of(), late.texts(state));
            }
            gateway.stop();
            gateway.start();
            try (Place late = Place.lan(gateway.lanPort)) {
                late.publish(down(1, "udp/8765"), "gone");
                Await.until("the refusal", 60, () -> states(late, down(1, "udp/8765")).equals(List.of("refused")));
                assertEquals(List.of(), late.texts(state));
            }
        }
    }

    private static String status(GatewayProcess gateway) throws Exception {
        Process status = GatewayProcess.command("status", "--json", "--config", gateway.config().toString()).start();
        String json = new String(status.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, status.waitFor());
        return json;
    }
}
