package io.slipway.ingest;

import io.slipway.reading.Reading;

/** Whoever makes values of readings. */
public interface Decoding {
    /**
     * A reading was taken in; it is on its way to the LAN and to the disk as it came, whatever is made of it here. The
     * calls follow each other. Must not block and must not throw.
     *
     * @param contentFormat CoAP's number for the payload's media type (RFC 7252 section 12.3); -1 where nobody said
     */
    void accepted(Reading reading, int contentFormat);
}
