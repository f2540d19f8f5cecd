package io.slipway.link;

import io.slipway.config.LinkConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import io.slipway.record.LineRecord;
import io.slipway.record.Recorder;
import io.slipway.retry.Backoff;
import java.io.Closeable;
import java.io.IOException;
import java.util.Random;
import org.tinylog.Logger;

/**
 * A byte stream that looks after itself. One thread opens the device, reads it, and when it is lost opens it again,
 * for ever, with growing waits in between. The status shows it as {@code link NAME}: {@code open}, {@code ended}
 * (a recording that is over), {@code waiting: REASON} or {@code closed}.
 */
public final class Link implements Closeable {
    private static final int BUFFER_BYTES = 2048;
    private static final long TICK_NS = 1_000_000_000L;
    private static final long CLOSE_TIMEOUT_MS = 2000;
    /** A link that stayed open for so long is a good one, even if nothing came. */
    private static final long GOOD_AFTER_NS = 30_000_000_000L;

    private final String part;
    /** The reader's. */
    private Pulse pulse;
    private final LinkConfig config;
    private final Health health;
    private final Backoff backoff;
    private final int writeTimeoutMs;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private LinkListener listener;
    /** {@code null} where nobody takes down what goes over the line. */
    private Recorder recorder;
    private String lastEvent;
    private Thread thread;
    private long lastTickNs;
    private String lastBug;
    /** Why the listener wants the device opened anew; {@code null} while it does not. */
    private String reopenReason;
    private boolean resetWanted;
    private volatile boolean closing;
    private volatile Port port;
    /** Not {@code null} exactly while the link is open. */
    private volatile PortWriter writer;

    /**
     * Opens nothing yet.
     *
     * @param name for status, log and thread names, such as {@code mesh0}
     */
    public Link(String name, LinkConfig config, Health health) {
        this(name, config, health, new Backoff(500, 30_000, new Random()), writeTimeoutMs(config));
    }

    Link(String name, LinkConfig config, Health health, Backoff backoff, int writeTimeoutMs) {
        this.part = "link " + name;
        this.config = config;
        this.health = health;
        this.backoff = backoff;
        this.writeTimeoutMs = writeTimeoutMs;
    }

    /** Five seconds, and the time that a slow line needs to make room where 8 KB wait in its buffers. */
    private static int writeTimeoutMs(LinkConfig config) {
        return config.kind == LinkConfig.Kind.SERIAL ? 5000 + 8192 * 10 * 1000 / config.baud : 5000;
    }

    /** Has everything that goes over the line taken down, until this link is closed. Before {@link #start}. */
    public void record(Recorder to) {
        recorder = to;
    }

    /**
     * Begins to open the device, in a thread of its own, and returns at once. To be called once.
     *
     * @param to is told of everything, by that thread
     */
    public synchronized void start(LinkListener to) {
        if (thread != null || closing) {
            throw new IllegalStateException(part + " was started or closed before");
        }
        listener = to;
        lastTickNs = System.nanoTime();
        thread = new Thread(new Runnable() {
            @Override
            public void run() {
                live();
            }
        }, part);
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether bytes can be written now. Any thread. */
    public boolean isOpen() {
        return writer != null;
    }

    /**
     * Writes all of it. Any thread; writers wait for each other. Blocks while the device takes no bytes, at most
     * some seconds (five, more on a serial line below 115200 baud); after that, and after any other failure, the
     * link closes and opens itself again. When this returns the bytes are with the operating system, no further.
     *
     * @throws IOException when the link is not open, or failed, or the device did not take the bytes in time; how
     *     many of them went out is then unknown
     */
    public void write(byte[] bytes, int off, int len) throws IOException {
        PortWriter to = writer;
        if (to == null) {
            throw new IOException(part + " is not open");
        }
        if (recorder != null) {
            recorder.bytes(LineRecord.Kind.DOWN, bytes, off, len);
        }
        try {
            to.write(bytes, off, len);
        } catch (IOException failed) {
            note("write failed: " + failed.getMessage());
            throw new IOException(part + ": " + failed.getMessage(), failed);
        }
        health.count(Counter.LINK_BYTES_WRITTEN, len);
    }

    /**
     * Has the device closed and, after a wait that grows as after any failure, opened again. Only the listener may call
     * it, in one of its methods; it happens when that has returned.
     *
     * @param reason for people
     */
    public void reopen(String reason) {
        reopenReason = reason;
    }

    /**
     * Has the mote reset by a pulse on the lines that are configured for it; says so among the errors where that cannot
     * be done. Only the listener may call it, in one of its methods; it happens when that has returned.
     */
    public void reset() {
        resetWanted = true;
    }

    /**
     * Closes the device and ends the thread; the listener has heard of it when this returns. Any thread, as often
     * as wanted. Returns after two seconds at the latest: where the device hangs for longer, its thread is left to
     * end by itself.
     */
    @Override
    public void close() {
        Thread reader;
        synchronized (this) {
            closing = true;
            reader = thread;
            notifyAll();
        }
        Port opening = port;
        if (opening != null) {
            opening.cancel();
        }
        if (reader == null || reader == Thread.currentThread()) {
            return;
        }
        try {
            reader.join(CLOSE_TIMEOUT_MS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        if (reader.isAlive()) {
            health.error(part + ": " + where() + " hangs and was left behind while closing");
        }
    }

    private void live() {
        pulse = health.pulse(part, false);
        while (!closing) {
            String reason = attempt();
            note("closed: " + reason);
            if (!closing) {
                health.count(Counter.LINK_FAILED);
                health.error(part + ": " + reason);
                health.state(part, "waiting: " + reason);
                pause(backoff.nextMs());
            }
        }
        health.state(part, "closed");
        if (recorder != null) {
            recorder.close();
        }
    }

    /** Once where the same happens again and again: a port that is missing must not push the line's end out. */
    private void note(String event) {
        if (recorder != null) {
            synchronized (recorder) {
                if (!event.equals(lastEvent)) {
                    lastEvent = event;
                    recorder.event(event);
                }
            }
        }
    }

    /** Opens, reads as long as it goes well, closes; returns why it did not last. */
    private String attempt() {
        Port opened = null;
        try {
            opened = newPort();
            port = opened;
            if (closing) {
                // close() came too early to see this port, and so could not cancel its opening.
                return "closed";
            }
            opened.open();
            serve(opened);
            return "closed";
        } catch (IOException failed) {
            return where() + ": " + failed.getMessage();
        } catch (VirtualMachineError fatal) {
            // Where memory has run out the process ends, instead of trying the line for ever.
            throw fatal;
        } catch (Throwable bug) {
            return describe(bug);
        } finally {
            port = null;
            if (opened != null) {
                opened.close();
            }
        }
    }

    private Port newPort() {
        switch (config.kind) {
            case SERIAL:
                return new SerialPortStream(config);
            case TCP:
                return new TcpPort(config.target, config.port);
            default:
                return new FilePort(config.target, config.rate);
        }
    }

    private void serve(Port opened) throws IOException {
        PortWriter ownWriter = new PortWriter(part + " writer", opened, writeTimeoutMs);
        health.count(Counter.LINK_OPENED);
        health.state(part, "open");
        note("open");
        writer = ownWriter;
        long openedNs = System.nanoTime();
        lastTickNs = openedNs;
        reopenReason = null;
        resetWanted = false;
        try {
            pulse.work();
            listener.opened();
            while (!closing) {
                pulse.rest();
                int count = opened.read(buffer);
                pulse.work();
                took(count);
                doWhatIsWanted(opened);
                if (ownWriter.failure() != null) {
                    throw ownWriter.failure();
                }
            }
        } finally {
            writer = null;
            if (System.nanoTime() - openedNs > GOOD_AFTER_NS) {
                backoff.reset();
            }
            ownWriter.end();
            // The device first: who hears of the end may at once want to open it in another way.
            opened.close();
            listener.closed();
            pulse.rest();
        }
    }

    private void doWhatIsWanted(Port opened) throws IOException {
        if (reopenReason != null) {
            throw new IOException(reopenReason);
        }
        if (resetWanted) {
            resetWanted = false;
            note("reset pulse");
            if (opened.reset()) {
                health.count(Counter.LINK_RESETS);
            } else {
                health.error(part + ": " + where() + " cannot give the mote a reset pulse");
            }
        }
    }

    private void took(int count) {
        if (count > 0) {
            health.count(Counter.LINK_BYTES_READ, count);
            if (recorder != null) {
                recorder.bytes(LineRecord.Kind.UP, buffer, 0, count);
            }
            listener.received(buffer, count);
            // Only now: a listener that cannot bear the bytes must not make the waits short.
            backoff.reset();
            lastTickNs = System.nanoTime();
            return;
        }
        if (count == Port.ENDED) {
            health.state(part, "ended");
        }
        tick();
    }

    private void tick() {
        if (System.nanoTime() - lastTickNs >= TICK_NS) {
            lastTickNs = System.nanoTime();
            listener.idle();
        }
    }

    /** Waits without the device, but not without the ticks; ends early when the link is closed or a device comes. */
    private void pause(long ms) {
        SerialDevice awaited = awaitedDevice();
        long end = System.nanoTime() + ms * 1_000_000L;
        long left = end - System.nanoTime();
        while (left > 0 && !closing) {
            synchronized (this) {
                if (!closing) {
                    waitFor(Math.min(left, Math.max(0, lastTickNs + TICK_NS - System.nanoTime())) / 1_000_000 + 1);
                }
            }
            pulse.work();
            try {
                tick();
            } catch (RuntimeException bug) {
                describe(bug);
            }
            pulse.rest();
            left = end - System.nanoTime();
            if (awaited != null && awaited.isThere()) {
                // Who plugs a radio in waits for it; and whoever gives access to it comes a moment after the kernel.
                backoff.reset();
                return;
            }
        }
    }

    /** The device to look for meanwhile; {@code null} where there is none, or it is there and fails. */
    private SerialDevice awaitedDevice() {
        if (config.kind != LinkConfig.Kind.SERIAL) {
            return null;
        }
        SerialDevice device = new SerialDevice(config.target);
        return device.isThere() ? null : device;
    }

    private void waitFor(long ms) {
        try {
            wait(ms);
        } catch (InterruptedException ignored) {
            // Only close() ends this thread; the wait that was cut short is begun again.
        }
    }

    /** Something that should not be possible; with its trace the first time, later only counted. */
    private String describe(Throwable bug) {
        String reason = "unexpected " + bug;
        if (!reason.equals(lastBug)) {
            lastBug = reason;
            Logger.error(bug, "{}: {}", part, reason);
        }
        return reason;
    }

    private String where() {
        return config.kind == LinkConfig.Kind.TCP ? config.toString() : config.target;
    }
}
