package io.slipway.mesh.coap;

/** What a node answered, its body whole. Immutable. */
public final class CoapResponse {
    /** RFC 7252 section 5.10.5: how long an answer is fresh that does not say it. */
    private static final int DEFAULT_MAX_AGE_S = 60;

    /** The number of its media type (RFC 7252 section 12.3), 0 to 65535; -1 where the node did not say. */
    public final int contentFormat;
    /** Empty where there is none; the receiver's to keep. */
    public final byte[] payload;
    /** See {@link Code}. */
    final int code;
    /** The notification's number, 0 to 2^24 - 1; -1 where it is none (RFC 7641 section 2). */
    final int observe;
    /** For how long it is fresh, 0 to 2^32 - 1. */
    final long maxAgeS;

    /** Of the message that was first of those that brought the body. */
    CoapResponse(CoapMessage message, byte[] payload) {
        this.code = message.code;
        this.contentFormat = (int) message.options.uint(Options.CONTENT_FORMAT, -1);
        this.observe = (int) message.options.uint(Options.OBSERVE, -1);
        this.maxAgeS = message.options.uint(Options.MAX_AGE, DEFAULT_MAX_AGE_S);
        this.payload = payload;
    }

    /** The response code as people write it: {@code 2.05}, {@code 4.04}. */
    public String code() {
        return Code.text(code);
    }

    boolean isSuccess() {
        return Code.isSuccess(code);
    }
}
