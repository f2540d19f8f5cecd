package io.slipway.upstream;

import io.slipway.reading.PayloadForm;
import io.slipway.reading.Reading;
import io.slipway.store.Batch;
import java.util.List;

/**
 * SenML in CBOR (RFC 8428 section 6): labels are small integers, ours are text. Whole numbers are CBOR integers, other
 * decimals are decimal fractions, so no number is rounded on the way.
 */
final class SenmlCborEncoder extends SenmlEncoder {
    private static final int BN = -2;
    private static final int BT = -3;
    private static final int N = 0;
    private static final int V = 2;
    private static final int VS = 3;
    private static final int T = 6;
    private static final int VD = 8;

    private final CborWriter cbor = new CborWriter();

    @Override
    String contentType() {
        return "application/senml+cbor";
    }

    @Override
    byte[] encode(Batch batch) {
        List<Reading> readings = batch.readings;
        boolean based = allHaveTime(readings);
        long baseMs = based ? readings.get(0).at : 0;
        cbor.reset();
        cbor.array(readings.size());
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            int baseFields = i > 0 ? 0 : based ? 3 : 2;
            cbor.map(baseFields + fields(reading, baseMs));
            if (i == 0) {
                cbor.integer(BN);
                cbor.text(batch.origin + '/');
                if (based) {
                    cbor.integer(BT);
                    seconds(baseMs);
                }
                cbor.text("epoch");
                cbor.text(batch.epoch.toString());
            }
            record(reading, baseMs);
        }
        return cbor.toBytes();
    }

    /** How many pairs {@link #record} writes: CBOR wants to know beforehand. */
    private static int fields(Reading reading, long baseMs) {
        boolean hasTime = hasTime(reading);
        int time = (hasTime && reading.at != baseMs ? 1 : 0) + (!hasTime || reading.estimated ? 3 : 0);
        // A clean source is the source itself.
        return 3 + time + (cleanSource(reading.source) == reading.source ? 0 : 1);
    }

    private void record(Reading reading, long baseMs) {
        String source = cleanSource(reading.source);
        cbor.integer(N);
        cbor.text(reading.node + "/" + source);
        boolean hasTime = hasTime(reading);
        if (hasTime && reading.at != baseMs) {
            cbor.integer(T);
            seconds(reading.at - baseMs);
        }
        value(reading.payload);
        cbor.text("seq");
        cbor.integer(reading.seq);
        if (source != reading.source) {
            cbor.text("source");
            cbor.text(reading.source);
        }
        if (!hasTime || reading.estimated) {
            cbor.text("clock_ok");
            cbor.bool(false);
            if (hasTime) {
                cbor.text("at_est");
                cbor.bool(true);
            } else {
                cbor.text("at");
                cbor.integer(reading.at);
            }
            cbor.text("mono");
            cbor.integer(reading.mono);
        }
    }

    private void value(byte[] payload) {
        switch (PayloadForm.of(payload)) {
            case NUMBER:
                cbor.integer(V);
                number(payload);
                break;
            case TEXT:
                cbor.integer(VS);
                cbor.text(payload);
                break;
            default:
                cbor.integer(VD);
                cbor.bytes(payload);
                break;
        }
    }

    /** Writes a number that {@link PayloadForm} has checked: its digits fit a long, its exponent has two. */
    private void number(byte[] digits) {
        boolean negative = digits[0] == '-';
        long mantissa = 0;
        int scale = 0;
        boolean whole = true;
        int i = negative ? 1 : 0;
        for (; i < digits.length && (digits[i] | 0x20) != 'e'; i++) {
            if (digits[i] == '.') {
                whole = false;
            } else {
                mantissa = mantissa * 10 + digits[i] - '0';
                scale -= whole ? 0 : 1;
            }
        }
        int exponent = exponent(digits, i + 1);
        if (negative && mantissa == 0) {
            cbor.minusZero();
        } else if (whole && i == digits.length) {
            cbor.integer(negative ? -mantissa : mantissa);
        } else {
            cbor.decimal(negative ? -mantissa : mantissa, scale + exponent);
        }
    }

    private static int exponent(byte[] digits, int from) {
        int exponent = 0;
        for (int i = from; i < digits.length; i++) {
            if (digits[i] >= '0') {
                exponent = exponent * 10 + digits[i] - '0';
            }
        }
        return from < digits.length && digits[from] == '-' ? -exponent : exponent;
    }

    /** Milliseconds as seconds: an integer if they are whole, else the shortest decimal fraction. */
    private void seconds(long ms) {
        long mantissa = ms;
        int exponent = -3;
        while (exponent < 0 && mantissa % 10 == 0) {
            mantissa /= 10;
            exponent++;
        }
        if (exponent == 0) {
            cbor.integer(mantissa);
        } else {
            cbor.decimal(mantissa, exponent);
        }
    }
}
