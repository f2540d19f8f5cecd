package io.slipway.mdns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A resource record of class IN (RFC 1035, 3.2.1; RFC 6762, 10). Its data are bytes and, behind them in PTR and SRV, a
 * name. Names end with a dot and are compared without regard to case. Immutable; the bytes must not be changed.
 */
final class Record {
    static final int A = 1;
    static final int PTR = 12;
    static final int TXT = 16;
    static final int AAAA = 28;
    static final int SRV = 33;
    static final int ANY = 255;
    static final int SRV_NUMBERS = 6;
    private static final byte[] NONE = new byte[0];

    final String name;
    final int type;
    /** Whether nobody else has a record of this name and type: the bit that has caches forget what they had. */
    final boolean unique;
    /** Seconds; 0 says that the record is gone. */
    final long ttlS;
    final byte[] data;
    /** The name behind the bytes; {@code null} in other types. */
    final String target;

    Record(String name, int type, boolean unique, long ttlS, byte[] data, String target) {
        this.name = name;
        this.type = type;
        this.unique = unique;
        this.ttlS = ttlS;
        this.data = data;
        this.target = target;
    }

    static Record ptr(String name, long ttlS, String target) {
        return new Record(name, PTR, false, ttlS, NONE, target);
    }

    /** Priority and weight are 0. */
    static Record srv(String name, long ttlS, int port, String target) {
        return new Record(name, SRV, true, ttlS, new byte[] {0, 0, 0, 0, (byte) (port >> 8), (byte) port}, target);
    }

    /** Entries that have more than 255 bytes are left out (RFC 6763, 6.1). */
    static Record txt(String name, long ttlS, Map<String, String> entries) {
        ByteBuf bytes = Unpooled.buffer();
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            byte[] one = (entry.getKey() + '=' + entry.getValue()).getBytes(StandardCharsets.UTF_8);
            if (one.length <= 255) {
                bytes.writeByte(one.length).writeBytes(one);
            }
        }
        byte[] data = new byte[bytes.readableBytes()];
        bytes.readBytes(data);
        return new Record(name, TXT, true, ttlS, data.length == 0 ? new byte[1] : data, null);
    }

    static Record address(String name, long ttlS, InetAddress address) {
        byte[] bytes = address.getAddress();
        return new Record(name, bytes.length == 4 ? A : AAAA, true, ttlS, bytes, null);
    }

    Record withTtl(long seconds) {
        return new Record(name, type, unique, seconds, data, target);
    }

    /** The same as it goes to somebody who knows nothing of multicast: caches forget nothing for it. */
    Record forLegacy(long maxTtlS) {
        return new Record(name, type, false, Math.min(ttlS, maxTtlS), data, target);
    }

    boolean answers(Question question) {
        return (question.type == type || question.type == ANY) && question.name.equalsIgnoreCase(name);
    }

    /** Of the same name and type, whatever it says. */
    boolean isAbout(Record other) {
        return type == other.type && name.equalsIgnoreCase(other.name);
    }

    /** Whether it says the same; for how long does not matter. */
    boolean isSame(Record other) {
        return isAbout(other) && Arrays.equals(data, other.data)
            && (target == null ? other.target == null : target.equalsIgnoreCase(other.target));
    }

    /** The port of an SRV record. */
    int port() {
        return (data[4] & 0xff) << 8 | data[5] & 0xff;
    }
}
