package io.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which recording {@code slipway record} saves, and what it says where there is none. */
class RecordTest {
    private static final String LINE = "config mesh br\n\toption link file:/none\n\toption record_bytes 16k\n";
    private static final String ROUTED = "config mesh routed\n\toption link 'udp://[::1]:5678'\n"
        + "\toption prefix fd01::/64\n";

    @TempDir
    Path directory;

    private String record(String sections, String... args) throws IOException {
        Path file = directory.resolve("config");
        Files.writeString(file, "config gateway\n\toption id g\n"
            + sections.replace("record_bytes", "record_dir " + directory + "\n\toption record_bytes"));
        String[] all = new String[args.length + 3];
        all[0] = "--config";
        all[1] = file.toString();
        System.arraycopy(args, 0, all, 2, args.length);
        all[all.length - 1] = directory.resolve("out").toString();
        return run(all);
    }

    private static String run(String... args) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int status = Record.run(args, out, out);
        return status + " " + said.toString(StandardCharsets.UTF_8).trim();
    }

    @Test
    void theOneMeshThatIsRecordedNeedsNotBeNamed() throws IOException {
        Files.write(directory.resolve("br.0.rec"),
            "SLIPREC\u0001\0\0\0\0\0\0\0\u0001".getBytes(StandardCharsets.US_ASCII));
        assertEquals("0 16 bytes in " + directory.resolve("out"), record(LINE + ROUTED));
    }

    @Test
    void ofSeveralOneMustBeNamed() throws IOException {
        String two = LINE + LINE.replace("br", "other") + "\toption prefix fd02::/64\n";
        assertEquals("2 slipway record: there are several 'config mesh' that are recorded; --mesh says which",
            record(two));
        assertEquals("1 slipway record: there is no recording of other in " + directory,
            record(two, "--mesh", "other"));
        assertEquals("2 slipway record: there is no 'config mesh' called 'third'", record(two, "--mesh", "third"));
    }

    @Test
    void whereNoneIsRecordedThatIsSaid() throws IOException {
        String none = LINE.replaceAll("\toption record.*\n", "");
        assertEquals("2 slipway record: none of the 'config mesh' is recorded; --mesh names one that was",
            record(none + ROUTED));
        assertEquals("1 slipway record: there is no recording of br in /tmp/slipway/none-of-this; "
            + "'option record_bytes' is not set", record(none + "\toption record_dir /tmp/slipway/none-of-this\n"));
    }

    @Test
    void aMeshThatIsRoutedHasNoLineToRecord() {
        Path out = directory.resolve("out");
        assertEquals("2 slipway record: PORT is 'udp://[::1]:5678'; a mesh that is routed has no line",
            run("--seconds", "1", "udp://[::1]:5678", out.toString()));
        assertFalse(Files.exists(out));
    }
}
