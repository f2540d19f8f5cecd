package io.slipway.mesh.coap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** LwM2M clients come, stay and go, as Contiki-NG's does it. */
class RegistrationsTest {
    private static final String LINKS = "</1/0>,</3/0>,</3303/0>,</3304/0>";
    private static final String REGISTER = "rd?lwm2m=1.0&ep=Contiki-NG-Test&lt=30&b=U";

    private final Simulation coap = new Simulation(1, "config lwm2m\n\tlist observe 3303/0/5700\n\tlist observe 3311\n"
        + "\toption clients 2\n");
    private int lastId;

    /** What the gateway answers. */
    private CoapMessage ask(Eui64 node, int code, String path, String payload) {
        Route from = new Route(Simulation.HOST, Coap.PORT, Simulation.address(node), Coap.PORT);
        coap.sent.clear();
        coap.endpoint.received(node, from, CoapEncoder.encode(new CoapMessage(CoapMessage.CON, code, ++lastId,
            new byte[] {1, 2}, UriPath.parse(path), Simulation.bytes(payload))));
        return coap.sent.get(0).message();
    }

    private String code(Eui64 node, int code, String path, String payload) {
        return Code.text(ask(node, code, path, payload).code);
    }

    private String post(String path, String payload) {
        return code(Simulation.NODE, Code.POST, path, payload);
    }

    /** Where the answer says that the registration is. */
    private static String location(CoapMessage created) {
        assertEquals("2.01", Code.text(created.code));
        StringBuilder location = new StringBuilder();
        for (int i = 0; i < created.options.size(); i++) {
            assertEquals(Options.LOCATION_PATH, created.options.number(i));
            location.append(i == 0 ? "" : "/").append(new String(created.options.value(i), StandardCharsets.US_ASCII));
        }
        assertTrue(location.length() <= 15 && location.indexOf("rd/") == 0, "" + location);
        return location.toString();
    }

    private String register() {
        return location(ask(Simulation.NODE, Code.POST, REGISTER, LINKS));
    }

    @Test
    void aClientRegistersUpdatesAndLeaves() {
        String location = register();
        assertEquals(4, coap.links.size());
        assertEquals("/3303/0", coap.links.get(2).target);
        assertEquals("2.04", post(location + "?lt=60&b=U", ""));
        assertEquals("2.04", post(location, "</3303/0>"));
        assertEquals(1, coap.links.size());
        assertEquals("2.02", code(Simulation.NODE, Code.DELETE, location, ""));
        assertEquals(0, coap.links.size());
        assertEquals("4.04", post(location, ""));
        assertEquals("4.04", code(Simulation.NODE, Code.DELETE, location, ""));
        assertEquals(List.of(), coap.readings);
    }

    @Test
    void aClientThatDoesNotUpdateIsGone() {
        String location = register();
        coap.pass(29_000);
        assertEquals("2.04", post(location + "?lt=40", ""));
        coap.pass(39_999);
        assertEquals(1, coap.registrations.size());
        coap.pass(1);
        assertEquals(0, coap.registrations.size());
        assertEquals(0, coap.links.size());
        assertEquals("4.04", post(location, ""));
    }

    @Test
    void aClientThatRegistersAgainTakesItsOwnPlace() {
        String first = register();
        String second = register();
        assertEquals(1, coap.registrations.size());
        assertEquals("4.04", post(first, ""));
        assertEquals("2.04", post(second, ""));
    }

    @Test
    void aClientThatMeansToStayForEverIsTaken() {
        assertEquals("2.01", post("rd?ep=a&lt=4294967295", LINKS));
        assertEquals(1, coap.registrations.size());
    }

    @Test
    void whatIsNoRegistrationIsRefused() {
        assertEquals("4.00", post("rd?lt=30", LINKS));
        assertEquals("4.00", post("rd?ep=&lt=30", LINKS));
        assertEquals("4.00", post("rd?ep=a&lt=0", LINKS));
        assertEquals("4.00", post("rd?ep=a&lt=x", LINKS));
        assertEquals("4.04", post("rd/0", ""));
        assertEquals("4.04", code(Simulation.NODE, Code.DELETE, "rd", ""));
        assertEquals("4.05", code(Simulation.NODE, Code.GET, "rd", ""));
        assertEquals("4.05", code(Simulation.NODE, Code.PUT, "rd?ep=a", ""));
        Eui64 other = Eui64.parse("0003000300030003");
        String location = register();
        assertEquals("4.04", code(other, Code.DELETE, location, ""));
        assertEquals("2.01", code(other, Code.POST, "rd?ep=a", ""));
        assertEquals("5.03", code(other, Code.POST, "rd?ep=b", ""));
        assertEquals(2, coap.registrations.size());
    }

    @Test
    void aListInBlocksIsTakenWhole() {
        for (int i = 0; i < 3; i++) {
            String part = List.of("</1/0>,</3/0>,</", "3303/0>,</3304/0", ">").get(i);
            Options options = UriPath.parse(REGISTER).add(Options.BLOCK1, new Block(i, i < 2, 0).bits());
            coap.sent.clear();
            coap.endpoint.received(Simulation.NODE, Simulation.from(Coap.PORT, Coap.PORT), CoapEncoder.encode(
                new CoapMessage(CoapMessage.CON, Code.POST, 700 + i, new byte[1], options, Simulation.bytes(part))));
        }
        assertEquals("2.01", Code.text(coap.sent.get(0).message().code));
        assertEquals(4, coap.links.size());
    }

    @Test
    void withoutASectionAPostToRdIsAReading() {
        Simulation plain = Simulation.plain();
        plain.request(HexFormat.of().formatHex(CoapEncoder.encode(new CoapMessage(CoapMessage.CON, Code.POST, 1,
            new byte[0], UriPath.parse("rd?ep=a"), Simulation.bytes("x")))));
        assertEquals(List.of(Simulation.NODE + " coap/rd?ep=a -1 x"), plain.readings);
    }

    @Test
    void whatTheConfigurationWantsOfTheClientIsObserved() {
        register();
        coap.untilSent();
        CoapMessage request = coap.last();
        assertEquals("3303/0/5700", UriPath.of(request.options));
        assertTrue(request.options.has(Options.OBSERVE));
        Options format = new Options().add(Options.OBSERVE, 1).add(Options.CONTENT_FORMAT, Tlv.FORMAT);
        coap.answer(new CoapMessage(CoapMessage.ACK, Code.CONTENT, request.id, request.token, format,
            HexFormat.of().parseHex("e4164441de3200")));
        assertEquals(List.of(Simulation.NODE + " lwm2m/3303/0/5700 -1 27.774414"), coap.readings);
        Options text = new Options().add(Options.OBSERVE, 2).add(Options.CONTENT_FORMAT, 0);
        coap.answer(new CoapMessage(CoapMessage.NON, Code.CONTENT, 4711, request.token, text,
            Simulation.bytes("26.96")));
        assertEquals(Simulation.NODE + " lwm2m/3303/0/5700 0 26.96", coap.readings.get(1));
    }

    @Test
    void theObservationEndsWithTheRegistration() {
        String location = register();
        coap.untilSent();
        CoapMessage request = coap.last();
        coap.piggyback(Code.CONTENT, new Options().add(Options.OBSERVE, 1), "1");
        assertEquals(1, coap.readings.size());
        assertEquals("2.02", code(Simulation.NODE, Code.DELETE, location, ""));
        coap.sent.clear();
        coap.answer(new CoapMessage(CoapMessage.CON, Code.CONTENT, 4711, request.token,
            new Options().add(Options.OBSERVE, 2), Simulation.bytes("2")));
        assertEquals(CoapMessage.RST, coap.last().type);
        coap.sent.clear();
        coap.pass(86_400_000);
        assertEquals(List.of(), coap.sent);
        assertEquals(1, coap.readings.size());
    }

    @Test
    void aResourceThatCannotBeHadIsAskedForUntilTheRegistrationEnds() {
        String location = register();
        coap.untilSent();
        coap.piggyback(Code.NOT_FOUND, new Options(), "");
        assertEquals("2.04", post(location + "?lt=1000", ""));
        coap.untilSent();
        assertEquals("3303/0/5700", UriPath.of(coap.last().options));
        assertEquals("2.02", code(Simulation.NODE, Code.DELETE, location, ""));
        coap.sent.clear();
        // What is under way still comes to its end, and then there is silence.
        coap.pass(200_000);
        coap.sent.clear();
        coap.pass(86_400_000);
        assertEquals(List.of(), coap.sent);
    }

    @Test
    void otherFormatsPassAsTheyAre() {
        register();
        coap.untilSent();
        CoapMessage request = coap.last();
        byte[] senml = Simulation.bytes("{\"bn\":\"/3303/0/\",\"e\":[{\"n\":\"5700\",\"v\":27.42}]}");
        coap.answer(new CoapMessage(CoapMessage.ACK, Code.CONTENT, request.id, request.token,
            new Options().add(Options.OBSERVE, 1).add(Options.CONTENT_FORMAT, 110), senml));
        assertEquals(List.of(Simulation.NODE + " lwm2m/3303/0/5700 110 "
            + new String(senml, StandardCharsets.UTF_8)), coap.readings);
        assertArrayEquals(new byte[] {1, 2}, ask(Simulation.NODE, Code.GET, "rd", "").token);
    }
}
