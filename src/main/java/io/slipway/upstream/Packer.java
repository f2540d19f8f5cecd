package io.slipway.upstream;

import io.slipway.config.UpstreamConfig;
import io.slipway.store.Batch;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Makes parcels of batches: SenML in the configured format, deflated where that is smaller. Not thread-safe. */
final class Packer {
    private final SenmlEncoder encoder;
    private final Deflater deflater;

    Packer(UpstreamConfig config) {
        this.encoder = config.cbor ? new SenmlCborEncoder() : new SenmlJsonEncoder();
        this.deflater = config.deflate ? new Deflater() : null;
    }

    Parcel pack(Batch batch) {
        byte[] pack = encoder.encode(batch);
        byte[] smaller = deflater == null ? null : deflate(pack);
        return smaller == null ? new Parcel(batch, pack, encoder.contentType(), false)
            : new Parcel(batch, smaller, encoder.contentType(), true);
    }

    /** Gives the deflater's memory back, which is not in the heap. */
    void close() {
        if (deflater != null) {
            deflater.end();
        }
    }

    /** The bytes in zlib's format; {@code null} where that would not be smaller. */
    private byte[] deflate(byte[] in) {
        byte[] out = new byte[in.length - 1];
        deflater.reset();
        deflater.setInput(in);
        deflater.finish();
        int length = deflater.deflate(out);
        return deflater.finished() ? Arrays.copyOf(out, length) : null;
    }
}
