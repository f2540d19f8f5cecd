package io.slipway.mesh.mqttsn;

/** A datagram is no MQTT-SN message. Without a stack trace: it is the mote's mistake. */
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
