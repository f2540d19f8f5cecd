package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code config coap}: what is taken, and what is refused in words. */
class CoapConfigTest {
    private static final String SECOND_MESH = "config mesh mesh1\n\toption link file:/b\n\toption prefix 'fd01::/64'\n";

    private static CoapConfig section(String options) throws ConfigException {
        return Config.parse("f", ConfigTest.LEAST + "config coap\n" + options.replace(';', '\n')).coap.get(0);
    }

    @Test
    void aPathIsEnough() throws ConfigException {
        CoapConfig coap = section("option path '/test/push?a=%2B'");
        assertEquals("* OBSERVE test/push?a=%2B 300", coap.node + " " + coap.mode + " " + coap.path + " "
            + coap.intervalS);
        assertTrue(coap.isForAll() && coap.isAbout("mesh0"));
    }

    @Test
    void discoveryNeedsNotEvenThat() throws ConfigException {
        CoapConfig coap = section("option mode discover");
        assertEquals("DISCOVER .well-known/core 86400", coap.mode + " " + coap.path + " " + coap.intervalS);
    }

    @Test
    void aSectionMayBeAboutOneNodeOfOneMesh() throws ConfigException {
        CoapConfig coap = Config.parse("f", ConfigTest.LEAST + SECOND_MESH
            + "config coap\noption path a\noption node 00aabbccddeeff11\noption mesh mesh1\n").coap.get(0);
        assertFalse(coap.isForAll() || coap.isAbout("mesh0"));
        assertTrue(coap.isAbout("mesh1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "option mode poll | 'path' of config coap is missing",
        "option mode discover;option path a | no path where the mode is discover",
        "option path a;option node 00AABBCCDDEEFF11 | sixteen hexadecimal digits in lower case",
        "option path a;option node 1 | sixteen hexadecimal digits",
        "option path a;option mesh x | no 'config mesh' is called so",
        "option path 'a b' | a path such as",
        "option path 'a%2' | a path such as",
        "option path '/' | a path such as",
        "option path a;option interval_s 0 | a whole number from 1 to 2678400",
        "option path a;option mode push | one of observe, poll, discover"})
    void whatCannotBeIsRefusedInWords(String options, String reason) {
        String message = assertThrows(ConfigException.class, () -> section(options)).getMessage();
        assertTrue(message.contains(reason), message);
    }

    @Test
    void whatNeedsCoapIsRefusedWhereItIsSwitchedOff() throws ConfigException {
        String off = "config gateway\noption id g\nconfig mesh m\noption link 'udp://[::1]:7000'\noption coap_port 0\n";
        for (String section : new String[] {"config coap\noption path a\n", "config lwm2m\n",
            "config lwm2m\noption mesh m\n"}) {
            String message = assertThrows(ConfigException.class, () -> Config.parse("f", off + section)).getMessage();
            assertTrue(message.startsWith("f:6: 'config ") && message.contains("'coap_port'"), message);
            // Another mesh may be the one that is meant.
            if (!section.contains("mesh")) {
                Config.parse("f", off + SECOND_MESH + section);
            }
        }
    }

    @Test
    void aNodeOfOneOfSeveralMeshesMustSayWhich() {
        String message = assertThrows(ConfigException.class, () -> Config.parse("f", ConfigTest.LEAST + SECOND_MESH
            + "config coap\noption path a\noption node 00aabbccddeeff11\n")).getMessage();
        assertTrue(message.contains("lacks 'option mesh', and there are 2 meshes"), message);
    }
}
