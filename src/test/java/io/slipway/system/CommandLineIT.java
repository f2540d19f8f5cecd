package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.testing.Await;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of the finished jar. */
class CommandLineIT {
    @TempDir
    Path directory;

    private record Result(int status, String out, String err) {
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "status", "decode", "demo", "export", "size", "db", "record",
        "replay", "pcap", "doctor", "nodes", "tail", "top", "send", "log", "shared", "completion"})
    void everyCommandExplainsItself(String command) throws Exception {
        Result result = slipway(command, "--help");
        assertEquals(0, result.status, result.err);
        assertTrue(result.out.startsWith("Usage: slipway " + command), result.out);
        assertTrue(slipway("--help").out.contains("\n  " + command + " "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fly", "run", "run --config", "check", "decode", "decode --mode x y", "demo --seconds",
        "demo --seconds x", "status --yaml", "export --format xml", "export --from yesterday", "export --node 1",
        "export --source a#", "export --to", "export --from 2026-01-01 --from 2026-01-01", "size --rate 0",
        "size --payload x", "db", "db fix", "db check --config a --file b", "db check --file",
        "record", "record --bytes 1 x", "record --pcap /dev/x y", "record nowhere: x", "replay", "replay --speed 0 x",
        "replay --port 70000 x", "pcap", "pcap x", "pcap x y z", "nodes --sort size", "nodes --state asleep",
        "tail --node 1", "tail --since soon", "top --interval 0.1", "send", "send 0200000000000002",
        "send --hex 0200000000000002 udp/1 x", "send --file x 0200000000000002 udp/1 x", "log loud", "log debug a/b",
        "log configured mesh", "log a b c",
        "doctor --seconds 601", "completion", "completion tcsh"})
    void wrongUsageIsStatusTwoAndOneLine(String line) throws Exception {
        Result result = slipway(line.isEmpty() ? new String[0] : line.split(" "));
        assertEquals(2, result.status, result.out + result.err);
        assertFalse(result.err.isEmpty());
        assertFalse(result.err.contains("\tat "), result.err);
    }

    @Test
    void theCompletionKnowsEveryCommandAndOptionAndSoDoesTheDocumentation() throws Exception {
        Result completion = slipway("completion", "bash");
        assertEquals(Files.readString(Path.of("rootfs-overlay/usr/share/bash-completion/completions/slipway")),
            completion.out, "write it anew: java -jar target/slipway.jar completion bash");
        String docs = Files.readString(Path.of("docs/command-line.md"));
        int commands = 0;
        for (String line : completion.out.split("\n")) {
            if (line.contains(") options='")) {
                String command = line.trim().substring(0, line.trim().indexOf(')'));
                int at = docs.indexOf("\n## " + command + "\n");
                assertTrue(at > 0, "docs/command-line.md lacks " + command);
                int end = docs.indexOf("\n## ", at + 1);
                String section = docs.substring(at, end < 0 ? docs.length() : end);
                for (String option : line.substring(line.indexOf('\'') + 1, line.lastIndexOf('\'')).split(" ")) {
                    assertTrue(List.of("--help", "--config").contains(option) || section.contains(option),
                        "docs/command-line.md lacks " + command + " " + option);
                }
                commands++;
            }
        }
        assertTrue(commands >= 18, "only " + commands + " commands");
        Process bash = new ProcessBuilder("bash", "-c", ". /dev/stdin; COMP_WORDS=(slipway tail --so); COMP_CWORD=2;"
            + " _slipway; echo \"${COMPREPLY[*]}\"").redirectErrorStream(true).start();
        bash.getOutputStream().write(completion.out.getBytes(StandardCharsets.UTF_8));
        bash.getOutputStream().close();
        assertEquals("--source\n", new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Path file = Files.writeString(directory.resolve("completion"), completion.out);
        // A shell that has no completion; busybox' is tried with the router's scripts.
        Process sh = new ProcessBuilder("dash", "-c", ". " + file + "; echo fine").redirectErrorStream(true).start();
        assertEquals("fine\n", new String(sh.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void theVersionIsThatOfTheBuild() throws Exception {
        Result result = slipway("--version");
        assertEquals(0, result.status);
        assertTrue(result.out.matches("slipway \\d+\\.\\d+\\.\\d+\n"), result.out);
    }

    @Test
    void aBadConfigurationNamesFileLineAndOption() throws Exception {
        Path file = Files.writeString(directory.resolve("slipway"),
            "config gateway\n\toption id 'gw-01'\nconfig mesh\n\toption link 'tcp://h:1'\n\toption baudd '9600'\n");
        for (String command : new String[] {"check", "run --config"}) {
            Result result = slipway((command + " " + file).split(" "));
            assertEquals(2, result.status, result.out);
            assertTrue(result.err.contains(file + ":5: "), result.err);
            assertTrue(result.err.contains("baudd"), result.err);
        }
        Files.writeString(file, Files.readString(file).replace("\toption baudd '9600'\n", ""));
        Result good = slipway("check", file.toString());
        assertEquals(0, good.status, good.err);
    }

    @Test
    void aGatewayThatCannotStartSaysWhyAndEnds() throws Exception {
        Path notADirectory = Files.writeString(directory.resolve("file"), "");
        Path file = Files.writeString(directory.resolve("slipway"), "config gateway\n\toption id 'gw-01'\n"
            + "\toption data_dir '" + notADirectory + "'\nconfig mesh\n\toption link 'tcp://127.0.0.1:1'\n"
            + "config broker\n\toption listen '127.0.0.1:0'\n");
        Result result = slipway("run", "--config", file.toString());
        assertEquals(1, result.status, result.err);
        assertTrue(result.err.contains(notADirectory.toString()), result.err);
        assertFalse(result.err.contains("\tat "), result.err);
    }

    @Test
    void aNameThatTheLocaleCannotHoldIsAFileThatDoesNotExist() throws Exception {
        for (String command : new String[] {"run --config", "check", "status --config"}) {
            for (String name : new String[] {"\u00fc", ""}) {
                List<String> line = new ArrayList<>(List.of(command.split(" ")));
                line.add(name);
                Result result = slipway(Map.of("LC_ALL", "C"), line.toArray(new String[0]));
                assertEquals(2, result.status, result.err);
                assertEquals(1, result.err.lines().count(), result.err);
            }
        }
    }

    @Test
    void outputThatDoesNotArriveIsAFailure() throws Exception {
        Process process = GatewayProcess.command("decode", Captures.DIRECTORY.resolve("cng-udp.m2h.raw").toString())
            .redirectOutput(new File("/dev/full")).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
        assertEquals(1, process.exitValue());
        assertEquals("slipway decode: the output could not be written: No space left on device\n",
            new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void aReaderThatHasHadEnoughIsNoProblemToSpeakOf() throws Exception {
        Process process = GatewayProcess.command("completion", "bash").start();
        process.getInputStream().close();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
        assertEquals("", new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void aDirectoryIsNoRecording() throws Exception {
        for (String line : new String[] {"replay " + directory, "pcap " + directory + " " + directory + "/out"}) {
            Result result = slipway(line.split(" "));
            assertEquals(1, result.status, result.out);
            assertTrue(result.err.endsWith(directory + " is a directory; FILE is one recording\n"), result.err);
        }
        assertFalse(Files.exists(directory.resolve("out")));
    }

    @Test
    void aPortThatCannotBeOpenedLeavesNoRecordingBehind() throws Exception {
        Path to = directory.resolve("out");
        Result result = slipway("record", "--seconds", "1", directory.resolve("no-such-tty").toString(), to.toString());
        assertEquals(1, result.status, result.err);
        assertTrue(result.err.contains("could not be opened, so there is no " + to), result.err);
        assertFalse(Files.exists(to));
    }

    @Test
    void aSecondGatewayOnTheSameDataIsTurnedAwayAndSaysWhy() throws Exception {
        try (GatewayProcess first = new GatewayProcess(directory, "tcp://127.0.0.1:1", "").start()) {
            Result result = slipway("run", "--config", first.config().toString());
            assertEquals(1, result.status, result.err);
            assertTrue(result.err.contains("another gateway has it open"), result.err);
            assertEquals(0, slipway("status", "--config", first.config().toString()).status);
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (GatewayProcess first = new GatewayProcess(directory, "tcp://127.0.0.1:1", "").start()) {
            Path second = Files.writeString(directory.resolve("second"), Files.readString(first.config())
                .replace("/data'", "/data2'"));
            Result result = slipway("run", "--config", second.toString());
            assertEquals(1, result.status, result.err);
            assertTrue(result.err.contains(String.valueOf(first.lanPort)), result.err);
            assertFalse(result.err.contains("\tat "), result.err);
        }
    }

    @Test
    void theStatusOfARunningGatewayIsThereForPeopleAndPrograms() throws Exception {
        try (GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:1", "").start()) {
            Result text = slipway("status", "--config", gateway.config().toString());
            assertEquals(0, text.status, text.err);
            assertTrue(text.out.startsWith("gw-01: slipway "), text.out);
            assertTrue(text.out.contains("\nnot well:\n  link mesh0: "), text.out);
            assertFalse(text.out.contains("\u001b"), "colours are for terminals");
            Result json = slipway("status", "--json", "--config", gateway.config().toString());
            JsonNode status = Captures.JSON.readTree(json.out);
            assertEquals("gw-01", status.get("id").asText());
            assertEquals("open", status.get("states").get("store").asText());
            assertEquals(0, status.get("counters").get("readings_accepted").asInt());
            gateway.stop();
            Result gone = slipway("status", "--config", gateway.config().toString());
            assertEquals(1, gone.status);
            assertTrue(gone.err.contains("no gateway runs"), gone.err);
        }
    }

    @Test
    void decodeShowsOneObjectALine() throws Exception {
        Result result = slipway("decode", Captures.DIRECTORY.resolve("cng-udp.m2h.raw").toString());
        assertEquals(0, result.status);
        assertEquals(Captures.json("cng-udp.m2h.expected.json").get("frames").size(), result.out.lines().count());
        assertEquals(1, slipway("decode", directory.resolve("nothing").toString()).status);
    }

    @Test
    void theDemosCountsAgree() throws Exception {
        Result result = slipway(Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + directory),
            "demo", "--seconds", "4", "--rate", "20");
        assertEquals(0, result.status, result.out + result.err);
        assertTrue(result.out.endsWith("The counts agree.\n"), result.out);
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.filter(file -> file.toString().contains("slipway-demo")).toList());
        }
    }

    @Test
    void theDemoCommandsANodeAndAfterASignalItsCountsAgree() throws Exception {
        Path out = directory.resolve("out");
        Process process = GatewayProcess.command("demo", "--rate", "20").redirectErrorStream(true)
            .redirectOutput(out.toFile()).start();
        try {
            Await.until("the command; the output is in " + out, 60,
                () -> Files.readString(out).contains(" receives  led on"));
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
            assertEquals(143, process.exitValue());
            assertTrue(Files.readString(out).endsWith("The counts agree.\n"), Files.readString(out));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theDemoEndsWhenNobodyReadsItAnyMore() throws Exception {
        Process process = GatewayProcess.command("demo").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            process.getInputStream().read();
            process.getInputStream().close();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
        } finally {
            process.destroyForcibly();
        }
    }

    private static Result slipway(String... args) throws Exception {
        return slipway(Map.of(), args);
    }

    private static Result slipway(Map<String, String> environment, String... args) throws Exception {
        Path out = Files.createTempFile("out", "");
        Path err = Files.createTempFile("err", "");
        ProcessBuilder command = GatewayProcess.command(args).redirectOutput(out.toFile()).redirectError(err.toFile());
        command.environment().putAll(environment);
        Process process = command.start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
            return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }
}
