package io.slipway.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicFilterTest {
    /** The examples of MQTT 5 section 4.7, and their corners. */
    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player2, false",
        "sport/tennis/player1/#, sport/tennis/player12, false",
        "sport/#, sport, true",
        "sport/#, sport/, true",
        "sport/#, sports, false",
        "#, sport/tennis, true",
        "#, /, true",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+, sport, true",
        "+/tennis/#, sport/tennis, true",
        "+/tennis/#, sport/tennis/player1, true",
        "+/tennis/#, sport/football, false",
        "sport/+/player1, sport/tennis/player1, true",
        "sport/+/player1, sport/tennis/player2, false",
        "sport/+/player1, sport//player1, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "#, $SYS/monitor/Clients, false",
        "+/monitor/Clients, $SYS/monitor/Clients, false",
        "$SYS/#, $SYS/monitor/Clients, true",
        "$SYS/monitor/+, $SYS/monitor/Clients, true",
        "$SYS/#, $SYS, true",
        "a/$b, a/$b, true",
        "+/$b, a/$b, true",
        "ACCOUNTS, Accounts, false",
        "/finance, finance, false",
        "finance, /finance, false",
        "finance, finance/, false",
        "finance/, finance, false",
        "a/+/#, a, false",
        "a/+/#, a/, true",
        "a/b, a/b/c, false",
        "a/b/c, a/b, false",
        "käse/+, käse/alt, true"})
    void matchesAsTheStandardSays(String filter, String topic, boolean matches) {
        assertEquals(matches, new TopicFilter(filter).matches(topic));
    }

    @Test
    void agreesWithASplittingReferenceAtRandom() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int matches = 0;
        for (int i = 0; i < 300_000; i++) {
            String filter = path(random, new String[] {"", "a", "b", "ab", "$a", "+", "+", "#"});
            int wild = filter.indexOf('#');
            // The configuration takes a # only at the end.
            filter = wild < 0 ? filter : filter.substring(0, wild + 1);
            String topic = path(random, new String[] {"", "a", "b", "ab", "$a"});
            if (filter.isEmpty() || topic.isEmpty()) {
                continue;
            }
            boolean expected = matches(filter.split("/", -1), topic.split("/", -1));
            matches += expected ? 1 : 0;
            assertEquals(expected, new TopicFilter(filter).matches(topic),
                "seed " + seed + ": " + filter + " on " + topic);
        }
        assertTrue(matches > 1000, "only " + matches + " matched");
    }

    private static String path(Random random, String[] levels) {
        StringBuilder path = new StringBuilder(levels[random.nextInt(levels.length)]);
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append('/').append(levels[random.nextInt(levels.length)]);
        }
        return path.toString();
    }

    private static boolean matches(String[] filter, String[] topic) {
        if (topic[0].startsWith("$") && !filter[0].startsWith("$")) {
            return false;
        }
        for (int i = 0; i < filter.length; i++) {
            if (filter[i].equals("#")) {
                return true;
            }
            if (i >= topic.length || !filter[i].equals("+") && !filter[i].equals(topic[i])) {
                return false;
            }
        }
        return filter.length == topic.length;
    }
}
