package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CloudConfigTest {
    private static final String LEAST = "config cloud\n option url 'mqtt://h'\n option database 'jdbc:sqlite:f'\n";

    private static String refused(String text) {
        return assertThrows(ConfigException.class, () -> CloudConfig.parse("f", text)).getMessage();
    }

    @Test
    void everyOptionButTwoHasADefault() throws Exception {
        CloudConfig config = CloudConfig.parse("f", LEAST);
        assertEquals("h:1883 slipway 4096 60 30 30", config.broker + " " + config.group + " " + config.window + " "
            + config.missingAfterS + " " + config.keepAliveS + " " + config.connectTimeoutS);
        assertNull(config.clientId);
        assertNull(config.username);
        assertNull(config.databaseUser);
    }

    @Test
    void whatIsWrongIsSaidWithFileLineAndOption() {
        assertEquals("f: there is no 'config cloud'", refused(""));
        assertTrue(refused("config cloud\n option url 'mqtt://h'\n").startsWith(
            "f:1: option 'database' of config cloud is missing; expected jdbc:postgresql://"));
        assertTrue(refused(LEAST + " option group 'a/b'\n").startsWith("f:4: option 'group'"));
        assertTrue(refused(LEAST + " option windows '5'\n").startsWith("f:4: unknown option 'windows'"));
        assertTrue(refused(LEAST + " option window '0'\n").startsWith("f:4: option 'window'"));
        assertTrue(refused(LEAST + " option ca_file '/x'\n").contains("mqtts://"));
        assertTrue(refused(LEAST + "config mesh\n").startsWith("f:4: unknown section 'config mesh'; a cloud node has"));
    }

    @Test
    void aDatabaseAddressWithAPasswordIsNotRepeated() {
        assertTrue(!refused("config cloud\n option url 'mqtt://h'\n option database 'mysql://u:secret@h/d'\n")
            .contains("secret"));
    }

    @Test
    void theDocumentationHasEveryOption() throws Exception {
        String text = Files.readString(Path.of("docs/cloud.md"));
        String source = Files.readString(Path.of("src/main/java/io/slipway/config/CloudConfig.java"));
        var options = java.util.regex.Pattern.compile("in\\.[a-z]+\\(\"([a-z_]+)\"").matcher(source);
        while (options.find()) {
            assertTrue(text.contains("| `" + options.group(1) + "` |"), options.group(1));
        }
    }
}
