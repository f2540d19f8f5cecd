package io.slipway.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CounterTest {
    @Test
    void everyCounterIsCountedSomewhere() throws IOException {
        Set<String> unused = new TreeSet<>();
        for (Counter counter : Counter.values()) {
            unused.add(counter.name());
        }
        Pattern use = Pattern.compile("Counter\\.([A-Z0-9_]+)\\b");
        List<Path> sources;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            // What is only shown is not counted: the status page reads counters as well.
            sources = files.filter(file -> file.toString().endsWith(".java")
                && !file.endsWith("Counter.java") && !file.endsWith("StatusReport.java")).toList();
        }
        assertTrue(sources.size() > 50);
        for (Path source : sources) {
            Matcher matcher = use.matcher(Files.readString(source));
            while (matcher.find()) {
                unused.remove(matcher.group(1));
            }
        }
        assertEquals(Set.of(), unused);
    }

    @Test
    void namesAreDistinctAndFollowTheConstants() {
        Set<String> labels = new HashSet<>();
        for (Counter counter : Counter.values()) {
            assertTrue(labels.add(counter.label()));
            assertEquals(counter.name().toLowerCase(Locale.ROOT), counter.label());
            assertTrue(counter.help().endsWith("."), counter.label());
        }
    }
}
