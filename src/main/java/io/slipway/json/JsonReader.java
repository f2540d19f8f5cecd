package io.slipway.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one small JSON text (RFC 8259) as maps, lists, strings, booleans, {@code null}, and {@link Long} or
 * {@link Double} for numbers. The text is whole in memory, and whoever sent it may have meant harm: nesting is limited,
 * and nothing is thrown.
 */
public final class JsonReader {
    private static final int MAX_DEPTH = 16;
    private static final int MOST_SCALE = 1000;

    /** Carries the end of the reading out of its depth; no stack trace. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed() {
            super("not JSON", null, false, false);
        }
    }

    private final String text;
    private final boolean exact;
    private int at;

    private JsonReader(byte[] utf8, boolean exact) {
        this.text = new String(utf8, StandardCharsets.UTF_8);
        this.exact = exact;
    }

    /** The value; {@code null} where the bytes are no JSON, and for the literal {@code null}. */
    public static Object read(byte[] utf8) {
        return new JsonReader(utf8, false).whole();
    }

    /** The same with a {@link BigDecimal} for each number that is not whole, so that none is rounded. */
    public static Object readExact(byte[] utf8) {
        return new JsonReader(utf8, true).whole();
    }

    private Object whole() {
        try {
            Object value = value(0);
            skipSpace();
            return at == text.length() ? value : null;
        } catch (Malformed notJson) {
            return null;
        }
    }

    private Object value(int depth) throws Malformed {
        skipSpace();
        char c = peek();
        if (depth > MAX_DEPTH) {
            throw new Malformed();
        }
        switch (c) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return string();
            case 't':
                return literal("true", Boolean.TRUE);
            case 'f':
                return literal("false", Boolean.FALSE);
            case 'n':
                return literal("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object(int depth) throws Malformed {
        Map<String, Object> members = new HashMap<>();
        at++;
        skipSpace();
        boolean more = peek() != '}';
        while (more) {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':');
            members.put(name, value(depth + 1));
            skipSpace();
            more = peek() == ',';
            at += more ? 1 : 0;
        }
        expect('}');
        return members;
    }

    private List<Object> array(int depth) throws Malformed {
        List<Object> values = new ArrayList<>();
        at++;
        skipSpace();
        boolean more = peek() != ']';
        while (more) {
            values.add(value(depth + 1));
            skipSpace();
            more = peek() == ',';
            at += more ? 1 : 0;
        }
        expect(']');
        return values;
    }

    private String string() throws Malformed {
        expect('"');
        StringBuilder out = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ') {
                throw new Malformed();
            }
            out.append(c == '\\' ? escaped() : c);
        }
        return out.toString();
    }

    private char escaped() throws Malformed {
        char c = next();
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(plain);
        }
        if (c != 'u') {
            throw new Malformed();
        }
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw new Malformed();
            }
            unit = unit * 16 + digit;
        }
        return (char) unit;
    }

    private Object literal(String word, Object value) throws Malformed {
        if (!text.startsWith(word, at)) {
            throw new Malformed();
        }
        at += word.length();
        return value;
    }

    private Object number() throws Malformed {
        int from = at;
        boolean whole = true;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            whole &= text.charAt(at) == '-' || Character.isDigit(text.charAt(at));
            at++;
        }
        String digits = text.substring(from, at);
        try {
            return whole ? (Object) Long.valueOf(digits) : exact ? decimal(digits) : (Object) Double.valueOf(digits);
        } catch (NumberFormatException wrong) {
            throw new Malformed();
        }
    }

    private static Object decimal(String digits) {
        BigDecimal number = new BigDecimal(digits);
        // Whoever computes with it must not fill the memory with zeros.
        if (Math.abs((long) number.scale()) > MOST_SCALE) {
            throw new NumberFormatException();
        }
        return number;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws Malformed {
        if (at >= text.length()) {
            throw new Malformed();
        }
        return text.charAt(at);
    }

    private char next() throws Malformed {
        char c = peek();
        at++;
        return c;
    }

    private void expect(char wanted) throws Malformed {
        if (next() != wanted) {
            throw new Malformed();
        }
    }
}
