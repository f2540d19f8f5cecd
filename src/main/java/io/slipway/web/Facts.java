package io.slipway.web;

import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import java.util.List;

/** How the gateway is. Called by the server's worker; may take a second. */
public interface Facts {
    /** Writes the members of the object that is open: identity, states, gauges, counters, errors, store, upstreams. */
    void status(JsonWriter json);

    /** Every node that is known, ascending by its name as an unsigned number. */
    List<Node> nodes();

    /** What is known of a node now. */
    interface Node {
        /** Its name. */
        Eui64 name();

        /** Writes its members into the object that is open. */
        void writeTo(JsonWriter json);
    }
}
