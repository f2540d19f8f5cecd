package io.slipway.frame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The recorded serial lines and what they must decode to. */
public final class Captures {
    public static final Path DIRECTORY = Path.of("src/test/resources/captures");
    public static final ObjectMapper JSON = new ObjectMapper();

    private Captures() {
    }

    /** A recording with an expectation: its name without endings, such as {@code cng-udp.m2h}. */
    public record Capture(String name, byte[] bytes, JsonNode expected) {
        public boolean isSlipRadio() {
            return expected.path("link").asText().startsWith("slip-radio");
        }

        public boolean crc8() {
            return expected.path("crc8").asBoolean();
        }

        public boolean attributes() {
            return expected.path("rx_attrs").asBoolean();
        }

        public FrameDecoder decoder() {
            FrameDecoder.Mode mode = isSlipRadio() ? FrameDecoder.Mode.SLIP_RADIO : FrameDecoder.Mode.BORDER_ROUTER;
            return new FrameDecoder(mode, crc8(), attributes());
        }

        /** What {@code decode} needs to know for this file. */
        public List<String> options() {
            List<String> options = new ArrayList<>(List.of("--mode", isSlipRadio() ? "slipradio" : "br"));
            if (crc8()) {
                options.add("--crc8");
            }
            if (attributes()) {
                options.add("--attrs");
            }
            return options;
        }

        public Path path() {
            return DIRECTORY.resolve(name + ".raw");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** All recordings that have an expectation. */
    public static List<Capture> all() {
        List<Capture> captures = new ArrayList<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("m2h.expected.json") || name.endsWith("h2m.expected.json")) {
                    captures.add(named(name.replace(".expected.json", "")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return captures;
    }

    public static Capture named(String name) {
        return new Capture(name, raw(name), json(name + ".expected.json"));
    }

    public static byte[] raw(String name) {
        try {
            return Files.readAllBytes(DIRECTORY.resolve(name + ".raw"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(String file) {
        try {
            return JSON.readTree(DIRECTORY.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
