package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.config.Config;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import io.slipway.testing.OpenSsl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 500 connections that mean no good, and beside them one subscriber that gets every reading of a mote. */
class HostileClientsTest {
    private static final int CONNECTIONS = 500;
    private static final int READINGS = 300;
    private static final byte[] GUESS = packet(0x10, "\0\4MQTT\4\302\0\74\0\1g\0\5alice\0\5guess");
    private static final byte[] CONNECT = packet(0x10, "\0\4MQTT\4\302\0\74\0\0\0\5alice\0\6secret");

    @TempDir
    Path dir;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger closed = new AtomicInteger();
    private int plain;
    private int tls;

    private static byte[] packet(int first, String body) {
        byte[] bytes = new byte[2 + body.length()];
        bytes[0] = (byte) first;
        bytes[1] = (byte) body.length();
        for (int i = 0; i < body.length(); i++) {
            bytes[i + 2] = (byte) body.charAt(i);
        }
        return bytes;
    }

    private interface Misdeed {
        void go(Socket socket, int round) throws IOException;
    }

    private final List<Misdeed> misdeeds = List.of(
        // Half of a CONNECT, a byte now and then.
        (socket, round) -> socket.getOutputStream().write(CONNECT, round % 4, 1),
        // Nothing at all.
        (socket, round) -> { },
        // A packet that says it is 256 MB long.
        (socket, round) -> socket.getOutputStream().write(new byte[] {0x30, -1, -1, -1, 127, 0, 1, 'a'}),
        // A password out of a list.
        (socket, round) -> socket.getOutputStream().write(GUESS),
        // UTF-8 that is none, in a topic.
        (socket, round) -> socket.getOutputStream().write(join(CONNECT, packet(0x30, "\0\3\300\200\377x"))),
        // Wildcards where none may be, and a filter that matches slowly.
        (socket, round) -> socket.getOutputStream().write(join(CONNECT,
            packet(0x82, "\0\1\0\170" + "+/".repeat(60) + "\0"), packet(0x82, "\0\2\0\3#/#\0"))),
        // Everything is asked for and nothing read.
        (socket, round) -> socket.getOutputStream().write(join(CONNECT, packet(0x82, "\0\1\0\1#\1"))),
        // Noise.
        (socket, round) -> socket.getOutputStream().write(new byte[] {0, -1, 22, 3, 1, 0, 5, 1, 2, 3}));

    private static byte[] join(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Connects again and again from an address of its own, until it is over. */
    private void attack(List<Socket> held, int from, int to) {
        for (int round = 0; !over.get(); round++) {
            for (int i = from; i < to && !over.get(); i++) {
                try {
                    Socket socket = held.get(i);
                    if (socket == null || socket.isClosed()) {
                        socket = new Socket();
                        // 127.0.0.2 to .26: so many addresses, and none of them the subscriber's.
                        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0." + (2 + i % 25)), 0));
                        socket.connect(new InetSocketAddress("127.0.0.1", i % 5 == 4 ? tls : plain), 5000);
                        held.set(i, socket);
                    }
                    misdeeds.get(i % misdeeds.size()).go(socket, round);
                    if (socket.getInputStream().available() > 0 && i % misdeeds.size() != 6) {
                        socket.getInputStream().skip(socket.getInputStream().available());
                    }
                } catch (IOException thrownOut) {
                    closed.incrementAndGet();
                    close(held.get(i));
                }
            }
            Await.pauseBriefly();
        }
    }

    private static void close(Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException gone) {
            // Then it is closed.
        }
    }

    @Test
    void readingsReachASubscriberWhileFiveHundredConnectionsAttack() throws Exception {
        plain = Mosquitto.freePort();
        tls = Mosquitto.freePort();
        OpenSsl pki = new OpenSsl(dir).authority("ca");
        pki.certified("server", "EC", "ca", "subjectAltName=DNS:localhost");
        Process passwd = new ProcessBuilder("mosquitto_passwd", "-b", "-c", dir.resolve("users").toString(), "alice",
            "secret").inheritIO().start();
        assertEquals(0, passwd.waitFor());
        Health health = new Health();
        EmulatedMote mote = new EmulatedMote(0, packet -> { });
        Path conf = Files.writeString(dir.resolve("conf"), "config gateway\n\toption id gw-01\n\toption data_dir '"
            + dir.resolve("data") + "'\nconfig mesh mesh0\n\toption link 'tcp://127.0.0.1:" + mote.port() + "'\n"
            + "config broker\n\toption listen '127.0.0.1:" + plain + "'\n\toption listen_tls '127.0.0.1:" + tls + "'\n"
            + "\toption certificate '" + dir.resolve("server.pem") + "'\n\toption key_file '"
            + dir.resolve("server.key") + "'\n\toption password_file '" + dir.resolve("users") + "'\n"
            + "\toption max_connections 400\n\toption max_connections_per_address 5\n");
        Gateway gateway = Gateway.start(Config.load(conf), health);
        Process subscriber = null;
        List<Thread> attackers = new ArrayList<>();
        List<Socket> held = new ArrayList<>(java.util.Collections.nCopies(CONNECTIONS, null));
        try {
            Await.until("the mote to be attached", 60, mote::isConfigured);
            subscriber = new ProcessBuilder("mosquitto_sub", "-p", plain + "", "-u", "alice", "-P", "secret", "-q",
                "1", "-t", "slipway/gw-01/+/up/#").start();
            Await.until("the subscriber", 60, () -> health.value(Counter.BROKER_CONNECTIONS) == 1);
            for (int i = 0; i < 4; i++) {
                int from = i * CONNECTIONS / 4;
                Thread attacker = new Thread(() -> attack(held, from, from + CONNECTIONS / 4), "attacker");
                attacker.start();
                attackers.add(attacker);
            }
            Await.until("the attack", 120, () -> health.value(Counter.BROKER_CONNECTION_REFUSED) > 20
                && health.value(Counter.LOGIN_GUESSES) > 0);
            assertEquals(Set.of(), missingReadings(mote, subscriber));
            Await.until("connections that said nothing to be closed", 120,
                () -> health.value(Counter.BROKER_CONNECT_TIMEOUTS) > 0);
            assertEquals(0, health.value(Counter.BROKER_ERRORS));
            assertTrue(subscriber.isAlive());
            System.out.println("The attack: " + closed + " thrown out, "
                + health.value(Counter.BROKER_CONNECTION_REFUSED) + " connections refused, "
                + health.value(Counter.BROKER_LOGIN_REFUSED) + " log-ins refused, of them "
                + health.value(Counter.LOGIN_GUESSES) + " unseen, " + health.value(Counter.BROKER_CONNECT_TIMEOUTS)
                + " were silent");
        } finally {
            over.set(true);
            for (Thread attacker : attackers) {
                attacker.join();
            }
            held.forEach(HostileClientsTest::close);
            if (subscriber != null) {
                subscriber.destroyForcibly().waitFor();
            }
            gateway.close();
            mote.close();
        }
    }

    /** Has the mote send readings, one after the other, and takes what the subscriber got from them. */
    private static Set<String> missingReadings(EmulatedMote mote, Process subscriber) throws IOException {
        Set<String> missing = new HashSet<>();
        BufferedReader heard = new BufferedReader(new InputStreamReader(subscriber.getInputStream(),
            StandardCharsets.UTF_8));
        for (int i = 0; i < READINGS; i++) {
            byte[] packet = UdpPacket.encode(Ipv6Address.of(0xfd00L << 48, 0x0212_7402_0000_0001L), 8765,
                Ipv6Address.of(0xfd00L << 48, 1), 5678, ("r" + i).getBytes(StandardCharsets.US_ASCII));
            missing.add("\"value\":\"r" + i + "\"");
            Await.until("room on the line", 60, () -> mote.send(packet));
            String line = heard.readLine();
            missing.removeIf(line::contains);
        }
        return missing;
    }
}
