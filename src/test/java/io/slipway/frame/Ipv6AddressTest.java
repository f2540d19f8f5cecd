package io.slipway.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Ipv6AddressTest {
    /** Text as Python's ipaddress module prints it, and the bytes. */
    private static final String[] VECTORS = {
        "::", "0000000000000000 0000000000000000",
        "::1", "0000000000000000 0000000000000001",
        "1::", "0001000000000000 0000000000000000",
        "fd00::1", "fd00000000000000 0000000000000001",
        "2001:db8::1:0:0:1", "20010db800000000 0001000000000001",
        "2001:db8:0:1:1:1:1:1", "20010db800000001 0001000100010001",
        "2001:0:0:1::1", "2001000000000001 0000000000000001",
        "0:0:1::", "0000000000010000 0000000000000000",
        "1:0:2:3:4:5:6:0", "0001000000020003 0004000500060000",
        "fe80::212:7402:2:202", "fe80000000000000 0212740200020202",
        "ff02::1a", "ff02000000000000 000000000000001a",
        "0:1:0:1:0:1:0:1", "0000000100000001 0000000100000001",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffffffffffffffff ffffffffffffffff",
        "1:2:3:4:5:6:7:8", "0001000200030004 0005000600070008",
        "0:0:0:1::", "0000000000000001 0000000000000000",
        "1:0:0:2::3", "0001000000000002 0000000000000003",
        "::a:b:c:d:0:0", "00000000000a000b 000c000d00000000",
        "64:ff9b::102:304", "0064ff9b00000000 0000000001020304",
        "::ffff:102:304", "0000000000000000 0000ffff01020304",
    };

    @Test
    void printsTheCanonicalText() {
        for (int i = 0; i < VECTORS.length; i += 2) {
            assertEquals(VECTORS[i], Ipv6Address.read(Captures.hex(VECTORS[i + 1]), 0).toString());
        }
    }

    @Test
    void javaReadsItsTextAsTheSameAddress() throws UnknownHostException {
        long seed = new Random().nextLong();
        System.out.println("Ipv6AddressTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            // Masks make runs of zeros likely.
            long high = random.nextLong() & random.nextLong() & mask(random) | 0x2000_0000_0000_0000L;
            Ipv6Address address = Ipv6Address.of(high, random.nextLong() & mask(random));
            byte[] bytes = new byte[16];
            address.write(bytes, 0);
            assertEquals(address, Ipv6Address.read(bytes, 0));
            InetAddress java = InetAddress.getByName(address.toString());
            assertTrue(java instanceof Inet6Address, "seed " + seed);
            assertArrayEquals(java.getAddress(), bytes, "seed " + seed);
            assertEquals(java.isLinkLocalAddress(), address.isLinkLocal());
            assertEquals(java.isMulticastAddress(), address.isMulticast());
        }
    }

    private static long mask(Random random) {
        long mask = 0;
        for (int group = 0; group < 4; group++) {
            mask = mask << 16 | (random.nextBoolean() ? 0xffff : 0);
        }
        return mask;
    }

    @Test
    void knowsTheEdgesOfLinkLocalAndMulticast() {
        assertFalse(Ipv6Address.of(0xfe7f_ffff_ffff_ffffL, 0).isLinkLocal());
        assertTrue(Ipv6Address.of(0xfe80_0000_0000_0000L, 0).isLinkLocal());
        assertTrue(Ipv6Address.of(0xfebf_ffff_ffff_ffffL, 0).isLinkLocal());
        assertFalse(Ipv6Address.of(0xfec0_0000_0000_0000L, 0).isLinkLocal());
        assertFalse(Ipv6Address.of(0xfeff_ffff_ffff_ffffL, 0).isMulticast());
        assertTrue(Ipv6Address.of(0xff00_0000_0000_0000L, 0).isMulticast());
    }

    @Test
    void isAValue() {
        Ipv6Address one = Ipv6Address.of(1, 2);
        assertEquals(one, Ipv6Address.of(1, 2));
        assertEquals(one.hashCode(), Ipv6Address.of(1, 2).hashCode());
        assertNotEquals(one, Ipv6Address.of(2, 1));
        assertNotEquals(one, Ipv6Address.of(1, 3));
        assertEquals(1, one.high());
        assertEquals(2, one.low());
    }
}
