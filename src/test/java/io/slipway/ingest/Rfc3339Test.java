package io.slipway.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Rfc3339Test {
    private static final DateTimeFormatter REFERENCE =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00.000Z",
        "-1, 1969-12-31T23:59:59.999Z",
        "951782400000, 2000-02-29T00:00:00.000Z",
        "4107542400000, 2100-03-01T00:00:00.000Z",
        "4107542399999, 2100-02-28T23:59:59.999Z",
        "1795258249123, 2026-11-21T10:50:49.123Z",
        "253402300799999, 9999-12-31T23:59:59.999Z",
        "-62167219200000, 0000-01-01T00:00:00.000Z"})
    void writesKnownMoments(long millis, String expected) {
        assertEquals(expected, Rfc3339.format(millis));
    }

    @Test
    void agreesWithTheJdkOnEveryDayOfFourCenturies() {
        for (long day = -1000; day < 146_097; day++) {
            long millis = day * 86_400_000L + 3_723_004L;
            assertEquals(REFERENCE.format(Instant.ofEpochMilli(millis)), Rfc3339.format(millis));
        }
    }

    @Test
    void agreesWithTheJdkAtRandom() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long first = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
        long end = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
        for (int i = 0; i < 100_000; i++) {
            long millis = first + (long) (random.nextDouble() * (end - first));
            assertEquals(REFERENCE.format(Instant.ofEpochMilli(millis)), Rfc3339.format(millis), "seed " + seed);
        }
    }
}
