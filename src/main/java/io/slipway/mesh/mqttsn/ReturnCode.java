package io.slipway.mesh.mqttsn;

/** What an answer says (MQTT-SN 1.2 section 5.3.10). */
final class ReturnCode {
    static final int ACCEPTED = 0;
    /** There is no room now; the client may try again after a while. */
    static final int CONGESTION = 1;
    /** The topic id means nothing: the client must register it anew. */
    static final int INVALID_TOPIC_ID = 2;
    /** It will never be done. */
    static final int NOT_SUPPORTED = 3;

    private ReturnCode() {
    }
}
