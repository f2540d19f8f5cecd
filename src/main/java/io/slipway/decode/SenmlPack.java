package io.slipway.decode;

import io.slipway.json.JsonWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Resolves a SenML pack (RFC 8428 section 4.6) as its parser goes through it: base values are applied, times become
 * those since 1970, records are in chronological order. Each name's latest value becomes a field; where the pack says
 * more than that (times, sums, several values of a name), the resolved records stand beside the fields.
 *
 * <p>Numbers are added as decimals, so 0.1 and 0.2 are 0.3. Not thread-safe.
 */
final class SenmlPack implements Values {
    /** The version of SenML that this is (section 4.4). */
    static final int VERSION = 10;
    private static final int MOST_RECORDS = 256;

    private final List<SenmlRecord> records = new ArrayList<>();
    private final SenmlFields fields = new SenmlFields();
    private int depth;
    /** Depth within the value of a label that is not known, which is to be ignored (section 4.4). */
    private int ignored;
    private SenmlLabel label;
    private int version;

    /** Before a payload. */
    void begin() {
        records.clear();
        fields.clear();
        depth = 0;
        ignored = 0;
        label = null;
        version = 0;
    }

    @Override
    public void array() throws Undecodable {
        if (isIgnoring()) {
            ignored++;
            return;
        }
        if (depth != 0) {
            throw unexpected();
        }
        depth = 1;
    }

    @Override
    public void endArray() {
        if (ignored > 0) {
            ignored--;
            return;
        }
        depth = 0;
    }

    @Override
    public void object() throws Undecodable {
        if (isIgnoring()) {
            ignored++;
            return;
        }
        if (depth != 1) {
            throw unexpected();
        }
        if (records.size() == MOST_RECORDS) {
            throw Undecodable.limit("more than " + MOST_RECORDS + " records");
        }
        depth = 2;
        fields.next();
    }

    @Override
    public void endObject() throws Undecodable {
        if (ignored > 0) {
            ignored--;
            return;
        }
        depth = 1;
        boolean first = version == 0;
        int said = fields.version();
        if (said > VERSION) {
            throw Undecodable.invalid("SenML of version " + said + ", and only " + VERSION + " is known");
        }
        if (first) {
            version = said == 0 ? VERSION : said;
        } else if (said != 0 && said != version) {
            throw Undecodable.invalid("SenML records of different versions");
        }
        SenmlRecord record = fields.record();
        if (record != null) {
            records.add(record);
        }
    }

    @Override
    public void name(String name) throws Undecodable {
        if (ignored == 0) {
            label = SenmlLabel.of(name);
            if (label == SenmlLabel.UNKNOWN && name.endsWith("_")) {
                throw Undecodable.invalid("SenML with a label that must be understood and is not");
            }
        }
    }

    @Override
    public void key(long key) {
        if (ignored == 0) {
            label = SenmlLabel.of(key);
        }
    }

    @Override
    public void number(String json) throws Undecodable {
        if (!isIgnoring()) {
            fields.set(expected(SenmlLabel.Type.NUMBER), json);
        }
    }

    @Override
    public void text(String text) throws Undecodable {
        if (!isIgnoring()) {
            fields.set(depth == 2 && label == SenmlLabel.VD ? label : expected(SenmlLabel.Type.TEXT), text);
        }
    }

    @Override
    public void bytes(String encoded) throws Undecodable {
        if (!isIgnoring()) {
            fields.set(expected(SenmlLabel.Type.BYTES), encoded);
        }
    }

    @Override
    public void bool(boolean value) throws Undecodable {
        if (!isIgnoring()) {
            fields.set(expected(SenmlLabel.Type.BOOL), value ? "true" : "false");
        }
    }

    @Override
    public void nothing() throws Undecodable {
        if (!isIgnoring()) {
            throw unexpected();
        }
    }

    @Override
    public void notFinite() throws Undecodable {
        if (!isIgnoring()) {
            throw Undecodable.invalid("SenML with a number that is not finite");
        }
    }

    private boolean isIgnoring() {
        return ignored > 0 || depth == 2 && label == SenmlLabel.UNKNOWN;
    }

    private SenmlLabel expected(SenmlLabel.Type type) throws Undecodable {
        if (depth != 2 || label.type != type) {
            throw unexpected();
        }
        return label;
    }

    private Undecodable unexpected() {
        return Undecodable.invalid(depth < 2 ? "SenML that is no array of records"
            : "SenML whose " + label.text + " is of the wrong type");
    }

    /**
     * After the payload.
     *
     * @param nowMs when it came, milliseconds since 1970
     */
    void finish(long nowMs, Fields out) throws Undecodable {
        boolean isSaidByFields = true;
        for (int i = 0; i < records.size(); i++) {
            SenmlRecord record = records.get(i);
            isSaidByFields &= record.time == null && record.sum == null && record.updateTime == null;
        }
        if (!isSaidByFields) {
            for (int i = 0; i < records.size(); i++) {
                records.get(i).resolve(nowMs);
            }
            Collections.sort(records);
        }
        for (int i = 0; i < records.size(); i++) {
            SenmlRecord record = records.get(i);
            if (record.label != null) {
                out.put(record.name, record.kind(), record.value, record.unit);
            }
        }
        if (!isSaidByFields || out.count() < records.size()) {
            out.records(resolved(nowMs, isSaidByFields));
        }
    }

    private String resolved(long nowMs, boolean isNow) throws Undecodable {
        JsonWriter json = new JsonWriter().array();
        for (int i = 0; i < records.size(); i++) {
            if (isNow) {
                records.get(i).resolve(nowMs);
            }
            records.get(i).writeTo(json, version);
            if (json.length() > 2 * Fields.MAX_CHARS) {
                throw Undecodable.limit("more than " + 2 * Fields.MAX_CHARS + " characters of records");
            }
        }
        return json.endArray().toString();
    }
}
