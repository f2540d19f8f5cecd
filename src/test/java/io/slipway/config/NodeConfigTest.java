package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the configuration says of single nodes, and of meshes that are routed. */
class NodeConfigTest {
    private static final String NODE = "0012740200000001";
    private static final String OTHER = "0012740200000002";
    private static final String UDP = ConfigTest.GATEWAY + "config mesh m\noption link 'udp://[::1]:5678'\n";

    private static String refused(String text) {
        return assertThrows(ConfigException.class, () -> Config.parse("f", text)).getMessage();
    }

    @Test
    void whatANodesSectionDoesNotSetTheOneForAllDoesWhereverItStands() throws Exception {
        MeshConfig mesh = Config.parse("f", "config node\noption node '" + NODE + "'\noption ttl_s 7\n"
            + "config node\noption sleepy 1\noption timeout_s 60\noption ttl_s 9\n" + ConfigTest.LEAST).meshes.get(0);
        assertEquals("60 true 7", mesh.node(NODE).timeoutS + " " + mesh.node(NODE).sleepy + " " + mesh.node(NODE).ttlS);
        assertEquals("60 true 9", mesh.node(OTHER).timeoutS + " " + mesh.node(OTHER).sleepy + " "
            + mesh.node(OTHER).ttlS);
        assertFalse(Config.parse("f", ConfigTest.LEAST).meshes.get(0).node(NODE).sleepy);
    }

    @Test
    void twoSectionsAboutOneNodeAreAProblemWithItsLine() {
        assertEquals("f:2: two 'config node' are about '*'", refused("config node\nconfig node\n" + ConfigTest.LEAST));
        assertEquals("f:2: option 'node' of config node is 'ABC'; expected sixteen hexadecimal digits in lower case, or"
            + " * for every node", refused("config node\noption node ABC\n" + ConfigTest.LEAST));
        assertEquals("f:2: unknown option 'sleep' of config node; did you mean 'sleepy'?",
            refused("config node\noption sleep 1\n" + ConfigTest.LEAST));
    }

    @Test
    void aRoutedMeshHasPortsAndPrefixes() throws Exception {
        MeshConfig mesh = Config.parse("f", UDP + "list port 1\nlist port 65535\nlist allow 'fd11:22::/64'\n"
            + "option coap_port 0\n").meshes.get(0);
        assertEquals("udp://[::1]:5678 [1, 65535] 0", mesh.link + " " + mesh.ports + " " + mesh.coapPort);
        assertEquals(1, mesh.allow.size());
        assertTrue(mesh.allow.get(0).contains(0xfd11_0022_0000_0000L, 1));
        assertFalse(mesh.allow.get(0).contains(0xfd11_0022_0000_0001L, 1));
        MeshConfig plain = Config.parse("f", UDP + "option prefix '2001:db8:1:2::/64'\n").meshes.get(0);
        for (long high : List.of(0xfc00_0000_0000_0000L, 0xfdff_0000_0000_0000L, 0xfe80_0000_0000_0000L,
                0x2001_0db8_0001_0002L)) {
            assertTrue(plain.allow.stream().anyMatch(prefix -> prefix.contains(high, 1)), Long.toHexString(high));
        }
        for (long high : List.of(0L, 0x2001_0db8_0001_0003L, 0xff02_0000_0000_0000L)) {
            assertFalse(plain.allow.stream().anyMatch(prefix -> prefix.contains(high, 1)), Long.toHexString(high));
        }
    }

    @Test
    void whatIsForRoutedMeshesIsAProblemElsewhere() {
        assertTrue(refused(ConfigTest.LEAST + "list port 1\n").contains("option 'port' of config mesh"));
        assertTrue(refused(ConfigTest.LEAST + "list allow '::/0'\n").contains("option 'allow' of config mesh"));
        assertTrue(refused(ConfigTest.LEAST + "option coap_port 1\n").contains("option 'coap_port' of config mesh"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "x", "1.5"})
    void otherPortsAreNot(String port) {
        assertTrue(refused(UDP + "list port '" + port + "'\n").contains("expected UDP ports from 1 to 65535"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::", "fd00::/129", "fd00::/-1", "fd00::1/64", "fd00::/7", "1.2.3.4/8", "a/8", "/8",
        "fd00::/x", "::1/127"})
    void otherPrefixesAreNot(String prefix) {
        assertNull(Ipv6Prefix.parse(prefix));
        assertTrue(refused(UDP + "list allow '" + prefix + "'\n").contains("expected IPv6 prefixes such as fd00::/8"));
    }

    @Test
    void aPrefixHoldsWhatBeginsWithItsBits() {
        assertTrue(Ipv6Prefix.parse("::/0").contains(-1, -1));
        assertTrue(Ipv6Prefix.parse("::1/128").contains(0, 1));
        assertFalse(Ipv6Prefix.parse("::1/128").contains(0, 2));
        assertTrue(Ipv6Prefix.parse("fd00::8000:0:0:0/65").contains(0xfd00_0000_0000_0000L, 0x8000_0000_0000_0001L));
        assertFalse(Ipv6Prefix.parse("fd00::8000:0:0:0/65").contains(0xfd00_0000_0000_0000L, 1));
    }
}
