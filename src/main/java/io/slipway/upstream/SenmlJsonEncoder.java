package io.slipway.upstream;

import io.slipway.json.JsonWriter;
import io.slipway.reading.PayloadForm;
import io.slipway.reading.Reading;
import io.slipway.store.Batch;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** SenML in JSON (RFC 8428 section 5). A number stands as the mote wrote it, digit for digit. */
final class SenmlJsonEncoder extends SenmlEncoder {
    private final JsonWriter json = new JsonWriter();
    private final StringBuilder seconds = new StringBuilder();

    @Override
    String contentType() {
        return "application/senml+json";
    }

    @Override
    byte[] encode(Batch batch) {
        List<Reading> readings = batch.readings;
        boolean based = allHaveTime(readings);
        long baseMs = based ? readings.get(0).at : 0;
        json.reset().array();
        for (int i = 0; i < readings.size(); i++) {
            json.object();
            if (i == 0) {
                json.field("bn", batch.origin + '/');
                if (based) {
                    json.name("bt").literal(seconds(baseMs));
                }
                json.field("epoch", batch.epoch.toString());
            }
            record(readings.get(i), baseMs);
            json.endObject();
        }
        return json.endArray().toBytes();
    }

    private void record(Reading reading, long baseMs) {
        String source = cleanSource(reading.source);
        json.field("n", reading.node + "/" + source);
        boolean hasTime = hasTime(reading);
        if (hasTime && reading.at != baseMs) {
            json.name("t").literal(seconds(reading.at - baseMs));
        }
        value(reading.payload);
        json.field("seq", reading.seq);
        if (!source.equals(reading.source)) {
            json.field("source", reading.source);
        }
        if (!hasTime) {
            json.field("clock_ok", false).field("at", reading.at).field("mono", reading.mono);
        } else if (reading.estimated) {
            json.field("clock_ok", false).field("at_est", true).field("mono", reading.mono);
        }
    }

    private void value(byte[] payload) {
        switch (PayloadForm.of(payload)) {
            case NUMBER:
                json.name("v").literal(new String(payload, StandardCharsets.ISO_8859_1));
                break;
            case TEXT:
                json.field("vs", new String(payload, StandardCharsets.UTF_8));
                break;
            default:
                json.field("vd", Base64.getUrlEncoder().withoutPadding().encodeToString(payload));
                break;
        }
    }

    /** Milliseconds as decimal seconds, without zeros at the end: a double would round them. */
    private CharSequence seconds(long ms) {
        seconds.setLength(0);
        if (ms < 0) {
            seconds.append('-');
        }
        long magnitude = Math.abs(ms);
        seconds.append(magnitude / 1000);
        int fraction = (int) (magnitude % 1000);
        if (fraction != 0) {
            seconds.append('.');
            for (int unit = 100; fraction != 0; unit /= 10) {
                seconds.append((char) ('0' + fraction / unit));
                fraction %= unit;
            }
        }
        return seconds;
    }
}
