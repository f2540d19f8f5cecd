package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as a process whose wall clock is set while it runs (libfaketime), by years in both directions. */
class ClockIT {
    private static final long TEN_YEARS_S = 315_576_000;
    private static final int EACH = 5;

    @TempDir
    Path directory;

    private int said;

    @Test
    void fromNoClockAtBootOverJumpsOfYearsEveryReadingArrivesInOrderWithItsTime() throws Exception {
        Path clock = directory.resolve("clock");
        setClock(clock, 3600 - Instant.now().getEpochSecond());
        try (Mosquitto cloudBroker = new Mosquitto(directory, "allow_anonymous true");
             GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:1",
                 "config ingest\n\tlist filter 'sensors/#'\nconfig upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:"
                 + cloudBroker.port() + "'\n\toption retry_max_ms '1000'\nconfig store\n\toption block_readings '16'\n")
                 .environment(wallClock(clock)).start();
             Place lan = Place.lan(gateway.lanPort)) {
            say(lan);
            long firstSaid = Instant.now().toEpochMilli();
            setClock(clock, 0);
            say(lan);
            setClock(clock, -TEN_YEARS_S);
            say(lan);
            setClock(clock, TEN_YEARS_S);
            say(lan);
            setClock(clock, 0);
            say(lan);
            assertEquals(5 * EACH, lan.size());
            cloudBroker.start();
            try (Place cloud = Place.cloud(cloudBroker.port())) {
                // The first batch may have been there before the subscriber.
                say(lan);
                Await.until("the last reading in the cloud", 60, () -> cloud.contents().contains(
                    lan.contents().get(6 * EACH - 1)));
                Await.until("an empty outbox", 60, () -> status(gateway).get("gauges").get("backlog_cloud")
                    .asInt() == 0);
                assertEquals(lan.contents().subList(6 * EACH - cloud.size(), 6 * EACH), cloud.contents());
            }
            List<JsonNode> exported = export(gateway);
            check(exported, lan, firstSaid);
            gateway.kill();
            assertEquals(exported, export(gateway));
            assertFalse(gateway.log().contains("Exception"), gateway.log());
        }
    }

    private void check(List<JsonNode> exported, Place lan, long firstSaid) {
        assertEquals(new ArrayList<>(lan.readings().keySet()),
            exported.stream().map(reading -> reading.get("id").asText()).toList());
        for (int i = 0; i < exported.size(); i++) {
            JsonNode reading = exported.get(i);
            int part = i / EACH;
            boolean doubtful = part == 0 || part == 2;
            assertEquals(!doubtful, reading.get("clock_ok").asBoolean(), reading.toString());
            assertEquals(doubtful, reading.has("at_est"), reading.toString());
            long ahead = part == 3 ? TEN_YEARS_S * 1000 : 0;
            long off = Instant.parse(reading.get("at").asText()).toEpochMilli() - firstSaid - ahead;
            // It ran for less than that, and no jump is that small.
            assertTrue(Math.abs(off) < 120_000, reading.toString());
        }
    }

    private void say(Place lan) throws Exception {
        for (int i = 0; i < EACH; i++) {
            lan.publish("sensors/a", "value " + ++said);
        }
        Await.until("what was said", 20, () -> lan.size() == said);
    }

    /** In one step, so that nobody reads half a number. */
    private void setClock(Path clock, long offsetS) throws IOException {
        Path next = Files.writeString(directory.resolve("clock.next"), (offsetS < 0 ? "" : "+") + offsetS + "\n");
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The monotonic clock stays as it is; the fix, which Debian's library has on, lets waits by it hang. */
    private static Map<String, String> wallClock(Path file) throws IOException {
        return Map.of("LD_PRELOAD", library(), "FAKETIME_TIMESTAMP_FILE", file.toString(), "FAKETIME_NO_CACHE", "1",
            "DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    private static String library() throws IOException {
        for (String place : List.of("/usr/lib", "/usr/local/lib")) {
            try (Stream<Path> files = Files.find(Path.of(place), 4,
                    (file, any) -> file.endsWith("faketime/libfaketimeMT.so.1"))) {
                List<Path> found = files.toList();
                if (!found.isEmpty()) {
                    return found.get(0).toString();
                }
            }
        }
        throw new AssertionError("libfaketimeMT.so.1 is missing; this test needs it: apt-get install libfaketime");
    }

    private JsonNode status(GatewayProcess gateway) throws Exception {
        return new ObjectMapper().readTree(output("status", "--json", "--config", gateway.config().toString()));
    }

    private List<JsonNode> export(GatewayProcess gateway) throws Exception {
        List<JsonNode> readings = new ArrayList<>();
        for (String line : output("export", "--config", gateway.config().toString()).split("\n")) {
            readings.add(new ObjectMapper().readTree(line));
        }
        return readings;
    }

    private String output(String... command) throws Exception {
        Path out = directory.resolve("out");
        Process process = GatewayProcess.command(command).redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
        assertEquals(0, process.exitValue());
        return Files.readString(out);
    }
}
