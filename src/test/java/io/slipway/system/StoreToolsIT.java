package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cli.EmulatedMote;
import io.slipway.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code export}, {@code size} and {@code db check} of the finished jar, beside a gateway and without one. */
class StoreToolsIT {
    private static final String NODE = "0200000000000002";

    @TempDir
    Path directory;

    private EmulatedMote mote;
    private GatewayProcess gateway;

    private record Result(int status, String out, String err) {
    }

    @BeforeEach
    void configure() throws IOException {
        mote = new EmulatedMote(0, packet -> { });
        gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port(),
            "config ingest\n\tlist filter 'sensors/#'\nconfig store\n\toption block_readings '16'\n");
    }

    @AfterEach
    void close() throws IOException {
        gateway.close();
        mote.close();
    }

    @Test
    void everythingThatTheLanGotIsExportedFromTheGatewayAndFromWhatAKillLeft() throws Exception {
        gateway.start();
        try (Place lan = Place.lan(gateway.lanPort)) {
            new RecordedMesh(mote, new Random(1)).play("cng-udp.m2h");
            // What clients publish is not in line with what the mesh sends; the last one is to be known.
            Await.until("the mesh's readings", 30, () -> lan.contents().size() == 20);
            lan.publish("sensors/a", "21.5");
            lan.publish("sensors/b/c", "say \"hello\",\r\nall");
            Await.until("the readings", 30, () -> lan.contents().size() == 22);
            Await.until("the commit", 30, () -> lines(good("export")).size() == lan.size());
            String running = good("export");
            assertEquals(lan.readings(), readings(running));
            assertEquals(List.copyOf(lan.readings().keySet()), List.copyOf(readings(running).keySet()));
            check(running);
            Result check = slipway("db", "check");
            assertEquals(1, check.status);
            assertTrue(check.err.contains("a gateway has the database open"), check.err);
            assertTrue(good("size").contains("measured on"), good("size"));
            assertTrue(good("size", "--json").contains("\"reserve_bytes\":393216"), good("size", "--json"));

            gateway.kill();
            Map<String, String> before = contents();
            assertTrue(before.get("slipway.db-wal").length() > 2, "no log was left");
            assertEquals(running, good("export"));
            assertEquals("", slipway("export").err);
            assertTrue(good("db", "check").endsWith("The database is whole.\n"));
            assertEquals(0, new ObjectMapper().readTree(good("db", "check", "--json")).get("problems").size());
            assertTrue(good("size", "--json").contains("\"measured\":true"));
            assertEquals(before, contents());

            gateway.start();
            assertEquals(lan.readings(), readings(good("export")));
        }
    }

    /** Filters, formats and files, which differ in nothing between a gateway and a file. */
    private void check(String all) throws Exception {
        List<String> csv = List.of(good("export", "--format", "csv").split("\r\n(?!all)"));
        assertEquals("id,at,clock_ok,at_est,node,source,value,hex", csv.get(0));
        assertEquals(lines(all).size(), csv.size() - 1);
        assertTrue(csv.get(csv.size() - 1).endsWith(",mqtt/sensors/b/c,\"say \"\"hello\"\",\r\nall\","), csv + "");
        assertEquals(2, lines(good("export", "--source", "mqtt/#")).size());
        assertEquals(1, lines(good("export", "--source", "mqtt/sensors/+")).size());
        String node = new ObjectMapper().readTree(lines(all).get(0)).get("node").asText();
        for (String line : lines(good("export", "--node", node))) {
            assertTrue(line.contains("\"node\":\"" + node + "\""), line);
        }
        assertEquals("", good("export", "--node", NODE));
        assertEquals(all, good("export", "--from", "2026-01-01"));
        assertEquals("", good("export", "--to", "2026-01-01"));
        String at = new ObjectMapper().readTree(lines(all).get(5)).get("at").asText();
        String to = good("export", "--to", at);
        assertTrue(all.startsWith(to) && lines(to).size() <= 5, to);
        assertEquals(all.substring(to.length()), good("export", "--from", at));
        Path file = directory.resolve("readings.jsonl");
        assertEquals("", good("export", "--output", file.toString()));
        assertEquals(all, Files.readString(file));
        Result again = slipway("export", "--output", file.toString());
        assertEquals(1, again.status);
        assertTrue(again.err.contains("there is a file of that name"), again.err);
    }

    @Test
    void whatIsDamagedIsSaidInWords() throws Exception {
        gateway.start();
        for (int round = 0; round < 3; round++) {
            new RecordedMesh(mote, new Random(round)).play("cng-udp.m2h");
        }
        Await.until("blocks", 30, () -> lines(good("export")).size() > 32);
        assertEquals(143, gateway.stop());
        Path file = gateway.dataDir.resolve("slipway.db");
        byte[] bytes = Files.readAllBytes(file);
        for (int page = 4; page < bytes.length / 1024; page++) {
            Arrays.fill(bytes, page * 1024 + 600, page * 1024 + 700, (byte) 0x55);
        }
        Files.write(file, bytes);
        Result check = slipway("db", "check");
        assertEquals(1, check.status, check.out + check.err);
        assertFalse(check.out.isEmpty() && check.err.isEmpty());
        assertFalse((check.out + check.err).contains("\tat "), check.out + check.err);
        Result export = slipway("export");
        assertEquals(1, export.status, export.err);
        assertFalse(export.err.contains("\tat "), export.err);
        Files.delete(file);
        assertTrue(slipway("export").err.contains("there is no database " + file));
        assertTrue(good("size", "--rate", "1", "--payload", "20").contains("days"));
    }

    @Test
    void aGatewayWaitsForTheDatabaseUntilAReaderThatHasGoneAwayEndsTheExport() throws Exception {
        gateway.start();
        try (Place lan = Place.lan(gateway.lanPort)) {
            String large = "x".repeat(40_000);
            for (int i = 0; i < 40; i++) {
                lan.publish("sensors/a", large + i);
            }
            Await.until("the commit", 30, () -> lines(good("export")).size() == 40);
            assertEquals(143, gateway.stop());
            Process export = GatewayProcess.command("export", "--config", gateway.config().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try {
                assertEquals('{', export.getInputStream().read());
                gateway.start();
                assertTrue(good("status").contains("store: not open"), "begins without its database");
                export.getInputStream().close();
                assertTrue(export.waitFor(30, TimeUnit.SECONDS), "does not end");
                assertEquals(1, export.exitValue());
            } finally {
                export.destroyForcibly();
            }
            Await.until("the database to be open", 30, () -> good("status").contains("store: open"));
        }
    }

    private static Map<String, String> readings(String lines) throws IOException {
        Place place = new Place();
        for (String line : lines(lines)) {
            place.received("slipway/gw-01/x/up/x", line.getBytes(StandardCharsets.UTF_8));
        }
        return place.readings();
    }

    private static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isEmpty()).toList();
    }

    private String good(String... command) throws Exception {
        Result result = slipway(command);
        assertEquals(0, result.status, result.out + result.err);
        return result.out;
    }

    private Result slipway(String... command) throws Exception {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of("--config", gateway.config().toString()));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = GatewayProcess.command(line.toArray(new String[0])).redirectOutput(out.toFile())
            .redirectError(err.toFile()).start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(gateway.dataDir)) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                contents.put(file.getFileName().toString(), bytes.length + " " + Arrays.hashCode(bytes));
            }
        }
        return contents;
    }
}
