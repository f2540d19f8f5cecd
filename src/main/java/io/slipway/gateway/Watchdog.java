package io.slipway.gateway;

import io.slipway.config.WatchdogConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.tinylog.Logger;

/**
 * Looks every {@value #INTERVAL_S} seconds whether each thread that owns something still comes around, and feeds the
 * hardware watchdog, where there is one, as long as all do. Time counts by its own looks, so that a machine that was
 * suspended, or has no time for anything, is not mistaken for one of which a thread hangs. One thread of its own.
 */
final class Watchdog {
    /** Between two looks. */
    static final int INTERVAL_S = 5;
    private static final int SHOWN_FRAMES = 12;

    /** Hears, once, that a thread is stuck or dead. Called by the watchdog's thread, which ends then. */
    interface Alarm {
        void stuck(String thread);
    }

    private final WatchdogConfig config;
    private final Health health;
    private final Alarm alarm;
    private final Map<Pulse, Look> looks = new HashMap<>();
    private final Thread thread;
    private FileOutputStream device;
    private boolean stopped;

    /** What was seen of one thread. */
    private static final class Look {
        private long beats = -1;
        private int same;
    }

    Watchdog(WatchdogConfig config, Health health, Alarm alarm) {
        this.config = config;
        this.health = health;
        this.alarm = alarm;
        this.thread = new Thread("watchdog") {
            @Override
            public void run() {
                watch();
            }
        };
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void watch() {
        health.state("watchdog", "all threads come around");
        while (!isStopped()) {
            String stuck = stuck();
            if (stuck != null) {
                health.count(Counter.WATCHDOG_STUCK);
                health.state("watchdog", "stuck: " + stuck);
                alarm.stuck(stuck);
                return;
            }
            feed();
            rest();
        }
        release();
    }

    /** The name of a thread that is stuck or dead; {@code null} where there is none. */
    private String stuck() {
        for (Pulse pulse : health.pulses()) {
            Look look = looks.get(pulse);
            if (look == null) {
                look = new Look();
                looks.put(pulse, look);
            }
            Thread owner = pulse.thread();
            if (owner != null && !owner.isAlive()) {
                Logger.error("The thread {} is dead", pulse.name());
                return pulse.name();
            }
            long beats = pulse.beats();
            look.same = beats == look.beats && (beats & 1) == 1 ? look.same + 1 : 0;
            look.beats = beats;
            if (look.same * INTERVAL_S >= (pulse.waitsForDisk() ? config.diskLimitS : config.limitS)) {
                tell(pulse, look.same * INTERVAL_S);
                return pulse.name();
            }
            ask(pulse);
            look.beats = look.same == 0 ? pulse.beats() : look.beats;
        }
        return null;
    }

    private static void ask(Pulse pulse) {
        try {
            pulse.ask();
        } catch (RuntimeException refused) {
            // A loop that takes no questions gives no answer, and that is what counts.
            Logger.debug("{} cannot be asked: {}", pulse.name(), refused.getMessage());
        }
    }

    private static void tell(Pulse pulse, int seconds) {
        Logger.error("The thread {} has been at one thing for {} s", pulse.name(), seconds);
        if (pulse.thread() != null) {
            StackTraceElement[] place = pulse.thread().getStackTrace();
            for (int i = 0; i < Math.min(SHOWN_FRAMES, place.length); i++) {
                Logger.error("  at {}", place[i]);
            }
        }
    }

    private void feed() {
        if (config.device == null) {
            return;
        }
        try {
            if (device == null) {
                device = new FileOutputStream(config.device.toFile());
            }
            device.write(0);
        } catch (IOException busyOrAbsent) {
            health.error("the hardware watchdog is not fed: " + busyOrAbsent.getMessage());
            close();
        }
    }

    /** An orderly end: 'V' tells the driver that nobody will feed it any more, and that this is as it should be. */
    private void release() {
        if (device != null) {
            try {
                device.write('V');
            } catch (IOException failed) {
                health.error("the hardware watchdog does not take its release: " + failed.getMessage());
            }
            close();
        }
    }

    private void close() {
        try {
            if (device != null) {
                device.close();
            }
        } catch (IOException ignored) {
            // It is opened anew, or not needed any more.
            Logger.debug("the hardware watchdog did not close");
        }
        device = null;
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized void rest() {
        long end = System.nanoTime() + INTERVAL_S * 1_000_000_000L;
        long left = INTERVAL_S * 1_000_000_000L;
        try {
            while (!stopped && left > 0) {
                wait(left / 1_000_000 + 1);
                left = end - System.nanoTime();
            }
        } catch (InterruptedException hurried) {
            stopped = true;
        }
    }

    /** Watches no more, and releases the hardware's. Returns within a second. */
    void stop() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        try {
            if (Thread.currentThread() != thread) {
                thread.join(1000);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
