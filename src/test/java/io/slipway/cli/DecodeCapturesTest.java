package io.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.frame.Captures;
import io.slipway.frame.Captures.Capture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real motes and real hosts sent comes out field by field as expected. */
class DecodeCapturesTest {
    static List<Capture> captures() {
        return Captures.all();
    }

    static List<JsonNode> damaged() {
        List<JsonNode> cases = new ArrayList<>();
        Captures.json("corrupt/expected.json").forEach(cases::add);
        return cases;
    }

    @Test
    void thereAreNineteenExpectationsAndThirteenDamagedStreams() {
        assertEquals(19, captures().size());
        assertEquals(13, damaged().size());
    }

    @ParameterizedTest
    @MethodSource("captures")
    void everyFrameOfACaptureComesOutAsExpected(Capture capture) throws IOException {
        List<JsonNode> expected = new ArrayList<>();
        for (JsonNode frame : capture.expected().get("frames")) {
            expected.add(comparable(frame));
        }
        List<JsonNode> actual = decode(capture.path(), capture.options());
        if (capture.name().startsWith("synth-mqtt")) {
            actual.forEach(DecodeCapturesTest::withoutWhatTheMqttExpectationLacks);
        }
        assertEquals(expected, actual);
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void aDamagedStreamComesOutAsTheReferenceDecodesIt(JsonNode damaged) throws IOException {
        List<JsonNode> expected = new ArrayList<>();
        damaged.get("decode_py").forEach(frame -> expected.add(comparable(frame)));
        assertEquals(expected, decode(file(damaged), List.of()));
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void aDamagedStreamGivesWhatCanBeSaved(JsonNode damaged) throws IOException {
        List<JsonNode> actual = decode(file(damaged), List.of());
        int at = 0;
        for (JsonNode expected : damaged.get("expect")) {
            String type = expected.get("type").asText();
            if (type.equals("any-number-of-invalid")) {
                while (at < actual.size() && actual.get(at).get("type").asText().equals("invalid")) {
                    at++;
                }
                continue;
            }
            JsonNode frame = actual.get(at++);
            assertTrue(List.of(type.split("-or-")).contains(frame.get("type").asText()), frame.toString());
            for (String field : List.of("hex", "reason", "text", "code")) {
                if (expected.has(field)) {
                    assertEquals(expected.get(field), frame.get(field));
                }
            }
            if (expected.has("udp_checksum_ok")) {
                assertEquals(expected.get("udp_checksum_ok"), frame.get("udp").get("checksum_ok"));
            }
        }
        assertEquals(at, actual.size());
    }

    /** The expectations number their frames and may say where they come from; the output has no use for either. */
    private static JsonNode comparable(JsonNode frame) {
        ObjectNode copy = frame.deepCopy();
        copy.remove("i");
        copy.remove("origin");
        return copy;
    }

    private static void withoutWhatTheMqttExpectationLacks(JsonNode frame) {
        assertEquals("mqtt", frame.get("type").asText());
        assertEquals(frame.get("hex").asText().length() / 2, frame.get("len").asInt());
        ((ObjectNode) frame).remove(List.of("off", "end", "type", "len"));
    }

    private static Path file(JsonNode damaged) {
        return Captures.DIRECTORY.resolve("corrupt").resolve(damaged.get("file").asText());
    }

    private static List<JsonNode> decode(Path file, List<String> options) throws IOException {
        List<String> args = new ArrayList<>(options);
        args.add(file.toString());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Decode.run(args.toArray(new String[0]), new PrintStream(out), new PrintStream(err));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        assertEquals(0, status);
        List<JsonNode> frames = new ArrayList<>();
        for (String line : out.toString(StandardCharsets.UTF_8).split("\n")) {
            frames.add(Captures.JSON.readTree(line));
        }
        return frames;
    }
}
