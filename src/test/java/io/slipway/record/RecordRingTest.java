package io.slipway.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordRingTest {
    private static final int BYTES = 32 << 10;

    @TempDir
    Path dir;
    private final Health health = new Health();

    private RecordRing ring() {
        return new RecordRing(dir.resolve("ring"), "mesh0", BYTES, health);
    }

    private static void say(RecordRing ring, int number) {
        byte[] bytes = ("piece " + number).getBytes(StandardCharsets.US_ASCII);
        ring.bytes(LineRecord.Kind.UP, bytes, 0, bytes.length);
    }

    /** The numbers of the pieces in the files, in the order in which a reader gets them. */
    private static List<Integer> held(Path directory) throws IOException {
        List<Integer> held = new ArrayList<>();
        for (Path file : RecordRing.files(directory, "mesh0")) {
            try (InputStream in = Files.newInputStream(file)) {
                RecordingReader reader = new RecordingReader(in);
                for (LineRecord record = reader.next(); record != null; record = reader.next()) {
                    held.add(Integer.parseInt(new String(record.data, StandardCharsets.US_ASCII).substring(6)));
                }
            }
        }
        return held;
    }

    private static void assertEndOf(List<Integer> held, int last) {
        for (int i = 0; i < held.size(); i++) {
            assertEquals(last - held.size() + 1 + i, held.get(i), "not the end without a gap: " + held);
        }
    }

    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        try (var files = Files.newDirectoryStream(dir.resolve("ring"))) {
            for (Path file : files) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    @Test
    void theEndOfTheLineIsKeptAndNoMoreThanTheBytesThatAreAllowed() throws IOException {
        try (RecordRing ring = ring()) {
            for (int i = 1; i <= 20_000; i++) {
                say(ring, i);
                if (i % 500 == 0) {
                    assertTrue(bytesOnDisk() <= BYTES, bytesOnDisk() + " bytes");
                    List<Integer> held = held(dir.resolve("ring"));
                    assertEndOf(held, i);
                    assertTrue(held.size() >= Math.min(i, BYTES / 2 / 30), held.size() + " pieces");
                }
            }
        }
        assertEquals(0, health.value(Counter.RECORD_FAILED));
    }

    @Test
    void whatAnEarlierLifeLeftIsReadBeforeWhatThisOneWrites() throws IOException {
        for (int life = 0; life < 3; life++) {
            try (RecordRing ring = ring()) {
                say(ring, life);
            }
        }
        assertEquals(List.of(1, 2), held(dir.resolve("ring")));
    }

    @Test
    void onlyItsOwnUserMayReadIt() throws IOException {
        try (RecordRing ring = ring()) {
            say(ring, 1);
        }
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("ring"))));
        assertEquals("rw-------", PosixFilePermissions.toString(
            Files.getPosixFilePermissions(dir.resolve("ring/mesh0.0.rec"))));
    }

    @Test
    void aLinkInItsPlaceIsReplacedAndWhatItPointsToStays() throws IOException {
        Path precious = Files.writeString(dir.resolve("precious"), "precious");
        Files.createDirectories(dir.resolve("ring"));
        Files.createSymbolicLink(dir.resolve("ring/mesh0.0.rec"), precious);
        try (RecordRing ring = ring()) {
            say(ring, 1);
        }
        assertEquals("precious", Files.readString(precious));
        assertEquals(List.of(1), held(dir.resolve("ring")));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsSaidOnceAndNotTriedForEachPiece() throws IOException {
        Files.writeString(dir.resolve("ring"), "a file in the way");
        try (RecordRing ring = ring()) {
            for (int i = 0; i < 100; i++) {
                say(ring, i);
            }
        }
        assertEquals(1, health.value(Counter.RECORD_FAILED));
        JsonWriter status = new JsonWriter().object();
        health.writeTo(status);
        assertTrue(status.toString().contains("the recording of mesh0 in "), status.toString());
    }

    @Test
    void nothingIsThereUntilSomethingIsSaid() {
        ring().close();
        assertFalse(Files.exists(dir.resolve("ring")));
        assertEquals(List.of(), RecordRing.files(dir.resolve("ring"), "mesh0"));
    }

    @Test
    void afterAKillEverythingUpToTheLastPieceIsThere() throws Exception {
        Path java = Paths.get(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(java.toString(), "-cp", System.getProperty("java.class.path"),
            RecordRingTest.class.getName(), dir.resolve("ring").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        StringBuilder said = new StringBuilder();
        try (InputStream out = process.getInputStream()) {
            while (said.length() < 30_000) {
                said.append((char) out.read());
            }
            // Not of the process itself, which would close the stream.
            assertTrue(process.toHandle().destroyForcibly());
            said.append(new String(out.readAllBytes(), StandardCharsets.US_ASCII));
        }
        String[] numbers = said.substring(0, said.lastIndexOf("\n")).split("\n");
        int lastSaid = Integer.parseInt(numbers[numbers.length - 1]);
        List<Integer> held = held(dir.resolve("ring"));
        int last = held.get(held.size() - 1);
        assertTrue(last >= lastSaid, last + " after " + lastSaid);
        assertEndOf(held, last);
        try (RecordRing next = ring()) {
            say(next, last + 1);
        }
        Await.until("the end before the kill, and what followed", 30, () -> {
            List<Integer> both = held(dir.resolve("ring"));
            return both.contains(last) && both.contains(last + 1);
        });
    }

    /** Records pieces and says the number of each that is recorded, until it is killed. */
    public static void main(String[] args) {
        RecordRing ring = new RecordRing(Paths.get(args[0]), "mesh0", BYTES, new Health());
        for (int i = 1; ; i++) {
            say(ring, i);
            System.out.println(i);
        }
    }
}
