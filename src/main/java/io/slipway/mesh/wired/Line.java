package io.slipway.mesh.wired;

/** The way down to the client. */
interface Line {
    /** Sends a packet once. Never waits, never throws; whether it arrives nobody says. */
    void send(byte[] packet);
}
