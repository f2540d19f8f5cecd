package io.slipway.reading;

/**
 * The name of a node: the EUI-64 of its radio, as a value. Sixteen lower-case hexadecimal digits in text.
 *
 * <p>Zero is the gateway's own LAN: readings that MQTT clients publish carry it, since no mote sent them.
 * Immutable; any thread.
 */
public final class Eui64 {
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    // LAN stands behind the digits because its constructor needs them.
    /** The node of readings that came from the LAN and not from a mote. */
    public static final Eui64 LAN = new Eui64(0);

    /** The universal/local bit, which an interface identifier carries inverted (RFC 4291, appendix A). */
    private static final long UNIVERSAL_LOCAL = 0x0200_0000_0000_0000L;

    private final long bits;
    private final String text;

    private Eui64(long bits) {
        this.bits = bits;
        char[] digits = new char[16];
        for (int i = 0; i < 16; i++) {
            digits[i] = HEX[(int) (bits >>> (60 - 4 * i)) & 0xf];
        }
        this.text = new String(digits);
    }

    /** The EUI-64 whose eight bytes, most significant first, are these. */
    public static Eui64 of(long bits) {
        return bits == 0 ? LAN : new Eui64(bits);
    }

    /** The EUI-64 from which this interface identifier (the low half of an IPv6 address) was made. */
    public static Eui64 ofInterfaceId(long iid) {
        return of(iid ^ UNIVERSAL_LOCAL);
    }

    /** Reads sixteen hexadecimal digits of either case; {@code null} for anything else. */
    public static Eui64 parse(String text) {
        if (text.length() != 16) {
            return null;
        }
        long bits = 0;
        for (int i = 0; i < 16; i++) {
            char c = text.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return null;
            }
            bits = bits << 4 | digit;
        }
        return of(bits);
    }

    /** The eight bytes, most significant first. */
    public long bits() {
        return bits;
    }

    /** The interface identifier that a mote makes of this EUI-64 (RFC 4944 section 6). */
    public long interfaceId() {
        return bits ^ UNIVERSAL_LOCAL;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Eui64 && ((Eui64) other).bits == bits;
    }

    @Override
    public int hashCode() {
        return (int) (bits ^ bits >>> 32);
    }

    @Override
    public String toString() {
        return text;
    }
}
