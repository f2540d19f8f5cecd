package io.slipway.decode;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * What the labels of one SenML record say, and of those before it as far as that goes on: the base values
 * (RFC 8428 sections 4.1 and 4.5). Not thread-safe.
 */
final class SenmlFields {
    private static final int LONGEST_NAME = 256;
    private static final int MOST_VERSION_DIGITS = 9;
    private static final SenmlLabel[] VALUES = {SenmlLabel.V, SenmlLabel.VS, SenmlLabel.VB, SenmlLabel.VD};

    /** By label; {@code null} where it was not said. */
    private final String[] said = new String[SenmlLabel.values().length];
    private boolean hasRegular;
    private int version;

    /** Before a pack. */
    void clear() {
        Arrays.fill(said, null);
    }

    /** Before a record: base values stay. */
    void next() {
        Arrays.fill(said, 0, SenmlLabel.BVER.ordinal(), null);
        hasRegular = false;
        version = 0;
    }

    void set(SenmlLabel label, String value) throws Undecodable {
        hasRegular |= !label.isBase();
        if (!label.isBase() && get(label) != null) {
            throw Undecodable.invalid("SenML with a label twice in one record");
        }
        if (label == SenmlLabel.BVER) {
            version = version(value);
        } else if (label == SenmlLabel.VD && !isBase64Url(value)) {
            throw Undecodable.invalid("SenML whose vd is not base64url");
        }
        said[label.ordinal()] = value;
    }

    private String get(SenmlLabel label) {
        return said[label.ordinal()];
    }

    /** What this record says of it; 0 where it says nothing. */
    int version() {
        return version;
    }

    /** The record; {@code null} where it has base fields only. */
    SenmlRecord record() throws Undecodable {
        if (!hasRegular) {
            return null;
        }
        SenmlRecord record = new SenmlRecord();
        record.name = name();
        record.unit = get(SenmlLabel.U) == null ? get(SenmlLabel.BU) : get(SenmlLabel.U);
        record.sum = sum(SenmlLabel.BS, SenmlLabel.S);
        for (SenmlLabel value : VALUES) {
            if (get(value) != null) {
                if (record.label != null) {
                    throw Undecodable.invalid("SenML with two values in one record");
                }
                record.label = value.text;
                record.value = value == SenmlLabel.V ? sum(SenmlLabel.BV, SenmlLabel.V) : get(value);
            }
        }
        if (record.label == null && get(SenmlLabel.BV) != null && record.sum == null) {
            // A missing value counts as zero where there is a base value (section 4.5.4).
            record.label = SenmlLabel.V.text;
            record.value = get(SenmlLabel.BV);
        }
        if (record.label == null && record.sum == null) {
            throw Undecodable.invalid("SenML with neither a value nor a sum in a record");
        }
        String time = sum(SenmlLabel.BT, SenmlLabel.T);
        record.time = time == null ? null : new BigDecimal(time);
        record.updateTime = get(SenmlLabel.UT);
        return record;
    }

    /** Base value and value together; {@code null} where there is neither. */
    private String sum(SenmlLabel baseLabel, SenmlLabel label) {
        String base = get(baseLabel);
        String value = get(label);
        if (base == null || value == null) {
            return base == null ? value : base;
        }
        return new BigDecimal(base).add(new BigDecimal(value)).toString();
    }

    private String name() throws Undecodable {
        String base = get(SenmlLabel.BN);
        String own = get(SenmlLabel.N);
        String name = base == null ? own : own == null ? base : base.concat(own);
        if (name == null || name.isEmpty()) {
            throw Undecodable.invalid("SenML with a record that has no name");
        }
        if (name.length() > LONGEST_NAME) {
            throw Undecodable.limit("a name of more than " + LONGEST_NAME + " characters");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isAlphanumeric(c) && (i == 0 || "-:./_".indexOf(c) < 0)) {
                throw Undecodable.invalid("SenML with a name of other characters than section 4.5.1 allows");
            }
        }
        return name;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private static boolean isBase64Url(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && c != '-' && c != '_') {
                return false;
            }
        }
        return text.length() % 4 != 1;
    }

    private static int version(String number) throws Undecodable {
        boolean good = number.length() <= MOST_VERSION_DIGITS;
        for (int i = 0; i < number.length(); i++) {
            good &= number.charAt(i) >= '0' && number.charAt(i) <= '9';
        }
        int version = good ? Integer.parseInt(number) : 0;
        if (version == 0) {
            throw Undecodable.invalid("SenML whose version is no positive integer");
        }
        return version;
    }
}
