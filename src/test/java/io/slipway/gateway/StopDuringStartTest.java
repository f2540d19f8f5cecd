package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.slipway.testing.Mosquitto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signal to stop that comes while the gateway is still starting. */
class StopDuringStartTest {
    @TempDir
    Path directory;

    /** Starts a gateway when the JVM is on its way out already. */
    public static final class Late {
        private Late() {
        }

        public static void main(String[] args) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Main.main(args)));
            System.exit(0);
        }
    }

    @Test
    void theGatewayEndsAndNobodySeesAnException() throws Exception {
        Path config = Files.writeString(directory.resolve("slipway"), "config gateway\n\toption id 'gw-01'\n"
            + "\toption data_dir '" + directory + "'\nconfig mesh\n\toption link 'tcp://127.0.0.1:1'\n"
            + "config broker\n\toption listen '127.0.0.1:" + Mosquitto.freePort() + "'\n");
        Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx32m",
            "-Djava.io.tmpdir=" + directory, "-cp", System.getProperty("java.class.path"), Late.class.getName(),
            "run", "--config", config.toString()).redirectErrorStream(true).start();
        try {
            String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), log);
            assertFalse(log.contains("Exception"), log);
        } finally {
            process.destroyForcibly();
        }
    }
}
