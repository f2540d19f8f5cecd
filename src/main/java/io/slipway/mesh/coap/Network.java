package io.slipway.mesh.coap;

import io.slipway.mesh.Refusal;
import io.slipway.mesh.Route;
import io.slipway.reading.Eui64;

/** The way down to the nodes, as the CoAP thread sees it. */
interface Network {
    /** What becomes of a datagram. Called by the CoAP thread, later. */
    interface Delivery {
        /** It is on the line. */
        void sent();

        /**
         * It did not get there.
         *
         * @param returned whether the mesh sent it back, so that sending it again is no use
         */
        void failed(Refusal refusal, boolean returned);
    }

    /**
     * The way from our client port to a node's CoAP port.
     *
     * @param assumed whether a node that was never heard has the address that follows from its name
     * @return {@code null} where there is none
     */
    Route route(Eui64 node, boolean assumed);

    /** The longest message that goes down, in bytes. */
    int longest();

    /** Sends a message once. Never waits. {@code delivery} may be {@code null} where nobody waits for news. */
    void send(Route to, byte[] message, Delivery delivery);
}
