package io.slipway.ingest;

import io.slipway.reading.Reading;

/** Where readings are kept. */
public interface Journal {
    /** Takes a reading to be made durable, in the order of the numbers. Must not block; drops are its to count. */
    void append(Reading reading);
}
