package io.slipway.mesh.wired;

/** A control packet does not hold what it should. Without a stack trace: it is the mote's mistake. */
final class MalformedPacketException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedPacketException(String message) {
        super(message, null, false, false);
    }
}
