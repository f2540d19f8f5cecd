package io.slipway.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.health.Counter;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HomeAssistantTest {
    private static final String ENABLED = "config homeassistant\noption enabled 1\n";
    private static final String NUMBER = "config decode\nlist source udp/1\noption format number\n"
        + "list field 'temperature unit=Cel'\n";
    private static final String CONFIG =
        "retained homeassistant/sensor/gw-01_0012740200020002_udp_1_temperature/config ";

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("announced");
    }

    private Published start(String sections) throws Exception {
        Published lan = new Published(file(), sections);
        lan.decoders.start();
        return lan;
    }

    private static void stop(Published lan) {
        lan.homeAssistant.close();
    }

    @Test
    void aValueWithAUnitIsAnnouncedOnceBeforeItComes() throws Exception {
        Published lan = start(ENABLED + NUMBER);
        lan.accept("udp/1", "21.5");
        List<String> first = lan.take();
        assertEquals(2, first.size());
        assertTrue(first.get(0).startsWith(CONFIG), first.get(0));
        assertTrue(first.get(1).startsWith("slipway/gw-01/0012740200020002/decoded/udp/1 "), first.get(1));
        assertEquals(Tree.read(("{'name':'temperature',"
            + "'unique_id':'slipway_gw-01_0012740200020002_udp_1_temperature',"
            + "'state_topic':'slipway/gw-01/0012740200020002/decoded/udp/1',"
            + "'value_template':'{{ value_json[|fields|][|temperature|] ~ default(||) }}',"
            + "'device_class':'temperature','unit_of_measurement':'\u00b0C','state_class':'measurement',"
            + "'availability':[{'topic':'slipway/gw-01/state'},{'topic':'slipway/gw-01/0012740200020002/state'}],"
            + "'availability_mode':'all','device':{'identifiers':['slipway_gw-01_0012740200020002'],"
            + "'name':'0012740200020002','sw_version':'slipway 1.0'},'origin':{'name':'slipway','sw':'1.0'}}")
            .replace('\'', '"').replace('|', '\'').replace('~', '|')),
            Tree.read(first.get(0).substring(CONFIG.length())));
        lan.accept("udp/1", "22");
        assertEquals(1, lan.take().size());
        stop(lan);
    }

    @Test
    void aValueOfTheLanIsAvailableWithTheGateway() throws Exception {
        Published lan = start(ENABLED + "config decode\noption format senml+json\n");
        lan.accept(Eui64.LAN, "mqtt/a", -1, "[{\"n\":\"t\",\"u\":\"V\",\"v\":1}]");
        JsonNode config = Tree.read(lan.take().get(0).split(" ", 3)[2]);
        assertEquals(1, config.get("availability").size());
        assertEquals("gw-01", config.get("device").get("name").asText());
        stop(lan);
    }

    @Test
    void aValueOfAWiredClientIsAvailableWithTheGatewaySinceTheClientHasNoState() throws Exception {
        Published lan = start(ENABLED + "config decode\noption format senml+json\n");
        lan.accept(Eui64.parse("0001000100010001"), "mqtt/a", -1, "[{\"n\":\"t\",\"u\":\"V\",\"v\":1}]");
        JsonNode config = Tree.read(lan.take().get(0).split(" ", 3)[2]);
        assertEquals(1, config.get("availability").size());
        assertEquals("slipway/gw-01/state", config.get("availability").get(0).get("topic").asText());
        assertEquals("0001000100010001", config.get("device").get("name").asText());
        stop(lan);
    }

    @ParameterizedTest
    @CsvSource({"%RH,humidity,%,measurement", "V,voltage,V,measurement", "mV,voltage,mV,measurement",
        "lx,illuminance,lx,measurement", "hPa,pressure,hPa,measurement", "%EL,battery,%,measurement",
        "dBm,signal_strength,dBm,measurement", "kWh,energy,kWh,", "m3,volume,m\u00b3,", "pH,ph,,measurement",
        "ppm,,ppm,measurement", "m,distance,m,measurement", "ug/m3,,\u00b5g/m\u00b3,measurement"})
    void unitsOfSenmlBecomeThoseOfHomeAssistant(String unit, String deviceClass, String haUnit, String stateClass)
            throws Exception {
        Published lan = start(ENABLED + "config decode\noption format number\nlist field 'x unit=" + unit + "'\n");
        lan.accept("udp/1", "1");
        JsonNode config = Tree.read(lan.take().get(0).split(" ", 3)[2]);
        assertEquals(deviceClass + " " + haUnit + " " + stateClass, config.path("device_class").asText(null) + " "
            + config.path("unit_of_measurement").asText(null) + " " + config.path("state_class").asText(null));
        stop(lan);
    }

    @Test
    void whatIsNoNumberOrHasNoKnownUnitIsNotAnnounced() throws Exception {
        Published lan = start(ENABLED + "config decode\noption format senml+json\n");
        lan.accept("udp/1", "[{\"n\":\"a\",\"v\":1},{\"n\":\"b\",\"u\":\"lon\",\"v\":1},"
            + "{\"n\":\"c\",\"u\":\"V\",\"vs\":\"x\"}]");
        assertEquals(1, lan.take().size());
        stop(lan);
    }

    @Test
    void whenHomeAssistantStartsEverythingIsSentAgain() throws Exception {
        Published lan = start(ENABLED + NUMBER);
        lan.accept("udp/1", "21.5");
        String announcement = lan.take().get(0);
        lan.decoders.published("homeassistant/status", "offline".getBytes(StandardCharsets.UTF_8));
        lan.decoders.published("homeassistant/status/x", "online".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(), lan.take());
        lan.decoders.published("homeassistant/status", "online".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(announcement), lan.take());
        stop(lan);
    }

    @Test
    void aNodeThatIsForgottenIsTakenBack() throws Exception {
        Published lan = start(ENABLED + NUMBER);
        lan.accept("udp/1", "21.5");
        lan.take();
        lan.decoders.forgotten(Eui64.of(1));
        assertEquals(List.of(), lan.take());
        lan.decoders.forgotten(Published.NODE);
        assertEquals(List.of(CONFIG), lan.take());
        lan.decoders.published("homeassistant/status", "online".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(), lan.take());
        stop(lan);
        assertFalse(Files.exists(file()));
    }

    @Test
    void theNextLifeAnnouncesAgainAndTakesBackWhatIsNoMore() throws Exception {
        Published lan = start(ENABLED + NUMBER);
        lan.accept("udp/1", "21.5");
        String announcement = lan.take().get(0);
        stop(lan);
        lan = start(ENABLED + NUMBER);
        assertEquals(List.of(announcement), lan.take());
        lan.accept("udp/1", "21.5");
        assertEquals(1, lan.take().size());
        stop(lan);
        lan = start(ENABLED + NUMBER.replace("Cel", "K"));
        assertEquals(List.of(announcement), lan.take());
        lan.accept("udp/1", "300");
        assertTrue(lan.take().get(0).contains("\"unit_of_measurement\":\"K\""));
        stop(lan);
        lan = start(ENABLED + NUMBER.replace("temperature", "t"));
        assertEquals(List.of(CONFIG), lan.take());
        stop(lan);
        assertFalse(Files.exists(file()));
        lan = start(ENABLED + NUMBER);
        assertEquals(List.of(), lan.take());
        lan.accept("udp/1", "21.5");
        stop(lan);
        lan = new Published(file(), NUMBER);
        lan.take();
        lan.homeAssistant.withdrawAll();
        assertEquals(List.of(CONFIG), lan.take());
        stop(lan);
        assertFalse(Files.exists(file()));
    }

    @Test
    void theNumberOfAnnouncementsIsLimitedAndEachHasItsOwnName() throws Exception {
        Published lan = start(ENABLED + "option limit 2\n" + "config decode\noption format senml+json\n");
        lan.accept("udp/1", "[{\"n\":\"a.b\",\"u\":\"V\",\"v\":1},{\"n\":\"a_b\",\"u\":\"V\",\"v\":1}]");
        assertEquals(2, lan.take().size());
        assertEquals(1, lan.health.value(Counter.HOMEASSISTANT_REFUSED));
        lan.accept("udp/1", "[{\"n\":\"c\",\"u\":\"V\",\"v\":1},{\"n\":\"d\",\"u\":\"V\",\"v\":1}]");
        assertEquals(2, lan.take().size());
        assertEquals(2, lan.health.value(Counter.HOMEASSISTANT_REFUSED));
        stop(lan);
    }

    @Test
    void aDamagedListIsReadAsFarAsItGoes() throws Exception {
        Files.writeString(file(), "garbage\n\t\t\t\n0012740200020002\tudp/1\ttemperature\tCel\nx\ty\tz\tV\n"
            + "0012740200020002\tudp/1\t'}}{{x\tCel\n0012740200020002\tudp/1\ttemperature");
        Published lan = start(ENABLED + NUMBER);
        List<String> all = lan.take();
        assertTrue(all.get(0).startsWith(CONFIG + "{"), all.get(0));
        assertEquals(2, all.size());
        assertTrue(all.get(1).endsWith("/config "), all.get(1));
        stop(lan);
        assertEquals("0012740200020002\tudp/1\ttemperature\tCel\n", Files.readString(file()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void aListThatCannotBeWrittenIsSaidAndHoldsNothingUp() throws Exception {
        Published lan = new Published(directory.resolve("none/announced"), ENABLED + NUMBER);
        lan.accept("udp/1", "21.5");
        assertEquals(2, lan.take().size());
        stop(lan);
        JsonWriter said = new JsonWriter().object();
        lan.health.writeTo(said);
        assertTrue(said.toString().contains("none/announced cannot be written: "), said.toString());
    }
}
