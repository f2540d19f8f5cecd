package io.slipway.mesh.mqttsn;

import io.slipway.mesh.Route;

/** The way down to the nodes. */
interface Network {
    /** Sends a message once. Never waits, never throws; whether it arrives nobody says. */
    void send(Route to, byte[] message);
}
