package io.slipway.mesh;

import static io.slipway.mesh.Packets.ascii;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.frame.Captures;
import io.slipway.health.Counter;
import io.slipway.json.JsonWriter;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Motes that fall silent, and what is no border router, at the end of a real line. */
class MoteWatchTest extends OnALine {
    private static final String ASK = "3f4dc0";
    /** Longer than a machine is busy between a question and what answers it. */
    private static final String SILENCE = "silence_s 5";
    private static final byte[] MAC = ascii("!M0012740100010001");

    private long count(Counter counter) {
        return fixture.health.value(counter);
    }

    @Test
    void aSilentMoteIsAskedTwiceAndThenTheLineIsOpenedAnew() throws Exception {
        start(SILENCE);
        assertEquals(ASK, line.read(3));
        fixture.awaitState("silent: asked again");
        assertEquals(ASK, line.read(3));
        line.acceptGreeting();
        fixture.awaitState("silent: port opened again");
        assertEquals(2, count(Counter.MESH_SILENT_ASKED));
        assertEquals(1, count(Counter.MESH_SILENT_REOPENED));
        assertTrue(errors().contains("the mote is silent"), errors());
        line.sendFrame(MAC);
        fixture.awaitState("the mote answers again");
        assertEquals(1, count(Counter.MESH_SILENT_ENDED));
        fixture.introduce(line);
        fixture.awaitState("running");
    }

    @Test
    void aMoteThatAnswersIsAskedOnceAndLeftAlone() throws Exception {
        start(SILENCE);
        fixture.introduce(line);
        for (int i = 1; i <= 3; i++) {
            assertEquals(ASK, line.read(3));
            line.sendFrame(MAC);
        }
        fixture.send(8765, "x");
        assertEquals(0x60, line.frame()[0]);
        assertEquals(3, count(Counter.MESH_SILENT_ASKED));
        assertEquals(0, count(Counter.MESH_SILENT_ENDED));
        assertEquals("running", fixture.health.stateOf("mesh0"));
        assertEquals(0, count(Counter.MESH_SILENT_REOPENED));
        assertEquals(1, count(Counter.LINK_OPENED));
    }

    @Test
    void whoeverIsToBeLeftInPeaceIsNotAsked() throws Exception {
        start("silence_s 0");
        Await.until("three silent seconds", 30, () -> fixture.health.gaugeValue("mesh0_silent_s") >= 3);
        fixture.introduce(line);
        assertEquals(0, count(Counter.MESH_SILENT_ASKED));
        fixture.send(8765, "x");
        assertEquals(0x60, line.frame()[0]);
    }

    @Test
    void theFirstGoodFrameAfterNoiseIsCountedAndNothingOfItLost() throws Exception {
        start();
        byte[] noise = new byte[300];
        new Random(20261121).nextBytes(noise);
        for (int i = 1; i <= 3; i++) {
            line.send(new byte[] {(byte) 0xc0, 1, 2, (byte) 0xdb, 3, (byte) 0xc0});
            line.send(noise);
            fixture.introduce(line);
            assertEquals(i, count(Counter.SLIP_RESYNCED));
        }
        fixture.introduce(line);
        assertEquals(3, count(Counter.SLIP_RESYNCED));
    }

    @Test
    void aLineWithNothingButNoiseIsSaidToHaveTheWrongBaudRateUntilAFrameComes() throws Exception {
        start("silence_s 0");
        Random random = new Random(20261121);
        byte[] noise = new byte[40];
        Await.until("the noise to be noticed", 60, () -> {
            random.nextBytes(noise);
            line.send(noise);
            return "noise".equals(fixture.health.stateOf("mesh0"));
        });
        assertTrue(errors().contains("mesh0: nothing of what comes is a frame; is the serial server's baud rate"
            + " the mote's baud rate"), errors());
        line.send(new byte[] {(byte) 0xc0});
        line.sendFrame(MAC);
        fixture.awaitState("the mote is heard");
    }

    @Test
    void framesOfTheAirAreToldFromNoiseWithoutAnAnswerOfTheSlipRadio() throws Exception {
        start("silence_s 1");
        String recorded = new String(Captures.raw("cng-slipradio.m2h"), StandardCharsets.ISO_8859_1);
        // Without its answer to ?M, which would give it away.
        assertTrue(recorded.contains("!M"));
        line.send(recorded.replace("!M", "!X").getBytes(StandardCharsets.ISO_8859_1));
        fixture.awaitState("slip-radio firmware");
        assertTrue(errors().contains("flash rpl-border-router instead"), errors());
    }

    @Test
    void noBorderRoutersCaptureIsTakenForASlipRadioOrForNoise() throws Exception {
        start();
        for (String capture : List.of("cng-udp.m2h", "cng-coap.m2h", "6lbr-udp.m2h", "mux-cc2538.m2h",
            "cooja-java-br-boot.m2h")) {
            line.send(Captures.raw(capture));
            fixture.introduce(line);
            assertEquals("[]", errors(), capture);
        }
    }

    @Test
    void aMoteThatAsksAndAsksDoesNotHearUs() throws Exception {
        start();
        for (int i = 0; i < 12; i++) {
            line.sendFrame(ascii("?P"));
        }
        Await.until("the words", 30, () -> errors().contains("does not hear the gateway"));
    }

    private String errors() {
        JsonWriter json = new JsonWriter().object();
        fixture.health.writeTo(json);
        String text = json.endObject().toString();
        return text.substring(text.indexOf("\"errors\":") + 9, text.length() - 1);
    }
}
