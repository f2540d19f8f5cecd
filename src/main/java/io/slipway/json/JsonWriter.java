package io.slipway.json;

import java.nio.charset.StandardCharsets;

/**
 * Writes one JSON text (RFC 8259) into a buffer that can be used again. Commas come by themselves; whether objects
 * and arrays are closed in the right order is the caller's business. Text is escaped so that it stays on one line.
 *
 * <p>Own code because it runs once for every reading: a library's generator costs classes at start and garbage for
 * each reading, and this is all that is needed of one. Not safe for several threads.
 */
public final class JsonWriter {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /** Characters that {@link #reset} keeps room for: one long text must not cost its memory for ever. */
    private static final int KEPT = 8192;

    private StringBuilder out;
    private boolean comma;

    /** An empty text. */
    public JsonWriter() {
        this.out = new StringBuilder(256);
    }

    /** Forgets what was written; the memory stays, within reason. */
    public JsonWriter reset() {
        if (out.capacity() > KEPT) {
            out = new StringBuilder(256);
        }
        out.setLength(0);
        comma = false;
        return this;
    }

    /** Opens an object, as a value or as the text. */
    public JsonWriter object() {
        return open('{');
    }

    /** Opens an object under a name. */
    public JsonWriter object(String name) {
        return name(name).open('{');
    }

    /** Closes the innermost object. */
    public JsonWriter endObject() {
        return close('}');
    }

    /** Opens an array, as a value or as the text. */
    public JsonWriter array() {
        return open('[');
    }

    /** Opens an array under a name. */
    public JsonWriter array(String name) {
        return name(name).open('[');
    }

    /** Closes the innermost array. */
    public JsonWriter endArray() {
        return close(']');
    }

    /** Writes a name; the next call writes its value. */
    public JsonWriter name(String name) {
        separate();
        quote(name);
        out.append(':');
        comma = false;
        return this;
    }

    /** Writes a member with text, or with {@code null}. */
    public JsonWriter field(String name, String value) {
        return name(name).value(value);
    }

    /** Writes a member with a whole number. */
    public JsonWriter field(String name, long value) {
        return name(name).value(value);
    }

    /** Writes a member with a truth value. */
    public JsonWriter field(String name, boolean value) {
        return name(name).literal(value ? "true" : "false");
    }

    /** Writes a member with bytes as lower-case hexadecimal digits. */
    public JsonWriter hexField(String name, byte[] bytes, int from, int to) {
        name(name).separate();
        out.append('"');
        for (int i = from; i < to; i++) {
            out.append(HEX[bytes[i] >> 4 & 0xf]).append(HEX[bytes[i] & 0xf]);
        }
        out.append('"');
        return this;
    }

    /** Writes text, or {@code null}. */
    public JsonWriter value(String value) {
        if (value == null) {
            return literal("null");
        }
        separate();
        quote(value);
        return this;
    }

    /** Writes a whole number. */
    public JsonWriter value(long value) {
        separate();
        out.append(value);
        return this;
    }

    /** Writes something that is JSON already: a number's digits, {@code true}, an object from elsewhere. */
    public JsonWriter literal(CharSequence json) {
        separate();
        out.append(json);
        return this;
    }

    /** Characters so far. */
    public int length() {
        return out.length();
    }

    /** The text so far, in UTF-8. */
    public byte[] toBytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The text so far. */
    @Override
    public String toString() {
        return out.toString();
    }

    private JsonWriter open(char bracket) {
        separate();
        out.append(bracket);
        comma = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        out.append(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            out.append(',');
        }
        comma = true;
    }

    private void quote(String text) {
        out.append('"');
        int written = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            // Nearly every character of nearly every text.
            if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\' || !isEscaped(text, i)) {
                continue;
            }
            out.append(text, written, i);
            escape(c);
            written = i + 1;
        }
        if (written == 0) {
            out.append(text);
        } else {
            out.append(text, written, length);
        }
        out.append('"');
    }

    private static boolean isEscaped(String text, int i) {
        char c = text.charAt(i);
        return c < 0xa0 || c == '\u2028' || c == '\u2029' || isLone(text, i);
    }

    private void escape(char c) {
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else if (c == '\n') {
            out.append("\\n");
        } else {
            out.append("\\u").append(HEX[c >> 12]).append(HEX[c >> 8 & 0xf]).append(HEX[c >> 4 & 0xf])
                .append(HEX[c & 0xf]);
        }
    }

    /** Half a surrogate pair has no UTF-8 form: it would come out as a question mark. */
    private static boolean isLone(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
