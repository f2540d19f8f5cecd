package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.testing.Await;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways on one switch that know nothing of each other but the cluster's name and password. */
class DiscoveryIT {
    @TempDir
    Path directory;
    private Netns net;
    private final List<SyncGateway> gateways = new ArrayList<>();
    private final List<Process> others = new ArrayList<>();

    @BeforeEach
    void lan() throws Exception {
        String obstacle = Netns.obstacle();
        assumeTrue(obstacle == null, obstacle);
        net = new Netns();
    }

    @AfterEach
    void end() throws Exception {
        for (SyncGateway gateway : gateways) {
            gateway.close();
        }
        for (Process other : others) {
            other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        if (net != null) {
            net.close();
        }
    }

    private SyncGateway gateway(int number) throws Exception {
        net.add(number);
        SyncGateway gateway = new SyncGateway(directory, "gw-0" + number).with("option discover '1'").finished();
        gateway.prefix = net.prefix(number);
        gateway.host = "10.77.0." + number;
        gateways.add(gateway);
        return gateway;
    }

    private static void awaitMembers(SyncGateway at, int count) {
        Await.until(at.id + " to find " + count, 120, () -> {
            String status = at.status();
            return status.split("\"state\":\"up\",\"known\":\"found\"").length == count + 1;
        });
    }

    private static void awaitReadings(SyncGateway at, SyncGateway of, int count) {
        Await.until(at.id + " to have the readings of " + of.id, 300,
            () -> at.cli(0, "export", "--origin", of.id).lines().count() == count);
    }

    @Test
    void threeFindEachOtherAndOneThatWasKilledIsFoundAgainElsewhere() throws Exception {
        SyncGateway one = gateway(1).with("option certificate 'auto'").start();
        SyncGateway two = gateway(2).with("option certificate 'auto'").start();
        SyncGateway three = gateway(3);
        three.host = "0.0.0.0";
        three.start();
        for (SyncGateway gateway : gateways) {
            awaitMembers(gateway, 2);
        }
        one.publish(20);
        three.publish(10);
        awaitReadings(two, one, 20);
        awaitReadings(one, three, 10);
        three.cli(0, "shared", "set", "farm/valve", "open");
        Await.until("the shared value", 60, () -> one.cli(0, "shared", "get", "farm/valve").contains("open"));

        three.kill();
        Await.until("it to be down", 120, () -> one.status().contains("\"name\":\"gw-03\",\"state\":\"down\""));
        net.address(3, 33);
        three.port = three.port == 7001 ? 7002 : 7001;
        three.start();
        for (SyncGateway gateway : gateways) {
            awaitMembers(gateway, 2);
        }
        assertTrue(one.status().contains("10.77.0.33"), one.status());
        three.publish(5);
        awaitReadings(two, three, 15);

        net.address(3, 34);
        Await.until("its other address to be found", 120, () -> one.status().contains("10.77.0.34"));
        three.publish(5);
        awaitReadings(one, three, 20);
    }

    @Test
    void overIpv6AloneTheyFindEachOther() throws Exception {
        SyncGateway one = gateway(1).with("list discover_interface 'e0'");
        SyncGateway two = gateway(2).with("option certificate 'auto'");
        for (int i = 1; i <= 2; i++) {
            gateways.get(i - 1).host = "[::]";
            net.ipv6Only(i);
            gateways.get(i - 1).start();
        }
        awaitMembers(one, 1);
        awaitMembers(two, 1);
        assertTrue(one.status().contains("/[fe80:") || one.status().contains("/fe80:"), one.status());
        one.publish(3);
        awaitReadings(two, one, 3);
    }

    @Test
    void withoutTheOptionNothingOfItIsLoaded() throws Exception {
        SyncGateway one = new SyncGateway(directory, "gw-01");
        SyncGateway two = new SyncGateway(directory, "gw-02");
        gateways.addAll(List.of(one, two));
        Path list = directory.resolve("classes");
        two.flags = List.of("-Xlog:class+load:file=" + list);
        two.finished().start();
        one.connectsTo(two).finished().start();
        Await.until("them to meet", 60, () -> two.status().contains("\"state\":\"up\",\"known\":\"connected\""));
        Await.until("both to say so", 60,
            () -> one.status().contains("\"state\":\"up\",\"known\":\"configured\""));
        String loaded = Files.readString(list);
        assertTrue(loaded.contains("io.slipway.replication.TcpPeers "), "nothing was written down");
        for (String dear : List.of("io.slipway.mdns.", "io.netty.handler.codec.dns.", "NioDatagramChannel ",
            "io.slipway.replication.Discovery ")) {
            assertFalse(loaded.contains(dear), dear);
        }
    }

    @Test
    void anotherResponderMayHaveThePortOnTheSameMachine() throws Exception {
        assumeZeroconf();
        SyncGateway one = gateway(1).start();
        zeroconf(1, "gw-09", "other");
        SyncGateway two = gateway(2).start();
        awaitMembers(one, 1);
        awaitMembers(two, 1);
        for (SyncGateway gateway : gateways) {
            Await.until("the other responder to see both", 60, () -> said("gw-09").contains("seen " + gateway.id));
        }
    }

    @Test
    void aStrangerWithAnotherPasswordIsNoMember() throws Exception {
        SyncGateway one = gateway(1).start();
        SyncGateway stranger = gateway(2);
        Files.writeString(stranger.dir.resolve("password"), "another password than theirs");
        stranger.start();
        SyncGateway three = gateway(3).start();
        awaitMembers(one, 1);
        awaitMembers(three, 1);
        Await.until("the stranger to be refused", 120, () -> one.figure("sync_peers_refused") > 1
            && one.status().contains("its password is another one"));
        three.publish(3);
        awaitReadings(one, three, 3);
        assertFalse(one.status().contains("\"name\":\"gw-02\""), one.status());
        assertTrue(stranger.status().contains("\"peers\":[]"), stranger.status());
        assertTrue(one.log().lines().filter(line -> line.contains("gw-02")).count() < 5, one.log());
    }

    private static void assumeZeroconf() {
        assumeTrue(Files.exists(Path.of("/usr/lib/python3/dist-packages/zeroconf")),
            "python3-zeroconf is not installed");
    }

    /** Its words are those of src/test/resources/mdns/peer.py. */
    private Process zeroconf(int number, String id, String cluster) throws Exception {
        List<String> command = new ArrayList<>(net.prefix(number));
        command.addAll(List.of("/usr/bin/python3",
            Path.of(DiscoveryIT.class.getResource("/mdns/peer.py").toURI()).toString(), "10.77.0." + number, "7777", id,
            cluster));
        Process peer = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(directory.resolve(id + ".said").toFile()).start();
        others.add(peer);
        return peer;
    }

    private String said(String id) throws Exception {
        return Files.readString(directory.resolve(id + ".said"));
    }

    @Test
    void anotherImplementationSeesTheGatewayAndIsSeenByIt() throws Exception {
        assumeZeroconf();
        net.add(5);
        Process peer = zeroconf(5, "gw-05", "test");
        Await.until("the peer to announce itself", 60, () -> said("gw-05").contains("registered"));
        SyncGateway one = gateway(1).with("option certificate 'auto'");
        one.host = "0.0.0.0";
        one.start();
        String expected = "seen gw-01._slipway._tcp.local. slipway-gw-01.local. ['10.77.0.1'] " + one.port
            + " cluster=test id=gw-01 proto=1-1 tls=1\n";
        Await.until("the peer to see it", 60, () -> said("gw-05").contains(expected));
        // The gateway says who it is, and as nobody answers it never says more.
        String name = "4801" + "04" + hex("test") + "05" + hex("gw-01");
        Await.until("the gateway to connect", 60, () -> said("gw-05").contains("called from 10.77.0.1 "));
        assertTrue(said("gw-05").contains(name), said("gw-05"));
        assertFalse(one.status().contains("gw-05\",\"state\":\"up"), one.status());
        net.address(1, 21);
        Await.until("its other address to be announced", 60, () -> said("gw-05").contains("'10.77.0.21'"));
        one.stop();
        Await.until("the goodbye", 60, () -> said("gw-05").contains("gone gw-01._slipway._tcp.local."));
        try (OutputStream in = peer.getOutputStream()) {
            in.write("leave\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertTrue(peer.waitFor(60, TimeUnit.SECONDS), said("gw-05"));
        assertEquals(0, peer.exitValue(), said("gw-05"));
    }

    private static String hex(String text) {
        StringBuilder hex = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.US_ASCII)) {
            hex.append(String.format("%02x", one));
        }
        return hex.toString();
    }

    @Test
    void ofTwoWithOneIdTheSecondTakesAnotherNameAndSaysSo() throws Exception {
        assumeZeroconf();
        net.add(5);
        zeroconf(5, "gw-01", "other");
        Await.until("the peer to announce itself", 60, () -> said("gw-01").contains("registered"));
        SyncGateway one = gateway(1).start();
        Await.until("the second name", 60, () -> said("gw-01").contains("seen gw-01 (2)._slipway._tcp.local."));
        assertTrue(said("gw-01").contains("id=gw-01"), said("gw-01"));
        assertTrue(one.status().contains("another machine announces itself as 'gw-01'"), one.status());
    }
}
