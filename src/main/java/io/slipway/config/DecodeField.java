package io.slipway.config;

import java.math.BigDecimal;

/**
 * One {@code list field} of {@code config decode}: a name, then words that say where the value is found and what it
 * means. Immutable.
 *
 * <pre>
 * temperature i16 at=2 scale=0.01 add=-40 unit=Cel     packed: type, first byte, …
 * alarm u8 at=4 bit=0                                  packed: one bit of an integer, as a truth value
 * mode u16 at=4 bits=1-3 be                            packed: some bits of an integer, as a number
 * temperature unit=Cel from=d.On-Chip Temp             any other format: the value of that name, up to the end
 * </pre>
 */
public final class DecodeField {
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_UNIT = 32;
    private static final int LONGEST_DECIMAL = 20;
    private static final int MOST_EXPONENT = 30;
    private static final int MOST_BYTES = 65_535;

    /** What it is called in the decoded message. */
    public final String name;
    /** The name that the decoder gives to the value; equal to {@link #name} unless the section says otherwise. */
    public final String from;
    /** As in SenML's registry of units, {@code Cel}; {@code null} where nothing is said. */
    public final String unit;
    /** The raw number is multiplied by this; {@code null} for 1. */
    public final BigDecimal scale;
    /** Then this is added; {@code null} for 0. */
    public final BigDecimal add;
    /** {@code u}, {@code i} or {@code f}: unsigned, two's complement, IEEE 754. 0 where the format is not packed. */
    public final char type;
    /** Bytes that it lies in, 1 to 8; 0 where the format is not packed. */
    public final int size;
    /** Its first byte, from 0. */
    public final int at;
    /** The lowest of its bits, 0 being the least significant of the integer; -1 for all of them. */
    public final int lowBit;
    /** How many bits, 1 to 64. */
    public final int bitCount;
    /** Whether one bit is meant, which is a truth value. */
    public final boolean isFlag;
    /** Whether the most significant byte comes first. */
    public final boolean bigEndian;

    private DecodeField(Words words) {
        name = words.name;
        from = words.from == null ? words.name : words.from;
        unit = words.unit;
        scale = words.scale;
        add = words.add;
        type = words.type;
        size = words.size;
        at = words.at;
        lowBit = words.lowBit;
        bitCount = words.bitCount;
        isFlag = words.isFlag;
        bigEndian = words.bigEndian;
    }

    /**
     * Reads one field.
     *
     * @param packed whether the payload is a packed record
     * @param next where the field lies unless it says so
     * @param bigEndian how the section's integers lie unless the field says so
     * @throws IllegalArgumentException that says what was expected
     */
    static DecodeField parse(String text, boolean packed, int next, boolean bigEndian) {
        Words words = new Words(text, packed, next, bigEndian);
        words.read();
        return new DecodeField(words);
    }

    /** The byte after it. */
    int end() {
        return at + size;
    }

    /** A plain decimal such as {@code -0.01}, with an exponent of at most 30; {@code null} for anything else. */
    private static BigDecimal decimal(String text) {
        if (text.isEmpty() || text.length() > LONGEST_DECIMAL) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text);
            return Math.abs(number.scale()) > MOST_EXPONENT ? null : number;
        } catch (NumberFormatException | ArithmeticException notANumber) {
            return null;
        }
    }

    static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && "_.:/-".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST_NAME;
    }

    /** The words as they are being read. */
    private static final class Words {
        private final String text;
        private final boolean packed;
        private String name;
        private String from;
        private String unit;
        private BigDecimal scale;
        private BigDecimal add;
        private char type;
        private int size;
        private int at;
        private int lowBit = -1;
        private int bitCount = 64;
        private boolean isFlag;
        private boolean bigEndian;

        Words(String text, boolean packed, int next, boolean bigEndian) {
            this.text = text;
            this.packed = packed;
            this.at = next;
            this.bigEndian = bigEndian;
        }

        void read() {
            int count = 0;
            for (int at = 0; at < text.length();) {
                // Names that motes give to their values may have spaces in them.
                int space = text.startsWith("from=", at) ? -1 : text.indexOf(' ', at);
                int to = space < 0 ? text.length() : space;
                if (to > at) {
                    take(count++, text.substring(at, to));
                }
                at = to + 1;
            }
            if (packed && size == 0) {
                throw wrong("a type after the name: u8 to u64, i8 to i64, f32 or f64");
            }
            if (!packed) {
                at = 0;
            } else if (lowBit >= 0 && (type == 'f' || lowBit + bitCount > 8 * size)) {
                throw wrong("bits within its integer");
            }
            if (isFlag && (scale != null || add != null)) {
                throw wrong("no scale and no add where it is one bit");
            }
        }

        private void take(int index, String word) {
            int equals = word.indexOf('=');
            if (index == 0) {
                if (!isName(word)) {
                    throw wrong("a name of letters, digits and _ . : / -, at most " + LONGEST_NAME);
                }
                name = word;
            } else if (packed && index == 1) {
                type(word);
            } else if (packed && (word.equals("be") || word.equals("le"))) {
                bigEndian = word.equals("be");
            } else if (equals < 0) {
                throw wrong("words such as unit=Cel, and not '" + word + "'");
            } else {
                setting(word.substring(0, equals), word.substring(equals + 1));
            }
        }

        private void type(String word) {
            long bits = word.isEmpty() ? -1 : WholeNumber.parse(word.substring(1));
            type = word.isEmpty() ? 0 : word.charAt(0);
            boolean good = type == 'f' ? bits == 32 || bits == 64
                : (type == 'u' || type == 'i') && bits >= 8 && bits <= 64 && bits % 8 == 0;
            if (!good) {
                throw wrong("a type after the name: u8 to u64, i8 to i64, f32 or f64");
            }
            size = (int) bits / 8;
        }

        private void setting(String key, String value) {
            if (key.equals("unit")) {
                unit = unit(value);
            } else if (key.equals("scale")) {
                scale = decimalOf(key, value);
            } else if (key.equals("add")) {
                add = decimalOf(key, value);
            } else if (key.equals("from") && !packed && !value.isEmpty()) {
                from = value;
            } else if (key.equals("at") && packed) {
                at = whole(key, value, MOST_BYTES);
            } else if (key.equals("bit") && packed) {
                lowBit = whole(key, value, 63);
                bitCount = 1;
                isFlag = true;
            } else if (key.equals("bits") && packed) {
                bits(value);
            } else {
                throw wrong(packed ? "at=, bit=, bits=, scale=, add=, unit=, be or le, and not '" + key + "'"
                    : "from=, scale=, add= or unit=, and not '" + key + "'");
            }
        }

        private String unit(String value) {
            boolean good = !value.isEmpty() && value.length() <= LONGEST_UNIT;
            for (int i = 0; i < value.length(); i++) {
                good &= value.charAt(i) > ' ' && value.charAt(i) < 0x7f;
            }
            if (!good) {
                throw wrong("a unit as SenML writes it, such as Cel, %RH, V");
            }
            return value;
        }

        private BigDecimal decimalOf(String key, String value) {
            BigDecimal number = decimal(value);
            if (number == null) {
                throw wrong("a decimal number for " + key + ", such as 0.01");
            }
            return number;
        }

        private void bits(String value) {
            int dash = value.indexOf('-');
            int low = whole("bits", dash < 0 ? "" : value.substring(0, dash), 63);
            int high = whole("bits", value.substring(dash + 1), 63);
            if (high < low) {
                throw wrong("bits=LOWEST-HIGHEST");
            }
            lowBit = low;
            bitCount = high - low + 1;
        }

        private int whole(String key, String value, int max) {
            long number = value.isEmpty() ? -1 : WholeNumber.parse(value);
            if (number < 0 || number > max) {
                throw wrong(key.equals("bits") ? "bits=LOWEST-HIGHEST, such as bits=0-3"
                    : "a whole number from 0 to " + max + " for " + key);
            }
            return (int) number;
        }

        private IllegalArgumentException wrong(String expected) {
            return new IllegalArgumentException(expected + " in '" + text + "'");
        }
    }
}
