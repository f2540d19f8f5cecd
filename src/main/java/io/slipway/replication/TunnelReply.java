package io.slipway.replication;

/**
 * What a neighbour says to a {@link TunnelRequest}.
 *
 * <pre>
 * 'R' | code, 1: the place in this list, from 0
 * </pre>
 */
enum TunnelReply {
    /** All bytes behind this go to the broker, and the broker's come back. */
    OPEN("opens"),
    /** It has no upstream of this name. */
    UNKNOWN("has no upstream of this name"),
    /** It is not there itself. */
    NOT_CONNECTED("is not connected to the broker itself"),
    /** No chains. */
    INDIRECT("goes through a neighbour itself"),
    /** It has no tunnel left. */
    BUSY("has no more tunnels to give"),
    /** Its name server or the broker did not answer it. */
    UNREACHABLE("could not connect to the broker"),
    /** Its configuration says so. */
    OFF("opens no tunnels"),
    /** Not a request, or one of a later version. */
    BAD("does not understand the request");

    private static final TunnelReply[] ALL = values();
    /** What it is that a neighbour does: behind its name, a sentence. */
    final String text;

    TunnelReply(String text) {
        this.text = text;
    }

    byte[] toBytes() {
        return new byte[] {'R', (byte) ordinal()};
    }

    /** {@code null} for anything else. */
    static TunnelReply parse(byte[] frame) {
        return frame.length == 2 && frame[0] == 'R' && frame[1] >= 0 && frame[1] < ALL.length ? ALL[frame[1]] : null;
    }
}
