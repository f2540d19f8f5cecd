package io.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.frame.Captures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return Decode.run(args, new PrintStream(out), new PrintStream(err));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsOneObjectALine(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("line.raw"), Captures.hex("C0 3F 50 C0 41 DB C0 42"));
        assertEquals(0, run(file.toString()));
        assertEquals("{\"off\":1,\"end\":3,\"type\":\"query\",\"code\":\"P\",\"len\":2,\"hex\":\"3f50\"}\n"
            + "{\"off\":4,\"end\":6,\"type\":\"invalid\",\"reason\":\"escape-then-end\",\"len\":1,\"hex\":\"41\"}\n"
            + "{\"off\":7,\"end\":8,\"type\":\"invalid\",\"reason\":\"truncated\",\"len\":1,\"hex\":\"42\"}\n", out());
        assertEquals("", err());
    }

    @Test
    void showsTheFirstHundredBytesOfADamagedFrame(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("line.raw"), new byte[3000]);
        assertEquals(0, run(file.toString()));
        assertEquals("{\"off\":0,\"end\":3000,\"type\":\"invalid\",\"reason\":\"oversize\",\"len\":2048,\"hex\":\""
            + "00".repeat(100) + "\"}\n", out());
    }

    @Test
    void readsTheStandardInput() throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(Captures.raw("cng-udp.m2h")));
        try {
            assertEquals(0, run("-"));
        } finally {
            System.setIn(before);
        }
        assertEquals(36, out().split("\n").length);
    }

    @Test
    void aFileThatIsLongerThanAPieceKeepsItsOffsets(@TempDir Path directory) throws IOException {
        byte[] capture = Captures.raw("cng-coap.m2h");
        Path file = directory.resolve("long.raw");
        int copies = 20;
        try (OutputStream long20 = Files.newOutputStream(file)) {
            for (int i = 0; i < copies; i++) {
                long20.write(capture);
            }
        }
        assertEquals(0, run(file.toString()));
        String[] lines = out().split("\n");
        assertEquals(72 * copies, lines.length);
        assertTrue(lines[lines.length - 1].contains("\"end\":" + (capture.length * copies - 1) + ","));
    }

    @Test
    void stopsQuietlyWhenNobodyReadsTheOutput() {
        PrintStream closed = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
        String file = Captures.DIRECTORY.resolve("cng-coap.m2h.raw").toString();
        assertEquals(0, Decode.run(new String[] {file}, closed, new PrintStream(err)));
        assertEquals("", err());
    }

    @Test
    void aFileThatCannotBeReadIsAFailureWithAMessage(@TempDir Path directory) {
        assertEquals(1, run(directory.resolve("none.raw").toString()));
        assertTrue(err().startsWith("slipway decode: cannot read " + directory.resolve("none.raw") + " ("), err());
        err.reset();
        assertEquals(1, run(directory.toString()));
        assertTrue(err().startsWith("slipway decode: cannot read " + directory + " ("), err());
        assertEquals("", out());
        assertEquals(1, err().split("\n").length);
    }

    @Test
    void wrongArgumentsAreAUsageErrorWithAMessage() {
        assertUsage("no FILE");
        assertUsage("no FILE", "--crc8");
        assertUsage("more than one FILE", "a", "b");
        assertUsage("unknown option --crc9", "--crc9", "a");
        assertUsage("unknown option -v", "-v", "a");
        assertUsage("--mode must be br or slipradio", "--mode");
        assertUsage("--mode must be br or slipradio", "--mode", "both", "a");
    }

    private void assertUsage(String problem, String... args) {
        err.reset();
        assertEquals(2, run(args));
        assertEquals("slipway decode: " + problem + " (see slipway decode --help)" + System.lineSeparator(), err());
        assertEquals("", out());
    }

    @Test
    void helpNamesEveryOption() {
        assertEquals(0, run("--help"));
        for (String option : new String[] {"--mode br|slipradio", "--crc8", "--attrs", "--help", "FILE"}) {
            assertTrue(out().contains(option), option);
        }
        assertEquals("", err());
    }
}
