package io.slipway.slip;

/**
 * Takes what a {@link SlipDecoder} finds, in the order of the stream, on the thread that pushes. Must not throw and
 * must not push into the same decoder. The buffer belongs to the decoder: it is valid during the call only.
 *
 * <p>Offsets count the bytes pushed since the decoder was made or reset. {@code start} is the first byte of the frame
 * on the wire, {@code end} the byte that closed it: an END, the line feed of a text line, or the end of the stream.
 */
public interface SlipSink {
    /** A whole frame, unescaped: {@code length} bytes from the buffer's first on, at least one. */
    void frame(byte[] buffer, int length, long start, long end);

    /**
     * Bytes that are no frame. The buffer holds what could be unescaped of them, possibly nothing.
     */
    void invalid(SlipError reason, byte[] buffer, int length, long start, long end);
}
