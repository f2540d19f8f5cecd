package io.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Test
    void writesAllThatThereIsWithItsCommas() {
        JsonWriter json = new JsonWriter();
        json.object().field("a", "b").field("n", -5L).field("t", true).field("f", false).field("none", null)
            .object("o").endObject().array("empty").endArray().array("list").value("x").value(1).object()
            .field("i", 1).endObject().array().endArray().endArray().hexField("h", new byte[] {9, -1, 16, 8}, 1, 3)
            .name("l").literal("1.50").endObject();
        assertEquals("{\"a\":\"b\",\"n\":-5,\"t\":true,\"f\":false,\"none\":null,\"o\":{},\"empty\":[],"
            + "\"list\":[\"x\",1,{\"i\":1},[]],\"h\":\"ff10\",\"l\":1.50}", json.toString());
    }

    @Test
    void canBeUsedAgainAlsoAfterALongText() {
        JsonWriter json = new JsonWriter();
        for (int length : new int[] {1, 100_000, 5}) {
            String text = "x".repeat(length);
            assertEquals("{\"a\":\"" + text + "\"}", json.reset().object().field("a", text).endObject().toString());
        }
        // An unfinished text leaves nothing behind either.
        json.reset().object().field("a", 1);
        assertEquals("[]", json.reset().array().endArray().toString());
    }

    @Test
    void jacksonReadsEveryTextBackAndItStaysOnOneLine() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        JsonWriter json = new JsonWriter();
        for (int i = 0; i < 50_000; i++) {
            String name = text(random);
            String value = text(random);
            json.reset().object().field(name, value).endObject();
            JsonNode read = JACKSON.readTree(json.toBytes());
            assertEquals(name, read.fieldNames().next(), "seed " + seed);
            assertEquals(value, read.get(name).asText(), "seed " + seed);
            for (char c : json.toString().toCharArray()) {
                assertFalse(Character.isISOControl(c) || c == '\u2028' || c == '\u2029', "seed " + seed);
            }
        }
    }

    @Test
    void jacksonReadsEveryCharacterBackAlone() throws Exception {
        for (int c = 0; c <= 0xffff; c++) {
            String text = String.valueOf((char) c);
            byte[] json = new JsonWriter().array().value(text).value("a" + text + "b").endArray().toBytes();
            assertEquals(text, JACKSON.readTree(json).get(0).asText());
            assertEquals("a" + text + "b", JACKSON.readTree(json).get(1).asText());
        }
    }

    @Test
    void wholePairsAreWrittenAsTheyAre() {
        assertTrue(new JsonWriter().value("\ud83d\ude00").toString().contains("\ud83d\ude00"));
        assertEquals("\"\\ud83d\ud83d\ude00\\ude00\"", new JsonWriter().value("\ud83d\ud83d\ude00\ude00").toString());
    }

    /** Mostly what needs care: control characters, quotes, halves of surrogate pairs. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0:
                    text.append((char) random.nextInt(0x20));
                    break;
                case 1:
                    text.append((char) (0xd800 + random.nextInt(0x800)));
                    break;
                case 2:
                    text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                    break;
                case 3:
                    text.append("\"\\/\u2028\u2029\u007f\u0080\u009f".charAt(random.nextInt(8)));
                    break;
                default:
                    text.append((char) random.nextInt(0x10000));
                    break;
            }
        }
        return text.toString();
    }
}
