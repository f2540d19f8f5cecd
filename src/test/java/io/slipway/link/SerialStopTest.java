package io.slipway.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.config.LinkConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SerialStopTest {
    private static final int ROUNDS = 100;

    @TempDir
    Path dir;

    @Test
    void theLineStaysOpenWhileTheProcessStopsUntilItIsClosed() throws Exception {
        Path device = dir.resolve("ttyMote");
        Path java = Paths.get(System.getProperty("java.home"), "bin", "java");
        try (Pty pty = new Pty(device)) {
            pty.plug();
            Process process = new ProcessBuilder(java.toString(), "-cp", System.getProperty("java.class.path"),
                SerialStopTest.class.getName(), "serial:" + device).inheritIO().start();
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    byte[] expected = {(byte) round};
                    assertArrayEquals(expected, pty.receive(1));
                    pty.send(expected);
                }
                assertEquals(0, process.waitFor());
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** Opens the link that it is given and exits; its shutdown hook has bytes echoed by the other end meanwhile. */
    public static void main(String[] link) {
        Health health = new Health();
        RecordingListener listener = new RecordingListener();
        Link opened = new Link("test", LinkConfig.parse(link[0]), health);
        opened.start(listener);
        listener.awaitOpened(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    opened.write(new byte[] {(byte) round}, 0, 1);
                    listener.awaitBytes(round + 1);
                }
                opened.close();
            } catch (Exception broken) {
                broken.printStackTrace();
                Runtime.getRuntime().halt(3);
            }
            if (health.value(Counter.LINK_FAILED) > 0) {
                Runtime.getRuntime().halt(4);
            }
        }));
        System.exit(0);
    }
}
