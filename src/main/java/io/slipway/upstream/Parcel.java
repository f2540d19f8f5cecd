package io.slipway.upstream;

import io.slipway.store.Batch;

/** A batch as it is sent. Immutable. */
final class Parcel {
    final Batch batch;
    /** The SenML pack, deflated or not. */
    final byte[] payload;
    /** Its media type, under the deflation. */
    final String contentType;
    /** Whether it is in zlib's format (RFC 1950). */
    final boolean deflated;

    Parcel(Batch batch, byte[] payload, String contentType, boolean deflated) {
        this.batch = batch;
        this.payload = payload;
        this.contentType = contentType;
        this.deflated = deflated;
    }
}
