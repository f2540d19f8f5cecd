package io.slipway.decode;

import io.slipway.json.JsonWriter;
import java.math.BigDecimal;

/** One SenML record, resolved but for its time. Ordered by time. Not thread-safe. */
final class SenmlRecord implements Comparable<SenmlRecord> {
    /** Below this a time is meant from now on, in seconds (RFC 8428 section 4.5.3). */
    private static final BigDecimal FIRST_ABSOLUTE = BigDecimal.valueOf(1L << 28);

    String name;
    String unit;
    /** {@code v}, {@code vs}, {@code vb}, {@code vd}; {@code null} where there is only a sum. */
    String label;
    String value;
    String sum;
    /** {@code null} for now. */
    BigDecimal time;
    String updateTime;

    /** Makes the time one since 1970. */
    void resolve(long nowMs) {
        BigDecimal said = time == null ? BigDecimal.ZERO : time;
        time = said.compareTo(FIRST_ABSOLUTE) < 0 ? BigDecimal.valueOf(nowMs, 3).add(said) : said;
    }

    Fields.Kind kind() {
        return label.equals("v") ? Fields.Kind.NUMBER : label.equals("vb") ? Fields.Kind.WORD : Fields.Kind.TEXT;
    }

    void writeTo(JsonWriter json, int version) {
        json.object().field("n", name);
        if (unit != null) {
            json.field("u", unit);
        }
        if (version != SenmlPack.VERSION) {
            json.field("bver", version);
        }
        if (label != null) {
            json.name(label);
            if (kind() == Fields.Kind.TEXT) {
                json.value(value);
            } else {
                json.literal(value);
            }
        }
        if (sum != null) {
            json.name("s").literal(sum);
        }
        json.name("t").literal(time.toString());
        if (updateTime != null) {
            json.name("ut").literal(updateTime);
        }
        json.endObject();
    }

    @Override
    public int compareTo(SenmlRecord other) {
        return time.compareTo(other.time);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
