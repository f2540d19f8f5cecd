package io.slipway.decode;

import java.nio.charset.StandardCharsets;

/**
 * The line that 6LBR's demo sends each interval (apps/udp-client/udp-client.c):
 *
 * <pre>
 * 3 | fe80::0201:0001:0001:0001|1
 * seq   the number of the message
 * parent   the link-local address of the node's RPL parent; null where it has none and says (null)
 * last_down   the last number that it got in answer
 * </pre>
 */
final class DemoLineDecoder implements Decoder {
    private static final String NONE = "(null)";
    private static final int MOST_DIGITS = 10;
    private static final int LONGEST_ADDRESS = 39;

    @Override
    public boolean decode(byte[] payload, int contentFormat, long atMs, Fields out) throws Undecodable {
        String line = new String(payload, 0, TextDecoder.end(payload), StandardCharsets.ISO_8859_1);
        int first = line.indexOf(" | ");
        int second = line.indexOf('|', first + 3);
        if (first < 0 || second < 0) {
            throw Undecodable.malformed("no line of the 6LBR demo");
        }
        String parent = line.substring(first + 3, second);
        boolean hasParent = !parent.equals(NONE);
        if (hasParent && !isAddress(parent)) {
            throw Undecodable.malformed("a line of the 6LBR demo without a parent's address");
        }
        number("seq", line.substring(0, first), out);
        out.add("parent", hasParent ? Fields.Kind.TEXT : Fields.Kind.WORD, hasParent ? parent : "null", null);
        number("last_down", line.substring(second + 1), out);
        return true;
    }

    private static void number(String name, String digits, Fields out) throws Undecodable {
        boolean good = !digits.isEmpty() && digits.length() <= MOST_DIGITS;
        for (int i = 0; i < digits.length(); i++) {
            good &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        if (!good) {
            throw Undecodable.malformed("a line of the 6LBR demo whose " + name + " is no number");
        }
        // Without the leading zeros, which JSON does not know.
        out.add(name, Fields.Kind.NUMBER, Long.toString(Long.parseLong(digits)), null);
    }

    private static boolean isAddress(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ':' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return text.indexOf(':') >= 0 && text.length() <= LONGEST_ADDRESS;
    }
}
