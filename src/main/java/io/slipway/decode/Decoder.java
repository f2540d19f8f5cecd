package io.slipway.decode;

/** Makes values of one kind of payload. Not thread-safe: one thread at a time. */
interface Decoder {
    /**
     * Adds the payload's values to {@code out}, which may hold some of them when this throws.
     *
     * @param contentFormat CoAP's number for the media type (RFC 7252 section 12.3); -1 where nobody said
     * @param atMs when the payload came, milliseconds since 1970 by the gateway's clock
     * @return false where it is not for this decoder to say, which is no mistake: nothing was added then
     * @throws Undecodable where the payload does not fit; nothing else is thrown, whatever the bytes are
     */
    boolean decode(byte[] payload, int contentFormat, long atMs, Fields out) throws Undecodable;
}
