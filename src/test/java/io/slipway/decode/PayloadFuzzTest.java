package io.slipway.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Payloads that nobody meant, in great number: each decoder takes them or says what is wrong, and nothing else. */
class PayloadFuzzTest {
    private static final int ROUNDS = Integer.getInteger("slipway.fuzz", 300_000);
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());
    /** Names, values and units of {@link Fields#MAX_CHARS}, each character as an escape, and the records. */
    private static final int MOST_OUTPUT = 80_000;

    private final long seed = Long.getLong("slipway.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private static final String[] PACKS = {
        "[{\"bn\":\"urn:dev:ow:10e2073a0108006:\",\"bt\":1.276020076001e+09,\"bu\":\"A\",\"bver\":5,\"n\":\"voltage\","
            + "\"u\":\"V\",\"v\":120.1},{\"n\":\"current\",\"t\":-5,\"v\":1.2},{\"n\":\"current\",\"v\":1.7}]",
        "[{\"bn\":\"a\",\"bv\":1e3,\"bs\":0.1,\"s\":1},{\"n\":\"b\",\"vs\":\"\\u00e4\",\"ut\":1},"
            + "{\"n\":\"c\",\"vb\":true},{\"n\":\"d\",\"vd\":\"aGkgCg\",\"x\":{\"y\":[null]}}]",
        "{\"d\":{\"Seq #\":1,\"t\":-21.5e1,\"xyz\":[1,{\"a\":null}],\"ok\":true,\"s\":\"\\n\u6c34\"}}"};

    /** Good payloads to begin with. */
    private static List<byte[]> corpus(String format) throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        for (String pack : PACKS) {
            corpus.add(format.endsWith("cbor") ? CBOR.writeValueAsBytes(Tree.read(pack))
                : pack.getBytes(StandardCharsets.UTF_8));
        }
        if (format.endsWith("cbor")) {
            for (String line : Files.readAllLines(Path.of("src/test/resources/rfc8949/appendix-a.txt"))) {
                if (!line.startsWith("#")) {
                    corpus.add(HexFormat.of().parseHex(line.substring(0, line.indexOf(' '))));
                }
            }
            // Sections 5.1.2 and 6 of RFC 8428, with CBOR's own labels.
            corpus.add(HexFormat.of().parseHex("82a7216161221a4c0e85ec2361412005006161016156" + "02f93e00"
                + "a3006162062402fb3ff3333333333333"));
        }
        corpus.add("1 | fe80::0201:0001:0001:0001|0".getBytes(StandardCharsets.UTF_8));
        corpus.add("-21.50".getBytes(StandardCharsets.UTF_8));
        return corpus;
    }

    private byte[] mutated(List<byte[]> corpus) {
        byte[] payload = corpus.get(random.nextInt(corpus.size())).clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = payload.length == 0 ? 0 : random.nextInt(payload.length);
            switch (random.nextInt(6)) {
                case 0 -> payload = Arrays.copyOf(payload, at);
                case 1 -> payload = joined(Arrays.copyOf(payload, at), corpus.get(random.nextInt(corpus.size())));
                case 2 -> payload = joined(Arrays.copyOf(payload, at),
                    Arrays.copyOfRange(payload, random.nextInt(payload.length + 1), payload.length));
                case 3 -> {
                    byte[] head = joined(Arrays.copyOf(payload, at), new byte[] {(byte) random.nextInt(256)});
                    payload = joined(head, Arrays.copyOfRange(payload, at, payload.length));
                }
                default -> {
                    if (payload.length > 0) {
                        payload[at] ^= (byte) (1 << random.nextInt(8));
                    }
                }
            }
        }
        return payload.length > 2048 ? Arrays.copyOf(payload, 2048) : payload;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    @ParameterizedTest
    @CsvSource({"text,-1", "number,-1", "json,-1", "cbor,-1", "senml+json,-1", "senml+cbor,-1", "6lbr,-1", "packed,-1",
        "auto,60", "auto,110"})
    void noPayloadIsMoreThanRefused(String format, int contentFormat) throws Exception {
        DecodeFixture decoder = format.equals("packed") ? DecodeFixture.of("option format packed",
            "list field 'a i16 scale=0.01 add=-40'", "list field 'b f32'", "list field 'c f64 be scale=3'",
            "list field 'd u64 at=1 bits=3-60'") : DecodeFixture.of("option format " + format);
        List<byte[]> corpus = corpus(contentFormat == 60 ? "cbor" : format);
        int good = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] payload = mutated(corpus);
            try {
                String json = decoder.json(payload, contentFormat);
                assertTrue(json.length() < MOST_OUTPUT, () -> "seed " + seed + ": " + json.length() + " characters");
                good++;
                if (good % 64 == 0) {
                    assertNotNull(Tree.read(json));
                }
            } catch (Undecodable wrong) {
                assertTrue(wrong.getMessage().length() < 200, wrong.getMessage());
            } catch (RuntimeException | IOException | StackOverflowError escaped) {
                throw new AssertionError("seed " + seed + ", payload " + HexFormat.of().formatHex(payload), escaped);
            }
        }
        assertTrue(good > ROUNDS / 1000, "seed " + seed + ": only " + good + " of " + ROUNDS + " were good");
    }

    /** Jackson is the witness: what it takes, and what that is. It forgives what we do not, so only one way. */
    @Test
    void whatIsTakenForJsonIsWhatAnotherParserTakesItFor() throws Exception {
        List<byte[]> corpus = corpus("json");
        int good = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] payload = mutated(corpus);
            String ours;
            try {
                ours = Tree.ofJson(payload);
            } catch (Undecodable wrong) {
                continue;
            }
            good++;
            if (!ours.contains("\\ud")) {
                JsonNode theirs = Tree.EXACT.readTree(payload);
                assertTrue(Tree.same(theirs, Tree.read(ours)), () -> "seed " + seed + ": "
                    + HexFormat.of().formatHex(payload));
            }
        }
        assertTrue(good > ROUNDS / 1000, "seed " + seed + ": only " + good);
    }

    @Test
    void anyTreeThatAnotherProgramWritesAsCborIsRead() throws Exception {
        for (int i = 0; i < ROUNDS / 20; i++) {
            JsonNode tree = tree(0);
            byte[] payload = CBOR.writeValueAsBytes(tree);
            assertTrue(Tree.same(Tree.read(tree.toString()), Tree.read(Tree.ofCbor(payload))),
                () -> "seed " + seed + ": " + HexFormat.of().formatHex(payload));
            assertEquals(Tree.read(tree.toString()),
                Tree.read(Tree.ofJson(tree.toString().getBytes(StandardCharsets.UTF_8))), "seed " + seed);
        }
    }

    private JsonNode tree(int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        switch (random.nextInt(depth < 5 ? 8 : 6)) {
            case 0:
                return nodes.numberNode(random.nextLong() >> random.nextInt(64));
            case 1:
                return nodes.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 2:
                return nodes.textNode(random.ints(random.nextInt(20), 1, 0xd800).collect(StringBuilder::new,
                    StringBuilder::appendCodePoint, StringBuilder::append).toString());
            case 3:
                return nodes.booleanNode(random.nextBoolean());
            case 4:
                return nodes.nullNode();
            case 5:
                return nodes.numberNode(new BigInteger(1 + random.nextInt(200), random));
            case 6:
                var array = nodes.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(tree(depth + 1));
                }
                return array;
            default:
                ObjectNode object = nodes.objectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set("k" + random.nextInt(100), tree(depth + 1));
                }
                return object;
        }
    }
}
