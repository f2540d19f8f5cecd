package io.slipway.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.LinkConfig;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;

class LinkClassLoadingTest {
    @Test
    void jSerialCommIsLoadedOnlyWhereASerialLinkIsConfigured() throws Exception {
        String loaded = classesLoadedFor("file:/nowhere", "tcp://127.0.0.1:1");
        assertTrue(loaded.contains("io.slipway.link.TcpPort"), loaded);
        assertFalse(loaded.contains("jSerialComm"), loaded);
        assertTrue(classesLoadedFor("serial:/dev").contains("io.slipway.link.SerialPortStream"));
        assertTrue(classesLoadedFor("serial:/etc/passwd").contains("com.fazecast.jSerialComm.SerialPort"));
    }

    private static String classesLoadedFor(String... links) throws Exception {
        Path java = Paths.get(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder command = new ProcessBuilder(java.toString(), "-Xlog:class+load", "-cp",
            System.getProperty("java.class.path"), LinkClassLoadingTest.class.getName());
        for (String link : links) {
            command.command().add(link);
        }
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /** Starts the links that it is given and waits until each has tried to open. */
    public static void main(String[] links) {
        for (String config : links) {
            Health health = new Health();
            try (Link link = new Link("test", LinkConfig.parse(config), health)) {
                link.start(new RecordingListener());
                Await.until("an attempt", 30, () -> health.stateOf("link test") != null);
            }
        }
    }
}
