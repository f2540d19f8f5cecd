package io.slipway.ingest;

import io.slipway.json.JsonWriter;
import io.slipway.reading.PayloadForm;
import io.slipway.reading.Reading;
import java.nio.charset.StandardCharsets;

/**
 * A reading as LAN subscribers see it:
 *
 * <pre>
 * {"id":"gw-01/17-9f3a21c4/42","at":"2026-11-21T10:50:49.123Z","clock_ok":true,
 *  "node":"0002000200020002","source":"udp/5678","value":"hello 1"}
 * </pre>
 * {@code value} is a number where the payload is one in JSON's own notation, text where it is printable text;
 * anything else is {@code hex}. Where the clock could not be trusted, {@code "at_est":true} says that {@code at} was
 * worked out later; without it {@code at} is what the wrong clock said. Not safe for several threads.
 */
public final class ReadingJson {
    private final JsonWriter json = new JsonWriter();

    /** One reading in UTF-8, without a line end. */
    public byte[] encode(Reading reading) {
        json.reset().object().field("id", reading.id()).field("at", Rfc3339.format(reading.at))
            .field("clock_ok", reading.clockOk);
        if (reading.estimated) {
            json.field("at_est", true);
        }
        json.field("node", reading.node.toString()).field("source", reading.source);
        PayloadForm form = PayloadForm.of(reading.payload);
        if (form == PayloadForm.BYTES) {
            json.hexField("hex", reading.payload, 0, reading.payload.length);
        } else {
            String text = new String(reading.payload, StandardCharsets.UTF_8);
            if (form == PayloadForm.NUMBER) {
                json.name("value").literal(text);
            } else {
                json.field("value", text);
            }
        }
        return json.endObject().toBytes();
    }
}
