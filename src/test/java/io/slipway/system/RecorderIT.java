package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Captures;
import io.slipway.testing.Await;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flight recorder of the finished jar, what its commands make of a recording, and what tshark says to that. */
class RecorderIT {
    @TempDir
    Path directory;

    private String run(ProcessBuilder command, int expected) throws Exception {
        Path out = directory.resolve("said");
        Path errors = directory.resolve("errors");
        Process process = command.redirectOutput(out.toFile()).redirectError(errors.toFile()).start();
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), "does not end: " + command.command());
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(out) + Files.readString(errors);
        assertEquals(expected, process.exitValue(), said);
        return said;
    }

    private String slipway(int expected, String... args) throws Exception {
        return run(GatewayProcess.command(args), expected);
    }

    private GatewayProcess recording(EmulatedMote mote, String bytes) throws Exception {
        return new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.port() + "'\n\toption record_bytes '" + bytes
            + "'\n\toption record_dir '" + directory.resolve("ring"), "");
    }

    /** What a gateway that was killed has left behind, and what it had received. */
    private Path crashed(List<String> expected) throws Exception {
        Path file = directory.resolve("last.rec");
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             GatewayProcess gateway = recording(mote, "1M").start();
             Place lan = Place.lan(gateway.lanPort)) {
            RecordedMesh mesh = new RecordedMesh(mote, new Random(1));
            mesh.play("cng-udp.m2h");
            mesh.play("6lbr-udp.m2h");
            Await.until("the readings", 60, () -> lan.size() == mesh.expected().size());
            gateway.kill();
            expected.addAll(mesh.expected());
            slipway(0, "record", "--config", gateway.config().toString(), file.toString());
        }
        return file;
    }

    private static int packets(String... captures) {
        int packets = 0;
        for (String capture : captures) {
            for (JsonNode frame : Captures.json(capture + ".expected.json").get("frames")) {
                packets += frame.path("type").asText().equals("ipv6") ? 1 : 0;
            }
        }
        return packets;
    }

    @Test
    void whatAKilledGatewayHadOnItsLineIsDecodedReplayedAndReadByTshark() throws Exception {
        List<String> expected = new ArrayList<>();
        Path file = crashed(expected);
        int packets = packets("cng-udp.m2h", "6lbr-udp.m2h");
        decoded(file, packets);
        readByTshark(file, packets);
        replayed(file, expected);
    }

    private void decoded(Path file, int packets) throws Exception {
        int up = 0;
        boolean prefixGiven = false;
        for (String line : slipway(0, "decode", file.toString()).split("\n")) {
            JsonNode frame = new ObjectMapper().readTree(line);
            assertTrue(frame.get("at").asText().startsWith("20"), line);
            up += frame.path("way").asText().equals("up") && frame.get("type").asText().equals("ipv6") ? 1 : 0;
            prefixGiven |= frame.path("way").asText().equals("down") && frame.path("hex").asText().startsWith("2150");
        }
        assertEquals(packets, up);
        assertTrue(prefixGiven, "the gateway's own words are missing");
    }

    private void readByTshark(Path file, int packets) throws Exception {
        for (String form : new String[] {"pcap", "pcapng"}) {
            Path to = directory.resolve("line." + form);
            String said = form.equals("pcap") ? slipway(0, "pcap", file.toString(), to.toString())
                : slipway(0, "pcap", "--ng", file.toString(), to.toString());
            assertTrue(said.contains(packets + " packets in " + to), said);
            String[] lines = run(new ProcessBuilder("tshark", "-r", to.toString(), "-o", "udp.check_checksum:TRUE",
                "-T", "fields", "-e", "frame.time_epoch", "-e", "ipv6.src", "-e", "udp.checksum.status", "-e",
                "frame.comment"), 0).replaceAll("(?m)^Running as user.*\n", "").split("\n");
            assertEquals(packets, lines.length, String.join("\n", lines));
            double before = 0;
            int good = 0;
            for (String line : lines) {
                String[] fields = line.split("\t", -1);
                double at = Double.parseDouble(fields[0]);
                assertTrue(at >= before && Math.abs(at - System.currentTimeMillis() / 1000.0) < 600, line);
                before = at;
                assertTrue(fields[1].startsWith("fd00::"), line);
                good += fields[2].equals("1") ? 1 : 0;
            }
            assertTrue(good > packets / 2, good + " good checksums");
            assertEquals(form.equals("pcapng"), String.join("\n", lines).contains("line: open"));
        }
    }

    private void replayed(Path file, List<String> expected) throws Exception {
        Path second = Files.createDirectory(directory.resolve("second"));
        Process replay = GatewayProcess.command("replay", "--speed", "max", file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(replay.getInputStream(), StandardCharsets.UTF_8))) {
            String waits = out.readLine();
            try (GatewayProcess gateway = new GatewayProcess(second, "tcp://127.0.0.1:"
                     + waits.substring(waits.lastIndexOf(' ') + 1), "")) {
                gateway.start();
                Await.until("the end of the recording", 60, () -> !replay.isAlive());
                assertEquals(0, replay.exitValue());
                // The player does not wait for long; the rest would be lost with the gateway's end.
                Await.until("the readings", 60, () -> gateway.counter("readings_accepted") >= expected.size());
                gateway.stop();
                assertEquals(expected, Place.store(gateway.dataDir).contents());
            }
        } finally {
            replay.destroyForcibly();
        }
    }

    @Test
    void theRingOfAGatewayThatRunsCanBeSavedAndIsBounded() throws Exception {
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { });
             GatewayProcess gateway = recording(mote, "16k").start();
             Place lan = Place.lan(gateway.lanPort)) {
            RecordedMesh mesh = new RecordedMesh(mote, new Random(1));
            for (int i = 0; i < 5; i++) {
                mesh.play("cng-udp.m2h");
            }
            Await.until("the readings", 60, () -> lan.size() == mesh.expected().size());
            Path file = directory.resolve("now.pcap");
            String said = slipway(0, "record", "--pcap", "--config", gateway.config().toString(), file.toString());
            assertTrue(said.contains(" packets in " + file), said);
            assertNotEquals(0, Files.size(file));
            long bytes = Files.size(directory.resolve("ring/mesh0.0.rec"))
                + Files.size(directory.resolve("ring/mesh0.1.rec"));
            assertTrue(bytes <= 16 << 10, bytes + " bytes");
            assertTrue(slipway(1, "record", "--config", gateway.config().toString(), file.toString())
                .contains("there is a file of that name"));
            assertTrue(slipway(2, "record", "--mesh", "other", "--config", gateway.config().toString(), "x")
                .contains("there is no 'config mesh' called 'other'"));
        }
    }

    @Test
    void aLineWithoutAGatewayIsRecordedAtASerialPort() throws Exception {
        Path device = directory.resolve("ttyMote");
        Path file = directory.resolve("line.rec");
        try (EmulatedMote mote = new EmulatedMote(0, packet -> { })) {
            Process socat = new ProcessBuilder("socat", "PTY,raw,echo=0,link=" + device,
                "TCP:127.0.0.1:" + mote.port()).inheritIO().start();
            try {
                Await.until("the pty", 30, () -> Files.exists(device));
                String said = slipway(0, "record", "--bytes", "40", device.toString(), file.toString());
                assertTrue(said.contains("bytes came; they are in " + file), said);
            } finally {
                socat.destroyForcibly().waitFor();
            }
        }
        String decoded = slipway(0, "decode", file.toString());
        assertTrue(decoded.contains("\"type\":\"query\",\"code\":\"P\""), decoded);
        for (String line : decoded.split("\n")) {
            assertTrue(new ObjectMapper().readTree(line).path("end").asInt() <= 40, "more than was wanted: " + decoded);
        }
        assertTrue(slipway(1, "record", "--seconds", "0.1", "/dev/none", directory.resolve("none").toString())
            .contains("the port could not be opened"));
    }

    @Test
    void whatIsNoRecordingIsSaidSoByEveryCommand() throws Exception {
        Path later = Files.writeString(directory.resolve("later"), "SLIPREC\u0002--------");
        String out = directory.resolve("out").toString();
        for (String[] command : new String[][] {{"decode", later.toString()}, {"pcap", later.toString(), out},
            {"replay", later.toString()}}) {
            assertTrue(slipway(1, command).contains("a recording of a later version"));
            Files.deleteIfExists(Path.of(out));
        }
        for (String[] command : new String[][] {{"pcap", "/none", out}, {"replay", "/none"}}) {
            assertTrue(slipway(1, command).contains("/none: there is no such file"));
        }
    }
}
