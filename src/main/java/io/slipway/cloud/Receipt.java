package io.slipway.cloud;

import io.slipway.json.JsonWriter;
import java.nio.charset.StandardCharsets;

/** "These readings are stored", after the commit: see docs/upstream.md. Immutable. */
final class Receipt {
    final String origin;
    private final String epoch;
    private final long upto;
    private final long first;
    private final long last;

    /** @param first with {@code last} what is stored as well */
    Receipt(String origin, String epoch, long upto, long first, long last) {
        this.origin = origin;
        this.epoch = epoch;
        this.upto = upto;
        this.first = first;
        this.last = last;
    }

    byte[] encode(JsonWriter json) {
        json.reset().object().field("origin", origin).field("epoch", epoch).field("upto", upto);
        if (last > upto) {
            json.array("ranges").object().field("first", first).field("last", last).endObject().endArray();
        }
        return json.endObject().toString().getBytes(StandardCharsets.UTF_8);
    }
}
