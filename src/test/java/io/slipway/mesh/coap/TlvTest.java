package io.slipway.mesh.coap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.reading.PayloadForm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LwM2M's TLV, byte for byte from OMA LwM2M 1.0 section 6.4.3 and from a Contiki-NG node. */
class TlvTest {
    private static boolean read(String path, String hex, List<String> found) {
        return Tlv.read(path, HexFormat.of().parseHex(hex.replace(" ", "")), (resource, value) -> found.add(resource
            + " " + (PayloadForm.of(value) == PayloadForm.BYTES ? "0x" + HexFormat.of().formatHex(value)
            : new String(value, StandardCharsets.UTF_8))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // A Contiki-NG temperature.
        "3303/0/5700 | e4 1644 41de3200 | [3303/0/5700 27.774414]",
        "3303/0 | e4 1644 41de3200 e3 1645 43656c | [3303/0/5700 27.774414, 3303/0/5701 Cel]",
        "3303/0 | e8 1644 08 403bc00000000000 | [3303/0/5700 27.75]",
        "3303/0 | e4 1644 7fc00000 | [3303/0/5700 0x7fc00000]",
        "3303/0 | e2 1644 0001 | [3303/0/5700 0x0001]",
        // The standard's example of a device: manufacturer, power sources 0 and 1, battery level.
        "3/0 | c8 00 14 4f70656e204d6f62696c6520416c6c69616e6365 86 06 41 00 01 41 01 05 c1 09 64"
            + "| [3/0/0 Open Mobile Alliance, 3/0/6/0 0x01, 3/0/6/1 0x05, 3/0/9 d]",
        // The whole object: instances.
        "3303 | 07 00 e4 1644 41de3200 07 01 e4 1644 41000000 | [3303/0/5700 27.774414, 3303/1/5700 8.0]",
        "3303/0 | 07 00 e4 1644 41de3200 | [3303/0/5700 27.774414]",
        "3/0 | '' | []",
        "3/0 | c0 01 | [3/0/1 ]"})
    void resourcesAreReadWithTheirPaths(String path, String hex, String expected) {
        List<String> found = new ArrayList<>();
        assertTrue(read(path, hex, found));
        assertEquals(expected, found.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"e4 1644 41de32", "e4 16", "c8 00", "c8 00 14 4f", "32362e3936", "07 00 e4 1644 41de32",
        "c1 09 64 e4", "f8 0000 ffffff 00", "d8 00 7fffffff 00"})
    void whatIsNotTlvGivesNothing(String hex) {
        List<String> found = new ArrayList<>();
        assertFalse(read("3303/0/5700", hex, found));
        assertEquals(List.of(), found);
    }

    @Test
    void anyBytesAreBorne() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int good = 0;
        for (int i = 0; i < 1_000_000; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            if (random.nextBoolean() && bytes.length > 8) {
                byte[] real = HexFormat.of().parseHex("0700e4164441de32");
                System.arraycopy(real, 0, bytes, 0, 8);
            }
            int[] octets = {0};
            if (Tlv.read("3303/0", bytes, (resource, value) -> octets[0] += Math.min(value.length, 1))) {
                good++;
            }
            assertTrue(octets[0] <= bytes.length);
        }
        assertTrue(good > 10_000, "" + good);
    }
}
