package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who gets in as another gateway, and who does not. */
class PeerLoginTest extends GatewayPair {
    private static void awaitUp(SyncGateway at) {
        Await.until(at.id + " to reach the other", 60, () -> at.status().contains("\"state\":\"up\""));
    }

    private void awaitRefused(SyncGateway at, String why) {
        Await.until("the refusal, because " + why, 60, () -> at.status().contains(why));
        assertTrue(refused(at) > 0);
        assertFalse(at.log().contains("is up"), at.log());
    }

    private static long refused(SyncGateway at) {
        try {
            return at.figure("sync_peers_refused");
        } catch (Exception gone) {
            throw new AssertionError(gone);
        }
    }

    private void dial(String... more) {
        one.section("config peer", "option id 'gw-02'", "option url 'tcp+tls://127.0.0.1:" + two.port + "'");
        one.section(more);
    }

    @Test
    void overTlsACertificateOfItsOwnWillDo() throws Exception {
        two.with("option certificate 'auto'").start();
        Matcher print = Pattern.compile("fingerprint ([0-9a-f:]{95})").matcher(two.log());
        assertTrue(print.find(), two.log());
        dial("option fingerprint '" + print.group(1) + "'");
        one.start();
        awaitUp(one);
        one.publish(30);
        Await.until("readings over TLS", 60, () -> two.cli(0, "export", "--origin", "gw-01").lines().count() == 30);
    }

    @Test
    void anotherCertificateThanTheOneThatIsKnownIsRefused() throws Exception {
        two.with("option certificate 'auto'").start();
        dial("option fingerprint '" + "ab".repeat(32) + "'");
        one.start();
        awaitRefused(one, "its certificate has another fingerprint");
    }

    @Test
    void withAnotherPasswordNobodyGetsIn() throws Exception {
        Files.writeString(one.dir.resolve("password"), "another password than theirs");
        two.start();
        one.connectsTo(two).start();
        awaitRefused(two, "its password is another one");
    }

    @Test
    void anotherClusterIsRefused() throws Exception {
        two.start();
        one.cluster("other").connectsTo(two).start();
        awaitRefused(two, "it is of cluster 'other'");
    }

    @Test
    void aShortPasswordIsAnErrorAtTheStart() throws Exception {
        Files.writeString(one.dir.resolve("password"), "short");
        String said = one.startFailing();
        assertTrue(said.contains("less than 16 characters"), said);
    }

    /** What strangers send, whatever it is, costs a connection and nothing else. */
    @Test
    void rubbishClosesTheConnectionAndTheOthersGoOn() throws Exception {
        two.start();
        one.connectsTo(two).start();
        awaitUp(two);
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            try (Socket socket = new Socket("127.0.0.1", two.port)) {
                socket.setSoTimeout(20_000);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                byte[] name = new Introduction.Name("test", "gw-0" + random.nextInt(4), new byte[16]).toBytes();
                byte[] frame = i % 3 == 0 ? new byte[random.nextInt(300)] : name;
                if (i % 3 == 0) {
                    random.nextBytes(frame);
                } else if (i % 3 == 1) {
                    frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                }
                out.writeShort(frame.length);
                out.write(frame);
                byte[] proof = new byte[33];
                random.nextBytes(proof);
                proof[0] = 'A';
                out.writeShort(proof.length);
                out.write(proof);
                out.flush();
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] hello = new byte[in.readUnsignedShort()];
                in.readFully(hello);
                assertEquals('H', hello[0]);
                assertEquals(-1, in.read(), () -> "it was answered, seed " + seed + " " + Arrays.toString(frame));
            } catch (java.net.SocketException reset) {
                // It was closed with what we sent unread.
            } catch (java.io.EOFException closed) {
                // Before its name came.
            }
        }
        assertTrue(refused(two) >= 20, () -> "refused " + refused(two) + ", seed " + seed);
        one.publish(10);
        Await.until("readings still go", 60, () -> two.cli(0, "export", "--origin", "gw-01").lines().count() == 10);
    }
}
