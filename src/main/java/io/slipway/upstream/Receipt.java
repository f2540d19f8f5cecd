package io.slipway.upstream;

import io.slipway.json.JsonReader;
import io.slipway.reading.Epoch;
import java.util.List;
import java.util.Map;

/**
 * "These readings are stored": what the other end says on the receipt topic. A JSON object; members that are not named
 * here are ignored.
 *
 * <pre>
 * origin   text, may be left out: the gateway's id
 * epoch    text: the epoch of the numbers, such as 17-9f3a21c4
 * upto     number: every number up to and with this one
 * ranges   array of objects with the numbers first and last: these as well; one of upto and ranges must be there
 * </pre>
 * Immutable; any thread.
 */
final class Receipt {
    private final Epoch epoch;
    /** First and last number in turn. */
    private final long[] bounds;

    private Receipt(Epoch epoch, long[] bounds) {
        this.epoch = epoch;
        this.bounds = bounds;
    }

    /** Reads one; {@code null} for anything else, and for one that is another gateway's. */
    static Receipt parse(byte[] json, String gateway) {
        Object value = JsonReader.read(json);
        if (!(value instanceof Map)) {
            return null;
        }
        Map<?, ?> members = (Map<?, ?>) value;
        Object origin = members.get("origin");
        Object name = members.get("epoch");
        Epoch epoch = name instanceof String ? Epoch.parse((String) name) : null;
        if (epoch == null || origin != null && !origin.equals(gateway)) {
            return null;
        }
        Object upto = members.get("upto");
        Object ranges = members.get("ranges");
        if (upto == null && ranges == null || upto != null && !(upto instanceof Long)
            || ranges != null && !(ranges instanceof List)) {
            return null;
        }
        int count = ranges == null ? 0 : ((List<?>) ranges).size();
        long[] bounds = new long[2 * count + 2];
        bounds[0] = 1;
        bounds[1] = upto == null ? 0 : (Long) upto;
        for (int i = 0; i < count; i++) {
            Object range = ((List<?>) ranges).get(i);
            Object first = range instanceof Map ? ((Map<?, ?>) range).get("first") : null;
            Object last = range instanceof Map ? ((Map<?, ?>) range).get("last") : null;
            if (!(first instanceof Long) || !(last instanceof Long)) {
                return null;
            }
            bounds[2 * i + 2] = (Long) first;
            bounds[2 * i + 3] = (Long) last;
        }
        return new Receipt(epoch, bounds);
    }

    /** Tells a delivery which of its readings are stored. */
    void confirm(Delivery delivery) {
        if (delivery.batch.epoch.equals(epoch)) {
            for (int i = 0; i < bounds.length; i += 2) {
                delivery.confirm(bounds[i], bounds[i + 1]);
            }
        }
    }
}
