package io.slipway.upstream;

import io.slipway.json.JsonReader;
import io.slipway.reading.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * "I should have these readings and have not": a range of a request on the topic for that, a JSON object. Members that
 * are not named here are ignored.
 *
 * <pre>
 * origin   text, may be left out: the gateway's id
 * epoch    text: the epoch of the numbers, such as 17-9f3a21c4
 * ranges   array of at most 64 objects with the numbers first and last, both ends included
 * </pre>
 * Immutable; any thread.
 */
final class Missing {
    private static final int MOST_RANGES = 64;

    final Epoch epoch;
    final long first;
    final long last;

    private Missing(Epoch epoch, long first, long last) {
        this.epoch = epoch;
        this.first = first;
        this.last = last;
    }

    /** Reads a request; {@code null} for anything else, and for one to another gateway. */
    static List<Missing> parse(byte[] json, String gateway) {
        Object value = JsonReader.read(json);
        if (!(value instanceof Map)) {
            return null;
        }
        Map<?, ?> members = (Map<?, ?>) value;
        Object origin = members.get("origin");
        Object name = members.get("epoch");
        Epoch epoch = name instanceof String ? Epoch.parse((String) name) : null;
        Object ranges = members.get("ranges");
        if (epoch == null || origin != null && !origin.equals(gateway) || !(ranges instanceof List)
            || ((List<?>) ranges).size() > MOST_RANGES) {
            return null;
        }
        List<Missing> missing = new ArrayList<>();
        for (Object range : (List<?>) ranges) {
            Object first = range instanceof Map ? ((Map<?, ?>) range).get("first") : null;
            Object last = range instanceof Map ? ((Map<?, ?>) range).get("last") : null;
            if (!(first instanceof Long) || !(last instanceof Long) || (Long) first < 1 || (Long) last < (Long) first
                || (Long) last > 1L << 53) {
                return null;
            }
            missing.add(new Missing(epoch, (Long) first, (Long) last));
        }
        return missing;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Missing && ((Missing) other).epoch.equals(epoch) && ((Missing) other).first == first
            && ((Missing) other).last == last;
    }

    @Override
    public int hashCode() {
        return epoch.hashCode() * 31 + Long.hashCode(first);
    }
}
