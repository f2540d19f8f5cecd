package io.slipway.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLinkTest extends LinkFixture {
    @TempDir
    Path dir;

    private byte[] recording(Path file, int length) throws Exception {
        byte[] content = new byte[length];
        new Random(SEED).nextBytes(content);
        Files.write(file, content);
        return content;
    }

    @Test
    void theWholeContentArrivesOnceAsFastAsItIsTaken() throws Exception {
        byte[] content = recording(dir.resolve("capture"), 1_000_003);
        RecordingListener listener = new RecordingListener();
        Link link = start("file:" + dir.resolve("capture") + "?rate=0", listener);
        awaitState("ended");
        assertArrayEquals(content, listener.bytes());
        assertEquals(content.length, health.value(Counter.LINK_BYTES_READ));
        int ticks = listener.idle.get();
        Await.until("ticks after the end", 30, () -> listener.idle.get() >= ticks + 2);
        assertArrayEquals(content, listener.bytes(), "played once only");
        assertTrue(link.isOpen());
        assertEquals(0, listener.closed.get());
    }

    @Test
    void aGivenRateIsKeptOnTheAverageInSmallPieces() throws Exception {
        byte[] content = recording(dir.resolve("capture"), 11_520);
        AtomicInteger pieces = new AtomicInteger();
        AtomicInteger largest = new AtomicInteger();
        RecordingListener listener = new RecordingListener() {
            @Override
            public void received(byte[] buffer, int length) {
                pieces.incrementAndGet();
                largest.accumulateAndGet(length, Math::max);
                super.received(buffer, length);
            }
        };
        long start = System.nanoTime();
        start("file:" + dir.resolve("capture") + "?rate=11520", listener);
        awaitState("ended");
        long tookMs = (System.nanoTime() - start) / 1_000_000;
        assertArrayEquals(content, listener.bytes());
        assertTrue(tookMs >= 980, "a second of line time was played in " + tookMs + " ms");
        assertTrue(pieces.get() >= 50 && largest.get() <= 230, pieces + " pieces of at most " + largest + " bytes");
    }

    @Test
    void aSlowFileKeepsItsRateAndEndsAtOnceWhenClosed() throws Exception {
        recording(dir.resolve("capture"), 100);
        RecordingListener listener = new RecordingListener();
        long start = System.nanoTime();
        Link link = start("file:" + dir.resolve("capture") + "?rate=1", listener);
        listener.awaitBytes(2);
        long tookMs = (System.nanoTime() - start) / 1_000_000;
        assertTrue(tookMs >= 1980, "two seconds of line time were played in " + tookMs + " ms");
        link.close();
        assertEquals(1, listener.closed.get());
        assertEquals("closed", state());
        assertTrue(listener.bytes().length < 20);
    }

    @Test
    void whatIsWrittenIsAcceptedAndGoesNowhere() throws Exception {
        byte[] content = recording(dir.resolve("capture"), 300);
        RecordingListener listener = new RecordingListener();
        Link link = start("file:" + dir.resolve("capture") + "?rate=0", listener);
        awaitState("ended");
        link.write(allBytes(1), 0, 256);
        assertEquals(256, health.value(Counter.LINK_BYTES_WRITTEN));
        assertArrayEquals(content, Files.readAllBytes(dir.resolve("capture")));
        assertTrue(link.isOpen());
    }

    @Test
    void aMissingFileIsNamedAndPlayedAsSoonAsItIsThere() throws Exception {
        RecordingListener listener = new RecordingListener();
        start("file:" + dir.resolve("capture") + "?rate=0", listener);
        awaitState("waiting: " + dir.resolve("capture") + ": no such file");
        assertEquals(0, listener.opened.get());
        Await.until("more attempts", 30, () -> health.value(Counter.LINK_FAILED) > 5);
        byte[] content = recording(dir.resolve("other"), 3000);
        Files.move(dir.resolve("other"), dir.resolve("capture"));
        awaitState("ended");
        assertArrayEquals(content, listener.bytes());
        assertEquals(1, health.value(Counter.LINK_OPENED));
        assertEquals(0, listener.closed.get(), "what was never open is not closed");
    }

    @Test
    void aDirectoryIsRefusedWithAClearReason() {
        start("file:" + dir, new RecordingListener());
        awaitState("waiting: " + dir + ": is a directory");
    }
}
