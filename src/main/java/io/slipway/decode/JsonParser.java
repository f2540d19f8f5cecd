package io.slipway.decode;

import java.nio.charset.StandardCharsets;

/**
 * Reads one JSON text (RFC 8259) in UTF-8 and says what it holds. Strict: no byte order mark, nothing after the value,
 * no name twice in an object. Numbers are handed on digit by digit as they stand, so none is rounded. Not thread-safe.
 */
final class JsonParser {
    /** Digits of a number, at most; a double has 17. */
    private static final int MOST_DIGITS = 64;
    /** A double's is 308 at most; a receiver that computes with it must not fill its memory with zeros. */
    private static final int MOST_EXPONENT = 400;

    private final Names names = new Names();
    private final Utf8 utf8 = new Utf8();
    private byte[] in;
    private int at;
    private Values out;

    /** Reads the whole payload. */
    void parse(byte[] payload, Values values) throws Undecodable {
        in = payload;
        at = 0;
        out = values;
        names.clear();
        value();
        skipSpace();
        if (at < in.length) {
            throw wrong("something after the value");
        }
    }

    private void value() throws Undecodable {
        names.value();
        skipSpace();
        switch (peek()) {
            case '{':
                object();
                break;
            case '[':
                array();
                break;
            case '"':
                out.text(string());
                break;
            case 't':
                literal("true");
                out.bool(true);
                break;
            case 'f':
                literal("false");
                out.bool(false);
                break;
            case 'n':
                literal("null");
                out.nothing();
                break;
            default:
                number();
                break;
        }
    }

    private void object() throws Undecodable {
        at++;
        names.open();
        out.object();
        skipSpace();
        boolean more = peek() != '}';
        while (more) {
            skipSpace();
            String name = string();
            names.add(name);
            out.name(name);
            skipSpace();
            expect(':');
            value();
            skipSpace();
            more = peek() == ',';
            at += more ? 1 : 0;
        }
        expect('}');
        names.close();
        out.endObject();
    }

    private void array() throws Undecodable {
        at++;
        names.open();
        out.array();
        skipSpace();
        boolean more = peek() != ']';
        while (more) {
            value();
            skipSpace();
            more = peek() == ',';
            at += more ? 1 : 0;
        }
        expect(']');
        names.close();
        out.endArray();
    }

    private String string() throws Undecodable {
        expect('"');
        int from = at;
        while (at < in.length && in[at] != '"') {
            if (in[at] == '\\') {
                return escapedString(from);
            }
            if (in[at] >= 0 && in[at] < ' ') {
                throw wrong("a control character in a string");
            }
            at++;
        }
        expect('"');
        return utf8.decode(in, from, at - 1);
    }

    /** From the first escape on. */
    private String escapedString(int start) throws Undecodable {
        StringBuilder text = new StringBuilder();
        int from = start;
        while (peek() != '"') {
            if (in[at] >= 0 && in[at] < ' ') {
                throw wrong("a control character in a string");
            }
            if (in[at] == '\\') {
                text.append(utf8.decode(in, from, at));
                at++;
                text.append(escape());
                from = at;
            } else {
                at++;
            }
        }
        text.append(utf8.decode(in, from, at));
        at++;
        return text.toString();
    }

    private char escape() throws Undecodable {
        int c = peek();
        at++;
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(plain);
        }
        if (c != 'u') {
            throw wrong("an unknown escape");
        }
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit((char) peek(), 16);
            if (digit < 0) {
                throw wrong("an unknown escape");
            }
            unit = unit * 16 + digit;
            at++;
        }
        return (char) unit;
    }

    private void literal(String word) throws Undecodable {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
    }

    private void number() throws Undecodable {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        int integer = at;
        int count = digits();
        if (count == 0 || count > 1 && in[integer] == '0') {
            throw wrong("neither a value nor a number as JSON has it");
        }
        if (at < in.length && in[at] == '.') {
            at++;
            int fraction = digits();
            if (fraction == 0) {
                throw wrong("a number without digits after its point");
            }
            count += fraction;
        }
        if (at < in.length && (in[at] == 'e' || in[at] == 'E')) {
            at++;
            exponent();
        }
        if (count > MOST_DIGITS) {
            throw Undecodable.limit("a number of more than " + MOST_DIGITS + " digits");
        }
        out.number(new String(in, from, at - from, StandardCharsets.US_ASCII));
    }

    private void exponent() throws Undecodable {
        if (at < in.length && (in[at] == '+' || in[at] == '-')) {
            at++;
        }
        int from = at;
        if (digits() == 0) {
            throw wrong("a number without digits in its exponent");
        }
        int exponent = 0;
        for (int i = from; i < at && exponent <= MOST_EXPONENT; i++) {
            exponent = exponent * 10 + in[i] - '0';
        }
        if (exponent > MOST_EXPONENT || at - from > MOST_DIGITS) {
            throw Undecodable.limit("a number with an exponent beyond " + MOST_EXPONENT);
        }
    }

    private int digits() {
        int from = at;
        while (at < in.length && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        return at - from;
    }

    private void skipSpace() {
        while (at < in.length && (in[at] == ' ' || in[at] == '\t' || in[at] == '\n' || in[at] == '\r')) {
            at++;
        }
    }

    /** The next byte; never negative, so that what is not ASCII is no character of JSON's own. */
    private int peek() throws Undecodable {
        if (at >= in.length) {
            throw Undecodable.malformed("JSON that ends too early");
        }
        return in[at] & 0xff;
    }

    private void expect(char wanted) throws Undecodable {
        if (peek() != wanted) {
            throw wrong("no '" + wanted + "' where one belongs");
        }
        at++;
    }

    private Undecodable wrong(String what) {
        return Undecodable.malformed("JSON with " + what + ", at byte " + at);
    }
}
