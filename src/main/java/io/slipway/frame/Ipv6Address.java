package io.slipway.frame;

/** An IPv6 address as a value. Immutable; any thread. */
public final class Ipv6Address {
    private static final int GROUPS = 8;

    private final long high;
    private final long low;

    private Ipv6Address(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /** The address with these halves: the /64 prefix and the interface identifier. */
    public static Ipv6Address of(long high, long low) {
        return new Ipv6Address(high, low);
    }

    /** The address in the 16 bytes that begin at {@code off}. */
    static Ipv6Address read(byte[] bytes, int off) {
        return new Ipv6Address(readLong(bytes, off), readLong(bytes, off + 8));
    }

    private static long readLong(byte[] bytes, int off) {
        long value = 0;
        for (int i = off; i < off + 8; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /** Writes the 16 bytes of the address. */
    void write(byte[] bytes, int off) {
        for (int i = 0; i < 8; i++) {
            bytes[off + i] = (byte) (high >>> 56 - 8 * i);
            bytes[off + 8 + i] = (byte) (low >>> 56 - 8 * i);
        }
    }

    /** The first eight bytes: the /64 prefix. */
    public long high() {
        return high;
    }

    /** The last eight bytes: the interface identifier. */
    public long low() {
        return low;
    }

    /** Whether it is in fe80::/10 (RFC 4291 section 2.5.6). */
    public boolean isLinkLocal() {
        return high >>> 54 == 0xfe80 >> 6;
    }

    /** Whether it is in ff00::/8 (RFC 4291 section 2.7). */
    public boolean isMulticast() {
        return high >>> 56 == 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ipv6Address && ((Ipv6Address) other).high == high && ((Ipv6Address) other).low == low;
    }

    @Override
    public int hashCode() {
        long both = high * 31 + low;
        return (int) (both ^ both >>> 32);
    }

    /** The canonical text (RFC 5952 section 4): groups without leading zeros, the longest run of zeros cut out. */
    @Override
    public String toString() {
        int gapStart = -1;
        int gapLength = 1;
        for (int i = 0, run = 0; i < GROUPS; i++) {
            run = group(i) == 0 ? run + 1 : 0;
            if (run > gapLength) {
                gapLength = run;
                gapStart = i + 1 - run;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(i)));
        }
        return text.toString();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> 48 - 16 * (index & 3)) & 0xffff;
    }
}
