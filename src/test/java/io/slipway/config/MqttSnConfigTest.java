package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code config mqttsn}: what is taken, and what is refused in words. */
class MqttSnConfigTest {
    private static final String SECOND_MESH = "config mesh mesh1\n\toption link file:/b\n\toption prefix 'fd01::/64'\n";

    @Test
    void withoutASectionThereIsNone() throws ConfigException {
        assertTrue(Config.parse("f", ConfigTest.LEAST).mqttSn.isEmpty());
    }

    @Test
    void anEmptySectionIsEnough() throws ConfigException {
        MqttSnConfig section = Config.parse("f", ConfigTest.LEAST + "config mqttsn\n").mqttSn.get(0);
        assertTrue(section.isAbout("mesh0"));
        assertEquals(1883, section.port);
        assertEquals(1 << 20, section.memoryBytes);
    }

    @Test
    void topicsAreKnownByTheirNumbers() throws ConfigException {
        MqttSnConfig section = Config.parse("f", ConfigTest.LEAST
            + "config mqttsn\nlist topic '1 a'\nlist topic '65534 sensors/a b'\n").mqttSn.get(0);
        assertEquals(Map.of(1, "a", 65_534, "sensors/a b"), section.predefined);
    }

    @Test
    void eachMeshMayHaveOne() throws ConfigException {
        assertEquals(2, Config.parse("f", ConfigTest.LEAST + SECOND_MESH
            + "config mqttsn\noption mesh mesh0\nconfig mqttsn\noption mesh mesh1\n").mqttSn.size());
    }

    @Test
    void whereTheMeshIsRoutedTheCoapPortIsThatOfItsOption() throws ConfigException {
        String routed = "config gateway\noption id g\nconfig mesh m\noption link 'udp://[::1]:7000'\noption coap_port ";
        assertEquals(5683, Config.parse("f", routed + "7001\nconfig mqttsn\noption port 5683\n").mqttSn.get(0).port);
        String said = assertThrows(ConfigException.class,
            () -> Config.parse("f", routed + "1883\nconfig mqttsn\n")).getMessage();
        assertTrue(said.contains("is that of CoAP in config mesh 'm'"), said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "list topic 'a' | a number from 1 to 65534 and a topic",
        "list topic '0 a' | a number from 1 to 65534 and a topic",
        "list topic '65535 a' | a number from 1 to 65534 and a topic",
        "list topic '1 a/#' | no wildcard",
        "list topic '1 slipway/gw-01/state' | no topic of slipway/",
        "list topic '1 $SYS' | a number from 1 to 65534 and a topic",
        "list topic '1  a' | a number from 1 to 65534 and a topic",
        "list topic '1 a';list topic '1 b' | each number once",
        "option mesh x | no 'config mesh' is called so",
        "option port 5683 | is that of CoAP in config mesh 'mesh0'",
        "option port 61683 | is that of CoAP in config mesh 'mesh0'",
        "config mqttsn | a second 'config mqttsn' for a mesh",
        "config mqttsn;option mesh mesh0 | a second 'config mqttsn' for a mesh",
        "option prot 1 | unknown option 'prot' of config mqttsn"})
    void aMistakeIsNamedWithItsLine(String options, String message) {
        String text = ConfigTest.LEAST + "config mqttsn\n" + options.replace(';', '\n');
        String said = assertThrows(ConfigException.class, () -> Config.parse("f", text)).getMessage();
        assertTrue(said.contains(message) && said.startsWith("f:"), said);
    }
}
