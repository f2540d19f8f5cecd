package io.slipway.mesh.coap;

import io.slipway.mesh.Refusal;

/**
 * What becomes of one request. Called by the CoAP thread of a mesh, or where a request is refused at once by the thread
 * that made it: must not block and must not throw.
 */
public interface ResponseListener {
    /** It waits for its turn: a node is asked one thing at a time (NSTART, RFC 7252 section 4.7). */
    void queued();

    /** Its first message is on the line. */
    void sent();

    /** The node answered, with success or an error. Nothing follows. */
    void answered(CoapResponse response);

    /** The mesh sent it back, by an ICMPv6 error. Nothing follows. */
    void refused(Refusal refusal);

    /** There is no answer. Nothing follows. */
    void failed(String reason);
}
