package io.slipway.decode;

import io.slipway.config.DecodeField;
import io.slipway.json.JsonWriter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/**
 * The values of one payload, each with a name, and perhaps a unit: at most {@value #MAX} of them, and
 * {@value #MAX_CHARS} characters together. Used again for the next payload. Not thread-safe.
 */
final class Fields {
    /** Values, at most. */
    static final int MAX = 64;
    /** Characters of names, values and units, at most; and of the records, at most twice as many. */
    static final int MAX_CHARS = 8192;

    /** How a value is written. */
    enum Kind {
        /** Digits, as JSON has them. */
        NUMBER,
        /** Text that is to be quoted. */
        TEXT,
        /** {@code true}, {@code false} or {@code null}. */
        WORD
    }

    private final String[] names = new String[MAX];
    private final Kind[] kinds = new Kind[MAX];
    private final String[] values = new String[MAX];
    private final String[] units = new String[MAX];
    private int count;
    private int chars;
    private String records;

    /** Before a payload. */
    void clear() {
        Arrays.fill(names, 0, count, null);
        Arrays.fill(values, 0, count, null);
        Arrays.fill(units, 0, count, null);
        count = 0;
        chars = 0;
        records = null;
    }

    int count() {
        return count;
    }

    String name(int i) {
        return names[i];
    }

    Kind kind(int i) {
        return kinds[i];
    }

    String value(int i) {
        return values[i];
    }

    /** {@code null} where nothing is known. */
    String unit(int i) {
        return units[i];
    }

    /** Adds a value whose name is new. */
    void add(String name, Kind kind, String value, String unit) throws Undecodable {
        if (indexOf(name) >= 0) {
            throw Undecodable.invalid("two values would have the same name");
        }
        put(name, kind, value, unit);
    }

    /** Adds a value, or takes it in the place of the one that has the name. */
    void put(String name, Kind kind, String value, String unit) throws Undecodable {
        int at = indexOf(name);
        if (at < 0) {
            if (count == MAX) {
                throw Undecodable.limit("more than " + MAX + " values to show");
            }
            at = count++;
        }
        chars += name.length() + value.length() + (unit == null ? 0 : unit.length());
        if (chars > MAX_CHARS) {
            throw Undecodable.limit("more than " + MAX_CHARS + " characters to show");
        }
        names[at] = name;
        kinds[at] = kind;
        values[at] = value;
        units[at] = unit;
    }

    /** Sets what is to stand beside the values: a JSON array. */
    void records(String json) {
        records = json;
    }

    private int indexOf(String name) {
        for (int i = 0; i < count; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Keeps what the configuration names, in its order, under its names and in its units; all where it names none. */
    void select(List<DecodeField> wanted, Fields into) throws Undecodable {
        for (int i = 0; i < wanted.size(); i++) {
            DecodeField field = wanted.get(i);
            int at = indexOf(field.from);
            if (at >= 0) {
                into.add(field.name, kinds[at], kinds[at] == Kind.NUMBER ? scaled(values[at], field) : values[at],
                    field.unit == null ? units[at] : field.unit);
            }
        }
        into.records = records;
    }

    /** A raw number as the configuration wants it: times its scale, plus what is to be added; exact. */
    static String scaled(String number, DecodeField field) {
        if (field.scale == null && field.add == null) {
            return number;
        }
        BigDecimal value = new BigDecimal(number);
        if (field.scale != null) {
            value = value.multiply(field.scale);
        }
        if (field.add != null) {
            value = value.add(field.add);
        }
        return value.toString();
    }

    /** Writes {@code fields}, {@code units} where there are some, and {@code records} where there are some. */
    void writeTo(JsonWriter json) {
        json.object("fields");
        boolean anyUnit = false;
        for (int i = 0; i < count; i++) {
            json.name(names[i]);
            if (kinds[i] == Kind.TEXT) {
                json.value(values[i]);
            } else {
                json.literal(values[i]);
            }
            anyUnit |= units[i] != null;
        }
        json.endObject();
        if (anyUnit) {
            json.object("units");
            for (int i = 0; i < count; i++) {
                if (units[i] != null) {
                    json.field(names[i], units[i]);
                }
            }
            json.endObject();
        }
        if (records != null) {
            json.name("records").literal(records);
        }
    }
}
