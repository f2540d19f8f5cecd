package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Packet;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.TcpGate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole product between a mote, LAN clients and a cloud broker that are not ours. */
class EndToEndIT {
    private static final String NODE_2 = "0002000200020002";

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private final List<Ipv6Packet> downlinks = Collections.synchronizedList(new ArrayList<>());
    private EmulatedMote mote;
    private RecordedMesh mesh;
    private Mosquitto cloudBroker;

    @BeforeEach
    void set() throws Exception {
        System.out.println("seed " + seed);
        mote = new EmulatedMote(0, downlinks::add);
        mesh = new RecordedMesh(mote, new Random(seed));
        cloudBroker = new Mosquitto(directory, "allow_anonymous true", "max_queued_messages 0");
    }

    @AfterEach
    void clear() throws Exception {
        cloudBroker.close();
        mote.close();
    }

    @Test
    void everyReadingIsOnceOnTheLanInTheStoreAndInTheCloud() throws Exception {
        cloudBroker.start();
        try (GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port()).start();
             Place lan = Place.lan(gateway.lanPort); Place cloud = Place.cloud(cloudBroker.port())) {
            for (String capture : List.of("cng-udp.m2h", "6lbr-udp.m2h", "cng-coap.m2h", "6lbr-mqttsn.m2h")) {
                mesh.play(capture);
            }
            await(lan, "on the LAN");
            await(cloud, "in the cloud");
            assertEquals(143, gateway.stop());
            assertEquals(byWay(mesh.expected()), byWay(lan.contents()));
            assertEquals(0, lan.repetitions());
            assertEquals(lan.readings(), cloud.readings());
            assertEquals(lan.readings(), Place.store(gateway.dataDir).readings());
            assertEquals(0, mote.protocolErrors());
        }
    }

    /** UDP before CoAP: each has its thread and its order, and between the two there is none. */
    private static List<String> byWay(List<String> contents) {
        List<String> sorted = new ArrayList<>(contents);
        sorted.sort(Comparator.comparing(content -> content.contains(" coap/")));
        return sorted;
    }

    @Test
    void aSerialLineGivesTheSame() throws Exception {
        cloudBroker.start();
        Path device = directory.resolve("ttyUSB0");
        Process socat = new ProcessBuilder("socat", "PTY,raw,echo=0,link=" + device,
            "TCP:127.0.0.1:" + mote.port()).inheritIO().start();
        try (GatewayProcess gateway = gateway("serial:" + device + "?baud=115200").start();
             Place lan = Place.lan(gateway.lanPort); Place cloud = Place.cloud(cloudBroker.port())) {
            mesh.play("cng-udp.m2h");
            mesh.play("6lbr-udp.m2h");
            await(lan, "on the LAN");
            await(cloud, "in the cloud");
            gateway.stop();
            assertEquals(mesh.expected(), lan.contents());
            assertEquals(lan.readings(), cloud.readings());
            assertEquals(lan.readings(), Place.store(gateway.dataDir).readings());
        } finally {
            socat.destroyForcibly().waitFor();
        }
    }

    @Test
    void anUpstreamThatIsAbsentAtFirstAndLaterGetsEverything() throws Exception {
        int absent = Mosquitto.freePort();
        try (GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port(), absent, "").start();
             Place lan = Place.lan(gateway.lanPort)) {
            mesh.play("cng-udp.m2h");
            await(lan, "on the LAN");
            cloudBroker.start();
            // Subscribes before the gateway can come: the broker keeps no batch for later.
            try (Place cloud = Place.cloud(cloudBroker.port());
                 TcpGate way = new TcpGate(absent, cloudBroker.port())) {
                way.open();
                mesh.play("6lbr-udp.m2h");
                await(lan, "on the LAN");
                await(cloud, "in the cloud");
                assertEquals(lan.readings(), cloud.readings());
            }
        }
    }

    @Test
    void aGatewayStoppedAndStartedBetweenLosesNothingAndRepeatsNoIdentity() throws Exception {
        try (GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port())) {
            for (String capture : List.of("cng-udp.m2h", "6lbr-udp.m2h", "cng-coap.m2h")) {
                startAgain(gateway);
                try (Place lan = Place.lan(gateway.lanPort)) {
                    int before = mesh.expected().size();
                    mesh.play(capture);
                    Await.until("the readings on the LAN", 30, () -> lan.size() == mesh.expected().size() - before);
                }
                gateway.stop();
            }
            cloudBroker.start();
            try (Place cloud = Place.cloud(cloudBroker.port())) {
                gateway.start();
                await(cloud, "in the cloud");
                assertEquals(byWay(mesh.expected()), byWay(cloud.contents()));
                gateway.stop();
                assertEquals(cloud.readings(), Place.store(gateway.dataDir).readings());
            }
        }
        // Once when it was new, and at most once for each recording, which holds a question of its own.
        assertTrue(mote.prefixAnswers() <= 1 + 3, "the prefix is given only where the mote asks");
    }

    @Test
    void killedAtRandomItSendsWhatWasCommittedAndNoIdentityTwice() throws Exception {
        cloudBroker.start();
        Random random = new Random(seed);
        try (Place cloud = Place.cloud(cloudBroker.port());
             GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port())) {
            for (int life = 0; life < 6; life++) {
                startAgain(gateway);
                try (Place lan = Place.lan(gateway.lanPort)) {
                    int before = mesh.expected().size();
                    mesh.play("cng-udp.m2h");
                    int some = 1 + random.nextInt(mesh.expected().size() - before);
                    Await.until("some readings", 30, () -> lan.size() >= some);
                }
                gateway.kill();
            }
            startAgain(gateway);
            mesh.play("6lbr-udp.m2h");
            Await.until("the last reading", 60,
                () -> cloud.contents().contains(mesh.expected().get(mesh.expected().size() - 1)));
            gateway.stop();
            assertEquals(Place.store(gateway.dataDir).readings(), cloud.readings());
        }
    }

    @Test
    void aCommandReachesTheMoteFromTheLanAndFromTheCloud() throws Exception {
        cloudBroker.start();
        try (GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port()).start();
             Place lan = Place.lan(gateway.lanPort); Place cloud = Place.cloud(cloudBroker.port())) {
            mesh.play("cng-udp.m2h");
            await(lan, "on the LAN");
            Await.until("online", 30, () -> cloud.texts("slipway/gw-01/state").contains("online"));
            String topic = "slipway/gw-01/" + NODE_2 + "/down/udp/8765";
            lan.publish(topic, "from the LAN");
            cloud.publish(topic, "from the cloud");
            Await.until("both commands", 30, () -> downlinks.size() == 2);
            for (Ipv6Packet packet : List.copyOf(downlinks)) {
                assertEquals("fd00::1", packet.src().toString());
                assertEquals("fd00::202:2:2:2", packet.dst().toString());
                assertEquals(5678, packet.udp().srcPort());
                assertEquals(8765, packet.udp().dstPort());
                assertTrue(new String(packet.udp().payload(), StandardCharsets.UTF_8).startsWith("from the "));
            }
            String state = topic + "/state";
            Await.until("the reports", 30, () -> lan.texts(state).size() == 4 && cloud.texts(state).size() == 4);
            assertEquals(2, lan.texts(state).stream()
                .filter(report -> report.startsWith("{\"state\":\"sent\"")).count());
            lan.publish("slipway/gw-01/00000000000000ff/down/udp/8765", "nobody");
            Await.until("a refusal", 30, () -> lan.texts("slipway/gw-01/00000000000000ff/down/udp/8765/state")
                .toString().contains("refused"));
            assertEquals(0, mote.protocolErrors());
        }
    }

    @Test
    void whatLanClientsPublishUnderAFilterIsAReadingToo() throws Exception {
        cloudBroker.start();
        try (GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port(),
                "config ingest\n\tlist filter 'sensors/#'\n").start();
             Place lan = Place.lan(gateway.lanPort); Place cloud = Place.cloud(cloudBroker.port())) {
            lan.publish("sensors/cellar/temperature", "11.5");
            lan.publish("elsewhere/temperature", "12.5");
            lan.publish("sensors/käse", "ripe");
            Await.until("both on the LAN and in the cloud", 30, () -> lan.size() == 2 && cloud.size() == 2);
            assertEquals(List.of("0000000000000000 mqtt/sensors/cellar/temperature 31312e35",
                "0000000000000000 mqtt/sensors/käse 72697065"), cloud.contents());
            assertEquals(lan.readings(), cloud.readings());
        }
    }

    @Test
    void aStopIsSeenEverywhereAndCommitsWhatCame() throws Exception {
        cloudBroker.start();
        try (GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port()).start();
             Place lan = Place.lan(gateway.lanPort); Place cloud = Place.cloud(cloudBroker.port())) {
            Await.until("online", 30, () -> cloud.texts("slipway/gw-01/state").contains("online"));
            mesh.play("cng-udp.m2h");
            Await.until("the readings on the LAN", 30, () -> lan.size() == mesh.expected().size());
            gateway.stop();
            Await.until("offline", 30, () -> cloud.texts("slipway/gw-01/state").contains("offline"));
            Await.until("both on the LAN", 30,
                () -> lan.texts("slipway/gw-01/state").equals(List.of("online", "offline")));
            assertEquals(mesh.expected(), Place.store(gateway.dataDir).contents());
            assertTrue(!gateway.log().contains("Exception"), gateway.log());
        }
    }

    @Test
    void theLinkComesBackByItself() throws Exception {
        cloudBroker.start();
        try (GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port()).start();
             Place lan = Place.lan(gateway.lanPort)) {
            mesh.play("cng-udp.m2h");
            await(lan, "before");
            mote.forgetPrefix();
            mote.hangUp();
            mesh.play("6lbr-udp.m2h");
            await(lan, "after");
            assertEquals(mesh.expected(), lan.contents());
        }
    }

    @Test
    void onlyTheOwnerReadsWhatIsOnTheDisk() throws Exception {
        try (GatewayProcess gateway = gateway("tcp://127.0.0.1:" + mote.port()).start()) {
            try (var files = Files.list(gateway.dataDir)) {
                for (Path file : files.toList()) {
                    assertEquals("[OWNER_READ, OWNER_WRITE]",
                        new java.util.TreeSet<>(Files.getPosixFilePermissions(file)).toString(), file.toString());
                }
            }
        }
    }

    /** What is written to the connection of a gateway that was killed is lost: waits for the new one. */
    private void startAgain(GatewayProcess gateway) throws Exception {
        int before = mote.connections();
        gateway.start();
        Await.until("the gateway to connect", 30, () -> mote.connections() > before);
    }

    private GatewayProcess gateway(String link) throws Exception {
        return gateway(link, "");
    }

    private GatewayProcess gateway(String link, String more) throws Exception {
        return gateway(link, cloudBroker.port(), more);
    }

    private GatewayProcess gateway(String link, int cloudPort, String more) throws Exception {
        return new GatewayProcess(directory, link, "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:"
            + cloudPort + "'\n\toption batch_age_ms '200'\n\toption retry_min_ms '200'\n"
            + "\toption retry_max_ms '1000'\n" + more);
    }

    private void await(Place place, String where) {
        Await.until("all readings " + where, 60, () -> place.size() >= mesh.expected().size());
    }
}
