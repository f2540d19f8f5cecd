package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Captures;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpPacket;
import io.slipway.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sub-commands that ask a gateway which runs: the finished jar, twice. */
class AskedGatewayIT {
    private static final String FIRST = "0012740200000001";
    private static final String SECOND = "0012740200000002";

    @TempDir
    Path directory;

    private final List<Ipv6Packet> downlinks = new CopyOnWriteArrayList<>();
    private EmulatedMote mote;
    private GatewayProcess gateway;
    private int sent;

    private record Result(int status, String out, String err) {
    }

    @BeforeEach
    void start() throws IOException {
        mote = new EmulatedMote(0, downlinks::add);
        gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port(), "config node\n\toption node '" + FIRST
            + "'\n\toption name 'cellar'\n").start();
        Await.until("the prefix", 60, mote::isConfigured);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        mote.close();
    }

    private void say(int node, String payload) {
        assertTrue(mote.send(UdpPacket.encode(Ipv6Address.of(0xfd00L << 48, 0x0212_7402_0000_0000L + node), 8765,
            Ipv6Address.of(0xfd00L << 48, 1), 5678, payload.getBytes(StandardCharsets.UTF_8))));
        sent++;
    }

    private void awaitCommitted() {
        Await.until("the readings in the store", 60, () -> Captures.JSON.readTree(slipway("status", "--json").out)
            .get("counters").get("store_committed").asInt() == sent);
    }

    private ProcessBuilder command(String... args) {
        List<String> line = new ArrayList<>(List.of(args));
        line.addAll(1, List.of("--config", gateway.config().toString()));
        return GatewayProcess.command(line.toArray(new String[0]));
    }

    private Result slipway(String... args) throws Exception {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        Process process = command(args).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), "does not end");
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void nodesAreListedWithNameAndLastValueSortedAndFiltered() throws Exception {
        say(1, "21.5");
        say(2, "bad\u001b[2J");
        say(2, "x".repeat(100));
        awaitCommitted();
        Result table = slipway("nodes", "--sort", "uplinks");
        List<String> lines = table.out.lines().toList();
        assertEquals(3, lines.size(), table.out + table.err);
        assertTrue(lines.get(0).matches("NODE +NAME +MESH +STATE +SEEN +HOPS +UPLINKS +LAST VALUE"), lines.get(0));
        assertTrue(lines.get(1).matches(FIRST + " +cellar +mesh0 +online +\\d+ s ago +\\d +1 +udp/5678 21\\.5"),
            lines.get(1));
        assertTrue(lines.get(2).startsWith(SECOND + "  -  "), lines.get(2));
        assertTrue(lines.get(2).endsWith("x…"), lines.get(2));
        Result json = slipway("nodes", "--filter", "cellar", "--state", "online", "--json");
        JsonNode node = Captures.JSON.readTree(json.out);
        assertEquals(FIRST, node.get("node").asText());
        assertEquals("21.5", node.get("last").get("value").asText());
        assertEquals(1, slipway("nodes", "--state", "offline").out.lines().count());
        assertEquals(1, slipway("nodes", "--mesh", "mesh1").out.lines().count());
    }

    @Test
    void tailShowsWhatIsStoredAndThenWhatComesEachOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            say(1 + i % 2, "before " + i);
        }
        awaitCommitted();
        Path out = directory.resolve("tail");
        Process tail = command("tail", "--json", "--since", "2026-01-01", "--node", SECOND, "--source", "udp/+")
            .redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            Await.until("what is stored", 60, () -> Files.readAllLines(out).size() == 10);
            for (int i = 0; i < 20; i++) {
                say(1 + i % 2, "after " + i);
            }
            Await.until("what comes", 60, () -> Files.readAllLines(out).size() == 20);
        } finally {
            tail.destroy();
        }
        assertTrue(tail.waitFor(60, TimeUnit.SECONDS));
        List<String> values = new ArrayList<>();
        for (String line : Files.readAllLines(out)) {
            JsonNode reading = Captures.JSON.readTree(line);
            assertEquals(SECOND, reading.get("node").asText());
            values.add(reading.get("value").asText());
        }
        assertEquals("before 1", values.get(0));
        assertEquals("before 19", values.get(9));
        assertEquals("after 1", values.get(10));
        assertEquals("after 19", values.get(19));
    }

    @Test
    void aTailThatNobodyReadsLosesAndSaysHowMuchAndTheGatewayGoesOn() throws Exception {
        Path err = directory.resolve("err");
        Process tail = command("tail", "--json").redirectError(err.toFile()).start();
        try (InputStream in = tail.getInputStream()) {
            // One reading tells that it watches; from then on nobody reads until the pipe is full.
            Await.until("the first", 60, () -> {
                say(1, "first");
                return in.available() > 0;
            });
            String long1k = "x".repeat(1000);
            for (int i = 0; i < 1500; i++) {
                say(1, long1k);
            }
            awaitCommitted();
            byte[] buffer = new byte[65536];
            Await.until("it to say so", 60, () -> {
                while (in.available() > 0) {
                    in.read(buffer);
                }
                return Files.readString(err).contains("readings went by unseen");
            });
        }
        // Nobody reads any more: it ends, without a word more, with the next reading.
        Await.until("its end", 60, () -> {
            say(1, "last");
            return !tail.isAlive();
        });
        assertTrue(Files.readString(err).lines().allMatch(line -> line.matches(
            "slipway tail: \\d+ readings went by unseen")), Files.readString(err));
        assertEquals(0, slipway("status").status);
    }

    @Test
    void aCommandIsSentAndItsFateSaid() throws Exception {
        say(1, "here");
        awaitCommitted();
        Result done = slipway("send", "--wait", "cellar", "udp/8765", "on");
        assertEquals("queued\nsent\n", done.out, done.err);
        assertEquals(0, done.status);
        Await.until("the command", 60, () -> downlinks.size() == 1);
        assertEquals("on", new String(downlinks.get(0).udp().payload(), StandardCharsets.UTF_8));
        Path file = Files.write(directory.resolve("payload"), new byte[] {0, 1, (byte) 0xc0, (byte) 0xff});
        assertEquals(0, slipway("send", "--file", file.toString(), FIRST, "udp/8765").status);
        assertEquals(0, slipway("send", "--hex", FIRST, "udp/8765", "0001c0ff").status);
        Await.until("both", 60, () -> downlinks.size() == 3);
        for (Ipv6Packet packet : downlinks.subList(1, 3)) {
            assertEquals("0001c0ff", java.util.HexFormat.of().formatHex(packet.udp().payload()));
        }
        Result refused = slipway("send", SECOND, "udp/8765", "on");
        assertEquals(1, refused.status);
        assertTrue(refused.out.startsWith("refused: "), refused.out + refused.err);
        Result noSuchName = slipway("send", "attic", "udp/8765", "on");
        assertEquals(2, noSuchName.status);
        Result noService = slipway("send", FIRST, "fax/1", "on");
        assertEquals(1, noService.status, noService.out + noService.err);
        Result unanswered = slipway("send", "--wait", "--timeout", "2", FIRST, "coap/get/x");
        assertEquals(1, unanswered.status);
        assertTrue(unanswered.err.contains("nothing more is known after 2 s"), unanswered.err);
    }

    @Test
    void theLogBecomesMoreTalkativeAndQuietAgainWhileItRuns() throws Exception {
        assertEquals("info\ncom.hivemq=warn\nio.moquette=warn\nio.netty=warn\n", slipway("log").out);
        assertTrue(slipway("log", "debug", "mesh").out.endsWith("io.slipway.mesh=debug\n"));
        assertTrue(mote.sendRaw("some text of the firmware\n\u00c0".getBytes(StandardCharsets.ISO_8859_1)));
        Await.until("the firmware's text in the log", 60,
            () -> gateway.log().contains("debug: BorderRouter: mesh0 says: some text of the firmware"));
        assertFalse(slipway("log", "configured").out.contains("mesh"));
        assertTrue(mote.sendRaw("more text\n\u00c0".getBytes(StandardCharsets.ISO_8859_1)));
        say(1, "behind it");
        awaitCommitted();
        assertFalse(gateway.log().contains("more text"));
    }

    @Test
    void topPrintsOnceWhereThereIsNoTerminal() throws Exception {
        say(1, "21.5");
        awaitCommitted();
        Result top = slipway("top", "--interval", "0.5");
        assertEquals(0, top.status, top.err);
        assertTrue(top.out.startsWith("gw-01  up "), top.out);
        assertTrue(top.out.contains("readings taken in"), top.out);
        assertTrue(top.out.contains("cellar"), top.out);
        assertFalse(top.out.contains("\u001b"), "control sequences are for terminals");
    }

    /** socat gives it a terminal and is the person before it. */
    @Test
    void topDrawsOnATerminalFitsItsSizeAndEndsWithQ() throws Exception {
        String line = String.join(" ", command("top", "--interval", "0.3").command());
        Process socat = new ProcessBuilder("socat", "STDIO", "EXEC:" + line.replace(":", "\\:").replace(",", "\\,")
            + ",pty,setsid,ctty,stderr").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        StringBuilder seen = new StringBuilder();
        try (InputStream in = socat.getInputStream()) {
            awaitSeen(in, seen, "readings taken in");
            awaitSeen(in, seen, "\u001b[6n");
            // As a terminal of six lines answers.
            socat.getOutputStream().write("\u001b[6;40R".getBytes(StandardCharsets.US_ASCII));
            socat.getOutputStream().flush();
            Await.until("a picture of six lines", 60, () -> {
                read(in, seen);
                int last = seen.lastIndexOf("\u001b[H");
                int before = last < 0 ? -1 : seen.lastIndexOf("\u001b[H", last - 1);
                return before >= 0 && seen.substring(before, last).split("\r\n", -1).length == 6;
            });
            socat.getOutputStream().write('q');
            socat.getOutputStream().flush();
            awaitSeen(in, seen, "\u001b[?25h");
            assertTrue(socat.waitFor(60, TimeUnit.SECONDS), "q does not end it");
        } finally {
            socat.destroyForcibly();
        }
    }

    private static void awaitSeen(InputStream in, StringBuilder seen, String wanted) {
        Await.until(wanted.replace("\u001b", "ESC ") + " on the terminal", 60, () -> {
            read(in, seen);
            return seen.indexOf(wanted) >= 0;
        });
    }

    private static void read(InputStream in, StringBuilder seen) throws IOException {
        while (in.available() > 0) {
            seen.append((char) in.read());
        }
    }
}
