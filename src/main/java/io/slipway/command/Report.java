package io.slipway.command;

import io.slipway.json.JsonWriter;
import io.slipway.reading.PayloadForm;
import java.nio.charset.StandardCharsets;

/** What is published of a command: {@code {"state":"refused","id":"…","kind":"…","reason":"…"}}. */
final class Report {
    private static final int KEPT_BYTES = 1024;

    private final JsonWriter json;

    private Report(String state, String id) {
        json = new JsonWriter().object().field("state", state);
        if (id != null) {
            json.field("id", id);
        }
    }

    static byte[] of(String state, String id) {
        return new Report(state, id).json.endObject().toBytes();
    }

    /** Accepted, but a power cut would lose it. */
    static byte[] queuedInMemory(String id) {
        return new Report("queued", id).json.field("durable", false).endObject().toBytes();
    }

    static byte[] refused(String id, String kind, String reason) {
        return new Report("refused", id).json.field("kind", kind).field("reason", reason).endObject().toBytes();
    }

    static byte[] failed(String id, String reason) {
        return new Report("failed", id).json.field("reason", reason).endObject().toBytes();
    }

    /** What is kept of the last report on a command: a long answer is not worth the memory. */
    static byte[] toKeep(String id, byte[] report) {
        return report.length <= KEPT_BYTES ? report : of("answered", id);
    }

    static byte[] answered(String id, String code, int format, byte[] payload) {
        JsonWriter json = new Report("answered", id).json.field("code", code);
        if (format >= 0) {
            json.field("format", format);
        }
        PayloadForm form = PayloadForm.of(payload);
        if (form == PayloadForm.BYTES) {
            json.hexField("hex", payload, 0, payload.length);
        } else if (payload.length > 0) {
            String text = new String(payload, StandardCharsets.UTF_8);
            json.name("value");
            if (form == PayloadForm.NUMBER) {
                json.literal(text);
            } else {
                json.value(text);
            }
        }
        return json.endObject().toBytes();
    }
}
