package io.slipway.link;

import io.slipway.testing.Await;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A mote on a cable: a pty by socat, whose far end is socat's standard input and output. */
final class Pty implements Closeable {
    private final Path device;
    private Process socat;

    Pty(Path device) {
        this.device = device;
    }

    /** Plugs it in: from now on the device is there. */
    void plug() throws IOException {
        socat = new ProcessBuilder("socat", "PTY,raw,echo=0,link=" + device, "STDIO")
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Await.until("the pty", 30, () -> Files.exists(device));
    }

    /** Pulls it out: the process dies, and with it the device. */
    void unplug() throws InterruptedException, IOException {
        socat.destroyForcibly();
        if (!socat.waitFor(30, TimeUnit.SECONDS)) {
            throw new IOException("socat does not end");
        }
        Files.deleteIfExists(device);
    }

    void send(byte[] bytes) throws IOException {
        socat.getOutputStream().write(bytes);
        socat.getOutputStream().flush();
    }

    byte[] receive(int count) {
        InputStream from = socat.getInputStream();
        Await.until(count + " bytes on the far end", 30, () -> from.available() >= count);
        try {
            return from.readNBytes(count);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        if (socat != null) {
            socat.destroyForcibly();
            Await.until("the end of socat", 30, () -> !socat.isAlive());
        }
    }
}
