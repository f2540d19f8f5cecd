package io.slipway.mesh.coap;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Uri-Path and Uri-Query options as text and back (RFC 7252 sections 6.4 and 6.5): {@code test/hello?len=4}. What
 * neither a URI nor an MQTT topic name may have is written as {@code %2B}; bytes that are no UTF-8 as well.
 */
final class UriPath {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
    /** Of RFC 3986's unreserved and sub-delims, with ':' and '@', all but '+', which is a wild card of MQTT. */
    private static final String PLAIN = "-._~!$&'()*,;=:@";
    private static final int LONGEST = 255;

    private UriPath() {
    }

    /** The text of a message's path and query; empty where it has neither. */
    static String of(Options options) {
        StringBuilder text = new StringBuilder(32);
        char pathSeparator = 0;
        char querySeparator = '?';
        for (int i = 0; i < options.size(); i++) {
            if (options.number(i) == Options.URI_PATH) {
                if (pathSeparator != 0) {
                    text.append(pathSeparator);
                }
                pathSeparator = '/';
                escape(options.value(i), false, text);
            } else if (options.number(i) == Options.URI_QUERY) {
                text.append(querySeparator);
                querySeparator = '&';
                escape(options.value(i), true, text);
            }
        }
        return text.toString();
    }

    private static void escape(byte[] value, boolean query, StringBuilder text) {
        for (byte b : value) {
            int c = b & 0xff;
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || PLAIN.indexOf(c) >= 0 && !(query && c == '&') || query && (c == '/' || c == '?');
            if (plain) {
                text.append((char) c);
            } else {
                text.append('%').append(HEX[c >> 4]).append(HEX[c & 0xf]);
            }
        }
    }

    /**
     * Reads {@link #of}'s text; a leading slash may stand there.
     *
     * @throws IllegalArgumentException if a segment is longer than 255 bytes or a percent sign stands alone, in words
     */
    static Options parse(String text) {
        Options options = new Options();
        int question = text.indexOf('?');
        String path = question < 0 ? text : text.substring(0, question);
        if (path.startsWith("/")) {
            path = path.substring(1);
        }
        if (!path.isEmpty()) {
            addAll(options, Options.URI_PATH, path, '/');
        }
        if (question >= 0 && question < text.length() - 1) {
            addAll(options, Options.URI_QUERY, text.substring(question + 1), '&');
        }
        return options;
    }

    private static void addAll(Options options, int option, String text, char separator) {
        int from = 0;
        while (from <= text.length()) {
            int to = text.indexOf(separator, from);
            if (to < 0) {
                to = text.length();
            }
            options.add(option, unescape(text.substring(from, to)));
            from = to + 1;
        }
    }

    private static byte[] unescape(String segment) {
        byte[] in = segment.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.write(in[i]);
            } else {
                int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
                int low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
                if (low < 0) {
                    throw new IllegalArgumentException("a percent sign in a path begins two hexadecimal digits: %2B");
                }
                out.write(high << 4 | low);
                i += 2;
            }
        }
        if (out.size() > LONGEST) {
            throw new IllegalArgumentException("a part of the path is longer than " + LONGEST + " bytes");
        }
        return out.toByteArray();
    }
}
