package io.slipway.decode;

import io.slipway.reading.PayloadForm;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text in UTF-8, or a decimal number in text. Zero bytes at the end, which C programs like to send, are left out. */
final class TextDecoder implements Decoder {
    private final Utf8 utf8 = new Utf8();
    private final String name;
    private final boolean mustBeNumber;

    /**
     * @param name what the value is called
     * @param mustBeNumber whether anything but a number does not fit; spaces and line ends around it do
     */
    TextDecoder(String name, boolean mustBeNumber) {
        this.name = name;
        this.mustBeNumber = mustBeNumber;
    }

    @Override
    public boolean decode(byte[] payload, int contentFormat, long atMs, Fields out) throws Undecodable {
        int to = end(payload);
        if (!mustBeNumber) {
            out.add(name, Fields.Kind.TEXT, utf8.decode(payload, 0, to), null);
            return true;
        }
        int from = 0;
        while (from < to && payload[from] <= ' ' && payload[from] >= 0) {
            from++;
        }
        while (to > from && payload[to - 1] <= ' ' && payload[to - 1] >= 0) {
            to--;
        }
        byte[] number = Arrays.copyOfRange(payload, from, to);
        if (PayloadForm.of(number) != PayloadForm.NUMBER) {
            throw Undecodable.malformed("no decimal number of at most " + PayloadForm.MAX_DIGITS + " digits");
        }
        out.add(name, Fields.Kind.NUMBER, new String(number, StandardCharsets.US_ASCII), null);
        return true;
    }

    /** Where the zero bytes at the end begin. */
    static int end(byte[] payload) {
        int end = payload.length;
        while (end > 0 && payload[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
