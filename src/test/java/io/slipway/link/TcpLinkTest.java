package io.slipway.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.retry.Backoff;
import io.slipway.testing.Await;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpLinkTest extends LinkFixture {
    private final RecordingListener listener = new RecordingListener();
    private Server server;
    private String config;

    @BeforeEach
    void findPort() throws IOException {
        server = new Server();
        config = "tcp://127.0.0.1:" + server.port;
    }

    @AfterEach
    void closeServer() throws IOException {
        server.close();
    }

    @Test
    void everyByteGoesBothWaysUnchanged() throws Exception {
        server.listen();
        Link link = start(config, listener);
        byte[] all = allBytes(100);
        try (Socket peer = server.accept()) {
            listener.awaitOpened(1);
            peer.getOutputStream().write(all);
            listener.awaitBytes(all.length);
            assertArrayEquals(all, listener.bytes());
            link.write(all, 1, 254);
            assertArrayEquals(Arrays.copyOfRange(all, 1, 255), peer.getInputStream().readNBytes(254));
            assertEquals(254, health.value(Counter.LINK_BYTES_WRITTEN));
            assertEquals("open", state());
        }
    }

    @Test
    void aServerThatIsAbsentAtFirstIsFoundLater() throws Exception {
        Link link = start(config, listener);
        awaitState("waiting: " + config + ": Connection refused");
        assertFalse(link.isOpen());
        assertThrows(IOException.class, () -> link.write(new byte[1], 0, 1));
        server.listen();
        try (Socket peer = server.accept()) {
            peer.getOutputStream().write(7);
            listener.awaitBytes(1);
            assertTrue(link.isOpen());
        }
    }

    @Test
    void aServerThatDiesAndReturnsManyTimesIsFoundEachTime() throws Exception {
        Link link = start(config, listener);
        for (int round = 1; round <= 12; round++) {
            server.listen();
            try (Socket peer = server.accept()) {
                // Before the reset: the link is quick to come back.
                server.close();
                peer.getOutputStream().write(round);
                listener.awaitBytes(round);
                link.write(new byte[] {(byte) round}, 0, 1);
                if (round % 2 == 0) {
                    Server.reset(peer);
                } else {
                    assertEquals(round, peer.getInputStream().read());
                }
            }
            listener.awaitClosed(round);
        }
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, listener.bytes());
        assertEquals(12, health.value(Counter.LINK_OPENED));
        assertTrue(health.value(Counter.LINK_FAILED) >= 12);
    }

    @Test
    void aPeerThatDiesInTheMiddleOfAWriteMakesItFailAndTheNextOneGetsWholeFrames() throws Exception {
        server.listen();
        Link link = start(config, listener);
        AtomicReference<IOException> failure = new AtomicReference<>();
        try (Socket peer = server.accept()) {
            listener.awaitOpened(1);
            Thread writer = inBackground(link, new byte[8_000_000], failure);
            assertEquals(5000, peer.getInputStream().readNBytes(5000).length);
            Server.reset(peer);
            writer.join(30_000);
            assertFalse(writer.isAlive());
        }
        assertTrue(failure.get() != null, "a write that was cut off must not return as if all were well");
        try (Socket peer = server.accept()) {
            listener.awaitOpened(2);
            link.write(allBytes(1), 0, 256);
            assertArrayEquals(allBytes(1), peer.getInputStream().readNBytes(256));
        }
    }

    @Test
    void aPeerThatStopsReadingDoesNotHangTheWriterForEver() throws Exception {
        server.listen();
        Link link = start(config, listener, 400);
        AtomicReference<IOException> failure = new AtomicReference<>();
        try (Socket peer = server.accept()) {
            listener.awaitOpened(1);
            Thread writer = inBackground(link, new byte[8_000_000], failure);
            writer.join(30_000);
            assertFalse(writer.isAlive());
            assertTrue(failure.get().getMessage().contains("stopped reading"), failure.get().getMessage());
            listener.awaitClosed(1);
            assertFalse(peer.isClosed());
        }
        try (Socket peer = server.accept()) {
            listener.awaitOpened(2);
            link.write(allBytes(1), 0, 256);
            assertArrayEquals(allBytes(1), peer.getInputStream().readNBytes(256));
        }
    }

    private static Thread inBackground(Link link, byte[] bytes, AtomicReference<IOException> failure) {
        Thread writer = new Thread(() -> {
            try {
                link.write(bytes, 0, bytes.length);
            } catch (IOException failed) {
                failure.set(failed);
            }
        });
        writer.start();
        return writer;
    }

    @Test
    void ticksComeWhileTheLinkIsSilentAndWhileItIsClosed() throws Exception {
        Link link = start(config, listener);
        Await.until("ticks while closed", 30, () -> listener.idle.get() >= 2);
        assertFalse(link.isOpen());
        server.listen();
        try (Socket peer = server.accept()) {
            listener.awaitOpened(1);
            int before = listener.idle.get();
            Await.until("ticks while open", 30, () -> listener.idle.get() >= before + 2);
            assertFalse(peer.isClosed());
        }
    }

    @Test
    void closingEndsTheThreadWhileItReadsAndTellsTheListener() throws Exception {
        server.listen();
        Link link = start(config, listener);
        try (Socket peer = server.accept()) {
            listener.awaitOpened(1);
            link.close();
            assertFalse(hasLinkThreads());
            assertEquals(1, listener.closed.get());
            assertEquals("closed", state());
            assertEquals(-1, peer.getInputStream().read());
            assertThrows(IOException.class, () -> link.write(new byte[1], 0, 1));
        }
    }

    @Test
    void closingEndsAnAttemptToConnectThatIsNotAnswered() {
        // TEST-NET-1 of RFC 5737: nobody answers there, or the network says so at once; both must end.
        Link link = start("tcp://192.0.2.1:9", listener);
        Await.until("the attempt", 10, LinkFixture::hasLinkThreads);
        link.close();
        assertFalse(hasLinkThreads());
        assertEquals(0, listener.opened.get());
    }

    @Test
    void closingFreesAWriterThatHangs() throws Exception {
        server.listen();
        Link link = start(config, listener, 60_000);
        AtomicReference<IOException> failure = new AtomicReference<>();
        try (Socket peer = server.accept()) {
            listener.awaitOpened(1);
            Thread writer = inBackground(link, new byte[8_000_000], failure);
            assertEquals(100, peer.getInputStream().readNBytes(100).length);
            link.close();
            writer.join(10_000);
            assertFalse(writer.isAlive());
            assertFalse(hasLinkThreads());
        }
        assertTrue(failure.get() != null);
    }

    @Test
    void theListenerMayWriteAndMayCloseTheLinkItself() throws Exception {
        server.listen();
        AtomicReference<Link> self = new AtomicReference<>();
        RecordingListener answering = new RecordingListener() {
            @Override
            public void received(byte[] buffer, int length) {
                super.received(buffer, length);
                try {
                    self.get().write(buffer, 0, length);
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
                self.get().close();
            }
        };
        self.set(start(config, answering));
        try (Socket peer = server.accept()) {
            answering.awaitOpened(1);
            peer.getOutputStream().write(42);
            assertEquals(42, peer.getInputStream().read());
            assertEquals(-1, peer.getInputStream().read());
        }
        answering.awaitClosed(1);
    }

    @Test
    void aListenerThatThrowsIsNotedAndTheLinkGoesOn() throws Exception {
        server.listen();
        RecordingListener faulty = new RecordingListener() {
            @Override
            public void received(byte[] buffer, int length) {
                if (buffer[0] == 1) {
                    throw new IllegalStateException("cannot bear a 1");
                }
                super.received(buffer, length);
            }
        };
        start(config, faulty);
        try (Socket peer = server.accept()) {
            peer.getOutputStream().write(1);
            faulty.awaitClosed(1);
        }
        try (Socket peer = server.accept()) {
            peer.getOutputStream().write(2);
            faulty.awaitBytes(1);
        }
        assertArrayEquals(new byte[] {2}, faulty.bytes());
    }

    @Test
    void withoutMemoryItsThreadDiesSoThatTheProcessEnds() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        AtomicReference<Throwable> heard = new AtomicReference<>();
        Thread.setDefaultUncaughtExceptionHandler((thread, cause) -> heard.set(cause));
        try {
            server.listen();
            start(config, new RecordingListener() {
                @Override
                public void received(byte[] buffer, int length) {
                    throw new OutOfMemoryError("on purpose");
                }
            });
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write(1);
                Await.until("the end of the thread", 30, () -> heard.get() instanceof OutOfMemoryError);
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void bytesMakeTheNextWaitShortAgain() throws Exception {
        server.listen();
        start(config, listener, hoursOfWaiting(), 5000);
        try (Socket peer = server.accept()) {
            peer.getOutputStream().write(1);
            listener.awaitBytes(1);
        }
        listener.awaitOpened(2);
    }

    @Test
    void aConnectionThatBroughtNothingDoesNotMakeTheNextWaitShort() throws Exception {
        server.listen();
        Link link = start(config, listener, hoursOfWaiting(), 5000);
        server.accept().close();
        listener.awaitClosed(1);
        awaitState("waiting: " + config + ": closed by the other side");
        int ticks = listener.idle.get();
        Await.until("ticks", 30, () -> listener.idle.get() >= ticks + 2);
        assertEquals(1, listener.opened.get());
        link.close();
        assertFalse(hasLinkThreads(), "closing ends a long wait");
    }

    /** As after many failures: the next wait is at least an hour, unless it is reset to the first, some ms. */
    private static Backoff hoursOfWaiting() {
        Backoff backoff = new Backoff(20, 7_200_000, new Random(SEED));
        for (int i = 0; i < 30; i++) {
            backoff.nextMs();
        }
        return backoff;
    }

    @Test
    void anUnknownHostIsNamed() {
        start("tcp://nowhere.invalid:1", listener);
        awaitState("waiting: tcp://nowhere.invalid:1: unknown host");
    }
}
