package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Health;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A process of its own, for it is the process that ends. */
class LastResortTest {
    /** Eats all memory in one thread while another would go on for ever. */
    public static final class Main {
        /** Stays full when the thread has died of it. */
        private static final List<Object> EATEN = new ArrayList<>();

        private Main() {
        }

        public static void main(String[] args) throws InterruptedException {
            Health health = new Health();
            Thread.setDefaultUncaughtExceptionHandler(new LastResort(health));
            new Thread(() -> {
                if (args[0].equals("memory")) {
                    eat();
                }
                throw new IllegalStateException("a mistake");
            }, "eater").start();
            if (args[0].equals("memory")) {
                new CountDownLatch(1).await();
            }
        }

        private static void eat() {
            for (int size = 1 << 20; true; size /= 2) {
                try {
                    while (true) {
                        EATEN.add(new byte[size]);
                    }
                } catch (OutOfMemoryError full) {
                    if (size == 0) {
                        throw full;
                    }
                }
            }
        }
    }

    @Test
    void withoutMemoryTheProcessEnds() throws Exception {
        Process process = start("memory");
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the process goes on");
            assertEquals(1, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void anotherMistakeIsAnAlarmAndNoMore() throws Exception {
        Process process = start("mistake");
        try {
            String log = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor());
            assertTrue(log.startsWith("error: Health: Thread eater died: java.lang.IllegalStateException"), log);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(String what) throws Exception {
        return new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx16m", "-cp",
            System.getProperty("java.class.path"), Main.class.getName(), what).start();
    }
}
