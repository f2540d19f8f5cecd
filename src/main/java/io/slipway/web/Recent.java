package io.slipway.web;

import io.slipway.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last reading of each node and the last numbers that it sent, since the gateway was started: what a glance needs
 * without reading the disk. Holds {@value #NODES} nodes; the one that was silent longest goes first. Any thread.
 */
final class Recent {
    static final int NODES = 512;
    static final int NUMBERS = 24;
    /** A longer reading is not worth being kept beside all the others. */
    private static final int MOST_BYTES = 1024;
    private static final byte[] VALUE = "\"value\":".getBytes(StandardCharsets.US_ASCII);

    private static final class Entry {
        private byte[] last;
        /** Of one source only: numbers of several do not make one line. */
        private String source;
        private final ArrayDeque<String> numbers = new ArrayDeque<>();
    }

    /** Those that were silent longest come first. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** @param reading as on the LAN: the last member is {@code value} or {@code hex} */
    synchronized void add(String node, String source, byte[] reading) {
        if (reading.length > MOST_BYTES) {
            return;
        }
        Entry entry = entries.remove(node);
        if (entry == null) {
            entry = new Entry();
            if (entries.size() == NODES) {
                entries.remove(entries.keySet().iterator().next());
            }
        }
        entries.put(node, entry);
        entry.last = reading;
        String number = number(reading);
        if (number == null || entry.source != null && !entry.source.equals(source)) {
            return;
        }
        entry.source = source;
        entry.numbers.add(number);
        if (entry.numbers.size() > NUMBERS) {
            entry.numbers.poll();
        }
    }

    /** The digits of the value; {@code null} where it is none. A quote within a text is escaped, so it is found. */
    private static String number(byte[] reading) {
        int at = reading.length - VALUE.length - 2;
        while (at > 0 && !isAt(reading, at)) {
            at--;
        }
        int from = at + VALUE.length;
        return at <= 0 || reading[from] == '"' ? null
            : new String(reading, from, reading.length - 1 - from, StandardCharsets.US_ASCII);
    }

    private static boolean isAt(byte[] reading, int at) {
        for (int i = 0; i < VALUE.length; i++) {
            if (reading[at + i] != VALUE[i]) {
                return false;
            }
        }
        return true;
    }

    /** Writes {@code last}, {@code trend_source} and {@code trend} into the object of the node that is open. */
    synchronized void writeTo(String node, JsonWriter json) {
        Entry entry = entries.get(node);
        if (entry == null) {
            return;
        }
        json.name("last").literal(new String(entry.last, StandardCharsets.UTF_8));
        if (entry.source != null) {
            json.field("trend_source", entry.source).array("trend");
            for (String number : entry.numbers) {
                json.literal(number);
            }
            json.endArray();
        }
    }
}
