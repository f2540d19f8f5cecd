package io.slipway.decode;

import io.slipway.reading.Eui64;

/** One value of one node that Home Assistant is told of. Immutable. */
final class Announcement {
    private static final char BETWEEN = '\t';

    final Eui64 node;
    final String source;
    final String field;
    /** As SenML writes it. */
    final String unit;

    Announcement(Eui64 node, String source, String field, String unit) {
        this.node = node;
        this.source = source;
        this.field = field;
        this.unit = unit;
    }

    /** Reads {@link #toString()}'s form; {@code null} for anything else. */
    static Announcement parse(String line) {
        int first = line.indexOf(BETWEEN);
        int second = line.indexOf(BETWEEN, first + 1);
        int third = line.indexOf(BETWEEN, second + 1);
        Eui64 node = first < 0 || second < 0 || third < 0 ? null : Eui64.parse(line.substring(0, first));
        return node == null ? null : new Announcement(node, line.substring(first + 1, second),
            line.substring(second + 1, third), line.substring(third + 1));
    }

    /**
     * Whether it may go into a template and a topic of Home Assistant's: a mote that chose a name of quotes and braces
     * would have its own template run there.
     */
    boolean isHarmless() {
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && "_.:/-".indexOf(c) < 0) {
                return false;
            }
        }
        for (int i = 0; i < source.length(); i++) {
            if (Character.isISOControl(source.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    boolean isOf(String otherSource, String otherField) {
        return field.equals(otherField) && source.equals(otherSource);
    }

    /** What Home Assistant knows it by: of letters, digits, {@code _} and {@code -}, as it wants it. */
    String id(String gateway) {
        StringBuilder id = new StringBuilder(gateway).append('_').append(node).append('_').append(source).append('_')
            .append(field);
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && c != '-') {
                id.setCharAt(i, '_');
            }
        }
        return id.toString();
    }

    /** One line, without its end. */
    @Override
    public String toString() {
        return node.toString() + BETWEEN + source + BETWEEN + field + BETWEEN + unit;
    }
}
