package io.slipway.system;

import io.slipway.reading.Eui64;
import java.util.HexFormat;

/** A reading that a node has sent; no two are alike. Guarded by the crowd. */
final class Sent {
    /** {@code NODE SOURCE PAYLOAD-IN-HEX}. */
    final String reading;
    /** The node knows that it arrived. */
    boolean acknowledged;
    /** How many datagrams of it came to the gateway, each of them a reading; -1 where a protocol makes one of all. */
    int exactly = -1;
    /** It must be there, whatever becomes of the gateway. */
    boolean settled;
    /** It was under way when the gateway was killed: then it is there from so often to so often. */
    boolean uncertain;
    int atLeast;
    int atMost;

    Sent(Eui64 node, String source, byte[] payload) {
        reading = node + " " + source + " " + HexFormat.of().formatHex(payload);
    }
}
