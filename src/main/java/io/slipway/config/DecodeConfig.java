package io.slipway.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code config decode}: which readings are decoded, and how. The first section that fits a reading is taken. */
public final class DecodeConfig {
    /** What the payload is. */
    public enum Format {
        /** What the message's CoAP Content-Format says; without one it is not decoded. */
        AUTO,
        /** UTF-8. */
        TEXT,
        /** A decimal number in text. */
        NUMBER,
        /** RFC 8259. */
        JSON,
        /** RFC 8949. */
        CBOR,
        /** RFC 8428 section 5. */
        SENML_JSON,
        /** RFC 8428 section 6. */
        SENML_CBOR,
        /** The line that the 6LBR demo sends. */
        DEMO_LINE,
        /** Numbers at fixed places. */
        PACKED
    }

    /** In the order of {@link Format}. */
    private static final String[] WORDS =
        {"auto", "text", "number", "json", "cbor", "senml+json", "senml+cbor", "6lbr", "packed"};
    private static final int MOST_FIELDS = 64;
    private static final int MOST_BYTES = 65_535;
    private static final int NODE_DIGITS = 16;
    private static final long UNIVERSAL_LOCAL = 0x0200_0000_0000_0000L;

    /** The section's name. */
    public final String name;
    /** An EUI-64 as sixteen lower-case hexadecimal digits, or {@code *} for every node. */
    public final String node;
    /** Topic filters for the source, one of which must take it; at least one. */
    public final List<String> sources;
    /** Default {@link Format#AUTO}. */
    public final Format format;
    /** How a packed integer lies unless its field says so. Default little endian. */
    public final boolean bigEndian;
    /** How long a packed record is, up to 65535; 0: at least as long as its fields reach. Default 0. */
    public final int bytes;
    /** Whether the broker keeps the last decoded message. Default: not. */
    public final boolean retain;
    /** What is wanted of the values; empty for all. At most 64. */
    public final List<DecodeField> fields;

    DecodeConfig(SectionReader in) {
        name = in.sectionName("decode");
        node = node(in);
        List<String> filters = in.list("source");
        for (String filter : filters) {
            if (!IngestConfig.isTopicFilter(filter)) {
                in.wrong("source", "topic filters for the source such as 'udp/5678' or 'coap/sensors/#'");
                break;
            }
        }
        sources = filters.isEmpty() ? Collections.singletonList("#") : filters;
        format = format(in.choice("format", WORDS));
        boolean packed = format == Format.PACKED;
        bigEndian = in.choice("byte_order", "little", "big").equals("big");
        bytes = in.whole("bytes", 0, 0, MOST_BYTES);
        if (!packed && (in.has("byte_order") || in.has("bytes"))) {
            in.wrong(in.has("bytes") ? "bytes" : "byte_order", "it only where the format is packed");
        }
        retain = in.bool("retain", false);
        fields = Collections.unmodifiableList(fields(in, packed));
        if (bytes > 0 && bytes < end()) {
            in.wrong("bytes", "at least " + end() + ", which is where the fields end");
        }
        in.finish();
    }

    /** How a format is called in the file. */
    public static String word(Format format) {
        return WORDS[format.ordinal()];
    }

    /** The byte after the last field of a packed record. */
    public int end() {
        int end = 0;
        for (DecodeField field : fields) {
            end = Math.max(end, field.end());
        }
        return end;
    }

    private static Format format(String word) {
        int i = 0;
        while (!WORDS[i].equals(word)) {
            i++;
        }
        return Format.values()[i];
    }

    private List<DecodeField> fields(SectionReader in, boolean packed) {
        List<DecodeField> all = new ArrayList<>();
        int next = 0;
        try {
            for (String text : in.list("field")) {
                DecodeField field = DecodeField.parse(text, packed, next, bigEndian);
                for (DecodeField other : all) {
                    if (other.name.equals(field.name)) {
                        throw new IllegalArgumentException("each name once, and not '" + field.name + "' twice");
                    }
                }
                next = field.end();
                all.add(field);
            }
        } catch (IllegalArgumentException wrong) {
            in.wrong("field", wrong.getMessage());
            return all;
        }
        if (all.size() > MOST_FIELDS) {
            in.wrong("field", "at most " + MOST_FIELDS);
        }
        if (packed && all.isEmpty()) {
            in.wrong("field", "the fields of the record, such as 'temperature i16 at=0 scale=0.01 unit=Cel'");
        }
        return all;
    }

    /** The EUI-64; an interface identifier, with colons as in an address, is the same with one bit inverted. */
    private static String node(SectionReader in) {
        String text = in.text("node", "*");
        if (text.equals("*")) {
            return text;
        }
        String digits = text.indexOf(':') < 0 ? text : groups(text);
        boolean good = digits.length() == NODE_DIGITS;
        for (int i = 0; good && i < NODE_DIGITS; i++) {
            char c = digits.charAt(i);
            good = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
        }
        if (!good) {
            in.wrong("node", "sixteen hexadecimal digits in lower case, the last four groups of its address such as"
                + " 212:7402:2:202, or * for every node");
            return "*";
        }
        if (digits == text) {
            return text;
        }
        String eui = Long.toHexString(Long.parseUnsignedLong(digits, 16) ^ UNIVERSAL_LOCAL);
        return "0000000000000000".substring(eui.length()) + eui;
    }

    /** Four groups of one to four digits as sixteen digits; something of another length where they are not. */
    private static String groups(String text) {
        StringBuilder digits = new StringBuilder();
        int from = 0;
        while (from <= text.length()) {
            int colon = text.indexOf(':', from);
            int to = colon < 0 ? text.length() : colon;
            if (to == from || to - from > 4) {
                return "";
            }
            digits.append("0000".substring(to - from)).append(text, from, to);
            from = to + 1;
        }
        return digits.toString();
    }
}
