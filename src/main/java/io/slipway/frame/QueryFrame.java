package io.slipway.frame;

/** A frame that begins with {@code ?}: one side asks the other for something. */
public final class QueryFrame extends Frame {
    static final byte MARK = '?';

    QueryFrame(byte[] bytes) {
        super(FrameType.QUERY, bytes);
    }

    /** What is asked for: the second byte, 0 to 255; -1 if there is none. */
    public int code() {
        return bytes().length > 1 ? bytes()[1] & 0xff : -1;
    }

    /**
     * Whether a border router asks for its prefix, which it does every second from its start until it gets it. Exactly
     * {@code ?P}: debug text such as "?Problem" also comes out as a query with code P, and must not be answered.
     */
    public boolean isPrefixQuery() {
        return bytes().length == 2 && bytes()[1] == 'P';
    }
}
