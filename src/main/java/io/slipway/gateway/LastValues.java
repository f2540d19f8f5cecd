package io.slipway.gateway;

import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import io.slipway.reading.PayloadForm;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each node said last, since the gateway started, for the status: the first {@value #MOST_BYTES} bytes, of at most
 * {@value #MOST} nodes. Any thread; never waits.
 */
final class LastValues {
    private static final int MOST = 1024;
    private static final int MOST_BYTES = 48;

    private static final class Last {
        private String source;
        private byte[] payload;
        private boolean isCut;
    }

    private final Map<Eui64, Last> lasts = new LinkedHashMap<>();

    synchronized void said(Eui64 node, String source, byte[] payload) {
        Last last = lasts.get(node);
        if (last == null) {
            if (lasts.size() == MOST) {
                lasts.remove(lasts.keySet().iterator().next());
            }
            last = new Last();
            lasts.put(node, last);
        }
        last.source = source;
        last.isCut = payload.length > MOST_BYTES;
        last.payload = last.isCut ? Arrays.copyOf(payload, MOST_BYTES) : payload;
    }

    synchronized void forget(Eui64 node) {
        lasts.remove(node);
    }

    /** Writes {@code last} as a member of the object that is open, if the node has said something. */
    synchronized void writeTo(JsonWriter json, Eui64 node) {
        Last last = lasts.get(node);
        if (last == null) {
            return;
        }
        json.object("last").field("source", last.source);
        if (PayloadForm.of(last.payload) == PayloadForm.BYTES) {
            json.hexField("hex", last.payload, 0, last.payload.length);
        } else {
            json.field("value", new String(last.payload, StandardCharsets.UTF_8));
        }
        if (last.isCut) {
            json.field("cut", true);
        }
        json.endObject();
    }
}
