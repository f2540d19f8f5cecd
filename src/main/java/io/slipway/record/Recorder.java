package io.slipway.record;

import java.io.Closeable;

/** Takes down what goes over a line. Any thread; never throws; a disk that fails stops it and is said elsewhere. */
public interface Recorder extends Closeable {
    /** Bytes that went over the line now. The array may be used again when this returns. */
    void bytes(LineRecord.Kind kind, byte[] bytes, int off, int length);

    /** Something happened to the line, in a few words. */
    void event(String what);

    @Override
    void close();
}
