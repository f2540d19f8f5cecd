package io.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code config lwm2m}: what is taken, and what is refused in words. */
class Lwm2mConfigTest {
    @Test
    void anEmptySectionIsEnough() throws ConfigException {
        assertTrue(Config.parse("f", ConfigTest.LEAST).lwm2m.isEmpty());
        assertTrue(Config.parse("f", ConfigTest.LEAST + "config lwm2m\n").lwm2m.get(0).isAbout("mesh0"));
    }

    @Test
    void pathsAreNumbers() throws ConfigException {
        Config config = Config.parse("f", ConfigTest.LEAST
            + "config lwm2m\nlist observe 3303\nlist observe 3303/0/5700\nlist observe 3/0/6/1\n");
        assertEquals(List.of("3303", "3303/0/5700", "3/0/6/1"), config.lwm2m.get(0).observe);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "list observe /3303 | one to four numbers such as 3303/0/5700",
        "list observe 3303/ | one to four numbers such as 3303/0/5700",
        "list observe a | one to four numbers such as 3303/0/5700",
        "list observe 1/2/3/4/5 | one to four numbers such as 3303/0/5700",
        "list observe 65535 | one to four numbers such as 3303/0/5700",
        "option mesh x | no 'config mesh' is called so",
        "config lwm2m | a second 'config lwm2m' for a mesh"})
    void aMistakeIsNamedWithItsLine(String options, String message) {
        String text = ConfigTest.LEAST + "config lwm2m\n" + options.replace(';', '\n');
        String said = assertThrows(ConfigException.class, () -> Config.parse("f", text)).getMessage();
        assertTrue(said.contains(message) && said.startsWith("f:"), said);
    }
}
