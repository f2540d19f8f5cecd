package io.slipway.gateway;

import io.slipway.health.Health;

/**
 * Hears of a thread that died of something nobody expected. That is an alarm; and where memory has run out, the end of
 * the process: what is left would look like a gateway and serve nobody, while procd or systemd starts a new one at
 * once. What the store has committed is safe.
 */
final class LastResort implements Thread.UncaughtExceptionHandler {
    private static final int FAILED = 1;

    private final Health health;

    LastResort(Health health) {
        this.health = health;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable cause) {
        try {
            health.alarm(thread, cause);
        } finally {
            // To say it in the log takes memory too. No shutdown hooks: to close in order takes all the threads.
            if (cause instanceof VirtualMachineError) {
                Runtime.getRuntime().halt(FAILED);
            }
        }
    }
}
