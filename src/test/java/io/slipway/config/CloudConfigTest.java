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
    void aMemberOfAClusterHasADirectoryAndGoesViaItsOwnBroker() throws Exception {
        String cluster = " option data_dir '/d'\nconfig cluster\n option name 'farm'\nconfig peer\n option id 'gw'\n";
        CloudConfig config = CloudConfig.parse("f", LEAST + cluster + " option via 'cloud'\n");
        assertEquals("cloud farm [] gw cloud", config.id + " " + config.cluster.name + " " + config.cluster.interest
            + " " + config.cluster.peers.get(0).id + " " + config.cluster.peers.get(0).via);
        assertNull(CloudConfig.parse("f", LEAST).cluster);
        assertEquals("f:5: config peer 'gw' goes via 'up', and the broker of a cloud node is called 'cloud'",
            refused(LEAST + cluster + " option via 'up'\n"));
        assertEquals("f:6: config peer 'gw' is this node itself",
            refused(LEAST + " option id 'gw'\n" + cluster + " option via 'cloud'\n"));
        assertTrue(refused(LEAST + "config cluster\n option name 'farm'\n").startsWith(
            "f:1: option 'data_dir' of config cloud is missing; expected a directory"));
        assertTrue(refused(LEAST + " option data_dir '/d'\n").startsWith("f:4: option 'data_dir'"));
        assertTrue(refused(LEAST + " option id 'x'\n").startsWith("f:4: option 'id'"));
        assertTrue(refused(LEAST + cluster.replace("config peer", " option block_age_s '1'\nconfig peer")
            + " option via 'cloud'\n").contains("unknown option 'block_age_s'"));
        assertTrue(refused(LEAST + "config peer\n option id 'gw'\n").contains("without 'config cluster'"));
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
