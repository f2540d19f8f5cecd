package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members and strangers may do to a gateway that opens tunnels: it costs them a connection, and nobody else. */
class TunnelHostileTest {
    private static final int CROWD = 1000;

    @TempDir
    Path directory;
    private final List<TunnelAsker> askers = new ArrayList<>();
    private SyncGateway one;
    private SyncGateway two;
    private Mosquitto broker;

    @BeforeEach
    void begin() throws Exception {
        broker = new Mosquitto(directory, "allow_anonymous true").start();
        one = new SyncGateway(directory, "gw-01");
        two = new SyncGateway(directory, "gw-02");
        one.connectsTo(two);
        two.knows(one).section("config upstream 'cloud'", "option url 'mqtt://127.0.0.1:" + broker.port() + "'");
        two.start();
        Await.until("the uplink", 120, () -> two.status().contains("\"upstream cloud\":\"connected\""));
    }

    @AfterEach
    void end() throws Exception {
        for (TunnelAsker asker : askers) {
            asker.close();
        }
        one.close();
        two.close();
        broker.close();
    }

    private TunnelAsker asker(String password) throws IOException {
        TunnelAsker asker = new TunnelAsker(two.port, "gw-05", password);
        askers.add(asker);
        return asker;
    }

    private TunnelAsker member() throws IOException {
        return asker(SyncGateway.PASSWORD);
    }

    private void awaitTunnel() {
        Await.until("a tunnel", 120, () -> {
            try (TunnelAsker member = new TunnelAsker(two.port, "gw-06", SyncGateway.PASSWORD)) {
                return member.ask("cloud") == TunnelReply.OPEN;
            }
        });
    }

    @Test
    void aWrongPasswordAnUnknownNameAndAnUnknownVersionGetNothing() throws Exception {
        assertNull(asker("another password than theirs").ask("cloud"));
        assertEquals(TunnelReply.UNKNOWN, member().ask("127.0.0.1:22"));
        TunnelAsker later = member();
        byte[] hello = new Introduction.Name("test", "gw-05", new byte[Introduction.NUMBER_BYTES], true).toBytes();
        hello[1] = 3;
        later.frame(hello);
        later.frame();
        assertNull(later.frame());
        assertEquals(1, two.figure("tunnels_refused"));
        assertEquals(0, two.figure("tunnels_opened"));
        awaitTunnel();
    }

    @Test
    void rubbishInPlaceOfARequestIsRefused() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            try (TunnelAsker member = new TunnelAsker(two.port, "gw-05", SyncGateway.PASSWORD)) {
                assertTrue(member.introduce(), "seed " + seed);
                byte[] rubbish = new byte[random.nextInt(400)];
                random.nextBytes(rubbish);
                member.frame(rubbish);
                byte[] reply = member.frame();
                assertTrue(reply == null || TunnelReply.parse(reply) == TunnelReply.BAD, "seed " + seed);
                assertNull(member.frame(), "seed " + seed);
            }
        }
        assertEquals(0, two.figure("tunnels_opened"));
        awaitTunnel();
    }

    @Test
    void thereAreEightTunnelsAtATime() throws Exception {
        List<TunnelAsker> open = new ArrayList<>();
        for (int i = 0; i < TunnelExits.MOST; i++) {
            open.add(member());
            assertEquals(TunnelReply.OPEN, open.get(i).ask("cloud"));
        }
        assertEquals(TunnelReply.BUSY, member().ask("cloud"));
        open.get(3).close();
        awaitTunnel();
    }

    /** Some say nothing, some only who they are, some do not ask: all are let go, and the members go on. */
    @Test
    void aThousandThatNeverAskAreLetGo() throws Exception {
        one.start();
        Await.until("both to be connected", 120, () -> two.status().contains("\"state\":\"up\""));
        for (int i = 0; i < CROWD; i++) {
            half(member(), i % 3);
        }
        one.publish(20);
        Await.until("readings to go on", 120, () -> two.cli(0, "export", "--origin", "gw-01").lines().count() == 20);
        for (TunnelAsker half : askers) {
            byte[] frame = half.frame();
            while (frame != null) {
                frame = half.frame();
            }
        }
        assertEquals(0, two.figure("tunnels_opened"));
        awaitTunnel();
    }

    private static void half(TunnelAsker asker, int parts) {
        try {
            if (parts == 1) {
                asker.frame(new Introduction.Name("test", "gw-05", new byte[16], true).toBytes());
            } else if (parts == 2) {
                asker.introduce();
            }
        } catch (IOException refused) {
            // There are too many already.
        }
    }

    /** A broker that does not read holds up the asker, and not in the memory of the gateway between them. */
    @Test
    void whatTheBrokerDoesNotTakeIsNotReadFromTheMember() throws Exception {
        TunnelAsker member = member();
        assertEquals(TunnelReply.OPEN, member.ask("cloud"));
        broker.signal("STOP");
        AtomicLong written = new AtomicLong();
        Thread writer = new Thread(() -> {
            byte[] chunk = new byte[1 << 16];
            try {
                while (written.get() < 256L << 20) {
                    member.out.write(chunk);
                    written.addAndGet(chunk.length);
                }
            } catch (IOException closed) {
                // At the end of the test.
            }
        });
        writer.start();
        long[] seen = {-1, 0};
        Await.until("the writer to be held up", 120, () -> {
            seen[1] = written.get() == seen[0] ? seen[1] + 1 : 0;
            seen[0] = written.get();
            return seen[1] > 200;
        });
        assertTrue(written.get() < 64L << 20, written + " bytes were taken");
        assertTrue(two.figure("tunnel_bytes_up") > 0);
        broker.signal("CONT");
        // Which finds that it is no MQTT, and ends the tunnel.
        assertEquals(-1, member.in.read(new byte[1]));
        member.close();
        writer.join(60_000);
        awaitTunnel();
    }

    /** A neighbour that stops in the middle is given up, and comes to help again when it goes on. */
    @Test
    void aNeighbourThatStallsIsLeft() throws Exception {
        one.section("config upstream 'cloud'", "option url 'mqtt://127.0.0.1:" + Mosquitto.freePort() + "'",
            "option via_neighbour_after_s '1'", "option keep_alive_s '5'", "option connect_timeout_s '5'",
            "option retry_max_ms '1000'").start();
        Await.until("help", 120, () -> one.status().contains("\"connected via gw-02\""));
        two.signal("STOP");
        Await.until("no more help", 120, () -> one.status().contains("\"upstream cloud\":\"waiting: "));
        two.signal("CONT");
        Await.until("help again", 120, () -> one.status().contains("\"connected via gw-02\""));
        one.publish(30);
        Await.until("the readings to be acknowledged", 120, () -> one.figure("upstream_readings_acked") == 30);
    }
}
