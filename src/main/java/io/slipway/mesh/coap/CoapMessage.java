package io.slipway.mesh.coap;

/**
 * One CoAP message (RFC 7252 section 3).
 *
 * <pre>
 *   bits 2        2      4              8      16
 *        Ver = 1  Type   Token length   Code   Message ID   token   options   [ff payload]
 * </pre>
 */
final class CoapMessage {
    /** To be acknowledged. */
    static final int CON = 0;
    /** Not to be acknowledged. */
    static final int NON = 1;
    /** Acknowledges a message. */
    static final int ACK = 2;
    /** Says that a message could not be used. */
    static final int RST = 3;

    static final byte[] NOTHING = {};

    /** {@link #CON} to {@link #RST}. */
    final int type;
    /** See {@link Code}. */
    final int code;
    /** 0 to 65535; an acknowledgement or reset repeats that of the message that it is about. */
    final int id;
    /** 0 to 8 bytes. */
    final byte[] token;
    final Options options;
    /** Empty where there is none. */
    final byte[] payload;

    CoapMessage(int type, int code, int id, byte[] token, Options options, byte[] payload) {
        this.type = type;
        this.code = code;
        this.id = id;
        this.token = token;
        this.options = options;
        this.payload = payload;
    }

    /** A message that is nothing but its header: an acknowledgement, a reset. */
    static CoapMessage empty(int type, int id) {
        return new CoapMessage(type, Code.EMPTY, id, NOTHING, new Options(), NOTHING);
    }
}
