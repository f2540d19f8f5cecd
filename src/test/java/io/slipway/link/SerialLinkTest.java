package io.slipway.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.LinkConfig;
import io.slipway.health.Counter;
import io.slipway.json.JsonWriter;
import io.slipway.retry.Backoff;
import io.slipway.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerialLinkTest extends LinkFixture {
    @TempDir
    Path dir;
    private final RecordingListener listener = new RecordingListener();
    private Path device;
    private Pty pty;

    @BeforeEach
    void namePty() {
        device = dir.resolve("ttyMote");
        pty = new Pty(device);
    }

    @AfterEach
    void closePty() {
        pty.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?baud=115200&dtr=off&rts=off", "?baud=1200", "?baud=123456", "?baud=921600",
        "?flow=rtscts"})
    void everyByteGoesBothWaysUnchanged(String options) throws Exception {
        pty.plug();
        Link link = start("serial:" + device + options, listener);
        listener.awaitOpened(1);
        byte[] all = allBytes(8);
        pty.send(all);
        listener.awaitBytes(all.length);
        assertArrayEquals(all, listener.bytes());
        link.write(all, 3, 2000);
        assertArrayEquals(Arrays.copyOfRange(all, 3, 2003), pty.receive(2000));
        assertEquals("open", state());
        assertEquals(all.length, health.value(Counter.LINK_BYTES_READ));
        assertEquals(2000, health.value(Counter.LINK_BYTES_WRITTEN));
    }

    @Test
    void aDeviceThatIsAbsentAtFirstIsOpenedWhenItIsPluggedIn() throws Exception {
        Link link = start("serial:" + device, listener);
        awaitState("waiting: " + device + ": no such device");
        Await.until("more attempts", 30, () -> health.value(Counter.LINK_FAILED) > 3);
        assertFalse(link.isOpen());
        pty.plug();
        listener.awaitOpened(1);
        pty.send(new byte[] {9});
        listener.awaitBytes(1);
    }

    @Test
    void aDeviceThatIsUnpluggedAndPluggedInAgainIsOpenedEachTime() throws Exception {
        Link link = start("serial:" + device, listener);
        for (int round = 1; round <= 4; round++) {
            pty.plug();
            listener.awaitOpened(round);
            pty.send(new byte[] {(byte) round});
            listener.awaitBytes(round);
            link.write(new byte[] {(byte) -round}, 0, 1);
            assertArrayEquals(new byte[] {(byte) -round}, pty.receive(1));
            pty.unplug();
            listener.awaitClosed(round);
            awaitState("waiting: " + device + ": no such device");
        }
        assertArrayEquals(new byte[] {1, 2, 3, 4}, listener.bytes());
        assertEquals(4, health.value(Counter.LINK_OPENED));
    }

    @Test
    void aDeviceUnderALinkThatComesBackUnderAnotherNameIsFound() throws Exception {
        Path byId = dir.resolve("usb-Silicon_Labs_CP2102_0001-if00-port0");
        start("serial:" + byId, listener);
        for (int round = 1; round <= 3; round++) {
            try (Pty renamed = new Pty(dir.resolve("ttyUSB" + round))) {
                renamed.plug();
                Files.createSymbolicLink(byId, dir.resolve("ttyUSB" + round));
                listener.awaitOpened(round);
                renamed.send(new byte[] {(byte) round});
                listener.awaitBytes(round);
                Files.delete(byId);
                renamed.unplug();
                listener.awaitClosed(round);
            }
        }
        assertArrayEquals(new byte[] {1, 2, 3}, listener.bytes());
    }

    /** Not only after the wait that has grown to an hour meanwhile. */
    @Test
    void aDeviceThatIsPluggedInIsOpenedAtOnce() throws Exception {
        start("serial:" + device, listener, new Backoff(3_600_000, 3_600_000, new Random(SEED)), 5000);
        awaitState("waiting: " + device + ": no such device");
        pty.plug();
        listener.awaitOpened(1);
    }

    @Test
    void aPtyHasNoLinesForAReset() throws Exception {
        pty.plug();
        AtomicReference<Link> link = new AtomicReference<>();
        RecordingListener resetting = new RecordingListener() {
            @Override
            public void received(byte[] buffer, int length) {
                super.received(buffer, length);
                link.get().reset();
            }
        };
        link.set(start("serial:" + device + "?reset=both&reset_ms=1", resetting));
        resetting.awaitOpened(1);
        pty.send(new byte[] {1});
        Await.until("the error", 30, () -> {
            JsonWriter status = new JsonWriter().object();
            health.writeTo(status);
            return status.toString().contains("link test: " + device + " cannot give the mote a reset pulse");
        });
        pty.send(new byte[] {2});
        resetting.awaitBytes(2);
        assertEquals(0, health.value(Counter.LINK_RESETS));
        assertEquals(1, health.value(Counter.LINK_OPENED));
    }

    @Test
    void aMoteThatStopsReadingMakesTheWriteFailWithoutSpinning() throws Exception {
        pty.plug();
        Link link = start("serial:" + device, listener, 2000);
        listener.awaitOpened(1);
        AtomicReference<IOException> failure = new AtomicReference<>();
        long cpuBefore = linkCpuMs();
        Thread writer = fill(link, failure);
        AtomicReference<Long> cpuLast = new AtomicReference<>(0L);
        Await.until("the write to fail", 30, () -> {
            cpuLast.set(Math.max(cpuLast.get(), linkCpuMs()));
            return failure.get() != null;
        });
        writer.join(30_000);
        assertTrue(failure.get().getMessage().contains("stopped reading"), failure.get().getMessage());
        assertTrue(cpuLast.get() - cpuBefore < 300, "a blocked write took " + (cpuLast.get() - cpuBefore)
            + " ms of CPU time in 2000 ms");
        listener.awaitClosed(1);
        listener.awaitOpened(2);
    }

    /** Writes frames until it fails: when the buffers of pipe and pty are full, the next one has no room. */
    private static Thread fill(Link link, AtomicReference<IOException> failure) {
        Thread writer = new Thread(() -> {
            byte[] frame = new byte[500];
            try {
                for (int i = 0; i < 10_000; i++) {
                    link.write(frame, 0, frame.length);
                }
            } catch (IOException failed) {
                failure.set(failed);
            }
        });
        writer.start();
        return writer;
    }

    @Test
    void closingFreesAWriterThatHangs() throws Exception {
        pty.plug();
        Link link = start("serial:" + device, listener, 60_000);
        listener.awaitOpened(1);
        AtomicReference<IOException> failure = new AtomicReference<>();
        Thread writer = fill(link, failure);
        Await.until("a full buffer", 30, () -> {
            long before = health.value(Counter.LINK_BYTES_WRITTEN);
            int tick = listener.idle.get();
            Await.until("a tick", 30, () -> listener.idle.get() > tick);
            return before > 0 && before == health.value(Counter.LINK_BYTES_WRITTEN);
        });
        link.close();
        writer.join(10_000);
        assertFalse(writer.isAlive());
        assertTrue(failure.get() != null);
    }

    /** While the port is still open: woken by closing, the writer might meet another file under the old number. */
    @Test
    void cancellingWakesAWriterThatHangsBeforeThePortIsClosed() throws Exception {
        pty.plug();
        SerialPortStream port = new SerialPortStream(LinkConfig.parse("serial:" + device));
        AtomicInteger frames = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        port.open();
        Thread writer = new Thread(() -> {
            try {
                while (!enough.get()) {
                    port.write(new byte[500]);
                    frames.incrementAndGet();
                }
            } catch (IOException failed) {
                frames.set(-1);
            }
        });
        writer.start();
        try {
            awaitNoProgress(frames);
            enough.set(true);
            assertTrue(writer.isAlive());
            int before = frames.get();
            port.cancel();
            Await.until("the writer's end", 30, () -> !writer.isAlive());
            assertEquals(before + 1, frames.get());
        } finally {
            port.close();
            Await.until("the writer's end", 30, () -> !writer.isAlive());
        }
    }

    /** Until the number has risen and then stood still for about a second. */
    private static void awaitNoProgress(AtomicInteger number) {
        AtomicInteger last = new AtomicInteger(-1);
        AtomicInteger still = new AtomicInteger();
        Await.until("the buffers to be full", 30, () -> {
            int now = number.get();
            still.set(now > 0 && now == last.getAndSet(now) ? still.get() + 1 : 0);
            return still.get() >= 60;
        });
    }

    @Test
    void closingEndsTheThreadWhileItReads() throws Exception {
        pty.plug();
        Link link = start("serial:" + device, listener);
        Await.until("a tick, so that it surely reads", 30, () -> listener.idle.get() >= 1);
        link.close();
        assertFalse(hasLinkThreads());
        assertEquals(1, listener.closed.get());
        assertThrows(IOException.class, () -> link.write(new byte[1], 0, 1));
    }

    @Test
    void aReadTimeoutThatAnotherProgramTookAwayIsRestoredInsteadOfSpinning() throws Exception {
        pty.plug();
        start("serial:" + device, listener);
        listener.awaitOpened(1);
        stty("min", "0", "time", "0");
        long before = linkCpuMs();
        int ticks = listener.idle.get();
        Await.until("ticks", 30, () -> listener.idle.get() >= ticks + 2);
        long cpu = linkCpuMs() - before;
        assertTrue(cpu < 300, "two silent seconds took " + cpu + " ms of CPU time");
        pty.send(new byte[] {5});
        listener.awaitBytes(1);
    }

    private void stty(String... settings) throws Exception {
        String[] command = new String[settings.length + 3];
        command[0] = "stty";
        command[1] = "-F";
        command[2] = device.toString();
        System.arraycopy(settings, 0, command, 3, settings.length);
        Process stty = new ProcessBuilder(command).inheritIO().start();
        assertTrue(stty.waitFor(30, TimeUnit.SECONDS) && stty.exitValue() == 0);
    }

    @Test
    void aDirectoryAndAPlainFileAreNoSerialPorts() throws Exception {
        start("serial:" + dir, listener);
        awaitState("waiting: " + dir + ": not a serial port");
        Path plain = Files.write(dir.resolve("plain"), new byte[10]);
        start("serial:" + plain, new RecordingListener());
        awaitState("waiting: " + plain + ": not a serial port");
        assertEquals(0, health.value(Counter.LINK_OPENED));
        assertEquals(0, listener.closed.get());
    }

    @Test
    void aDeviceThatAnotherProgramHasLockedIsSaidToBeInUse() throws Exception {
        pty.plug();
        Process other = new ProcessBuilder("flock", "--exclusive", device.toRealPath().toString(), "sh", "-c",
            "echo locked; read wait").start();
        try {
            assertEquals('l', other.getInputStream().read());
            start("serial:" + device, listener);
            awaitState("waiting: " + device + ": in use by another program");
        } finally {
            other.getOutputStream().close();
            assertTrue(other.waitFor(30, TimeUnit.SECONDS));
        }
        listener.awaitOpened(1);
    }
}
