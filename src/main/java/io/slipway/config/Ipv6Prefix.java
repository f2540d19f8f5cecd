package io.slipway.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The addresses that begin with the same bits, written as {@code fd00::/8} (RFC 4291 section 2.3). Immutable. */
public final class Ipv6Prefix {
    private static final int HALF = 64;
    private static final int WHOLE = 128;

    /** The first 64 bits. */
    final long high;
    /** The last 64 bits. */
    final long low;
    /** How many bits count, 0 to 128. */
    final int length;

    private Ipv6Prefix(long high, long low, int length) {
        this.high = high;
        this.low = low;
        this.length = length;
    }

    /** The addresses with these first 64 bits. */
    static Ipv6Prefix of(long high) {
        return new Ipv6Prefix(high, 0, HALF);
    }

    /** {@code null} where it is no address with a length, or bits are set behind the length. */
    static Ipv6Prefix parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = slash < 0 ? null : address(text.substring(0, slash));
        long length = slash < 0 ? -1 : WholeNumber.parse(text.substring(slash + 1));
        if (address == null || length < 0 || length > WHOLE) {
            return null;
        }
        Ipv6Prefix prefix = new Ipv6Prefix(half(address, 0), half(address, 8), (int) length);
        boolean isClean = (prefix.high & ~mask(prefix.length)) == 0 && (prefix.low & ~mask(prefix.length - HALF)) == 0;
        return isClean ? prefix : null;
    }

    /** Whether the address with these halves is one of them. */
    public boolean contains(long addressHigh, long addressLow) {
        return ((addressHigh ^ high) & mask(length)) == 0 && ((addressLow ^ low) & mask(length - HALF)) == 0;
    }

    /** As many ones as bits count in a half, and zeros behind. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= HALF ? -1L : -1L << HALF - bits;
    }

    /** The 16 bytes of a numeric address, else {@code null}: a name would ask the resolver. */
    static byte[] address(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.digit(c, 16) < 0 && c != ':' && (c != '.' || i == 0) || c > 'f') {
                return null;
            }
        }
        if (text.indexOf(':') < 0) {
            return null;
        }
        try {
            byte[] address = InetAddress.getByName(text).getAddress();
            return address.length == 16 ? address : null;
        } catch (UnknownHostException notAnAddress) {
            return null;
        }
    }

    private static long half(byte[] address, int from) {
        long half = 0;
        for (int i = from; i < from + 8; i++) {
            half = half << 8 | address[i] & 0xff;
        }
        return half;
    }
}
