package io.slipway.gateway;

import io.slipway.health.Health;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Hears of a thread that died of something nobody expected. That is an alarm; and where memory has run out, the end of
 * the process: what is left would look like a gateway and serve nobody, while procd or systemd starts a new one at
 * once. What the store has committed is safe.
 */
final class LastResort implements Thread.UncaughtExceptionHandler {
    private static final int FAILED = 1;
    private static final byte[] LAST_WORDS =
        "error: LastResort: no memory is left: the gateway ends\n".getBytes(StandardCharsets.US_ASCII);

    private final Health health;
    private volatile LastStop lastStop;
    private final Runtime process = Runtime.getRuntime();
    private final FileOutputStream standardError = new FileOutputStream(FileDescriptor.err);

    LastResort(Health health) {
        this.health = health;
        // What runs without memory must have its classes by then: those named here, and those that halt() needs.
        isFatal(new Error());
        process.removeShutdownHook(new Thread("none"));
    }

    /** From now on it is kept why the process ended. */
    void tells(LastStop kept) {
        lastStop = kept;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable cause) {
        try {
            health.alarm(thread, cause);
        } finally {
            if (isFatal(cause)) {
                end();
            }
        }
    }

    private static boolean isFatal(Throwable cause) {
        return cause instanceof VirtualMachineError;
    }

    /** Allocates nothing, and runs no shutdown hooks: to close in order takes threads that may be dead. */
    private void end() {
        try {
            standardError.write(LAST_WORDS);
            if (lastStop != null) {
                lastStop.outOfMemory();
            }
        } catch (IOException ignored) {
            // Nobody hears it, but it ends all the same.
        } finally {
            process.halt(FAILED);
        }
    }
}
