package io.slipway.frame;

import java.nio.charset.StandardCharsets;

/**
 * Text that the mote's firmware printed: raw ({@link FrameType#TEXT}), with a CR in front ({@link FrameType#DEBUG}),
 * or a slip-radio's answer to a command that it does not know ({@link FrameType#ERROR}). A frame may hold several
 * lines, or a part of one.
 */
public final class TextFrame extends Frame {
    static final byte DEBUG_MARK = '\r';

    TextFrame(FrameType type, byte[] bytes) {
        super(type, bytes);
    }

    /** The text without the debug mark. Debug text may hold any byte; each is one character, as in ISO 8859-1. */
    public String text() {
        int from = type() == FrameType.DEBUG ? 1 : 0;
        return new String(bytes(), from, bytes().length - from, StandardCharsets.ISO_8859_1);
    }

    /** Whether these bytes are all ASCII text: 0x20 to 0x7e, tab, line feed, carriage return. */
    public static boolean isPrintable(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if ((b < ' ' || b == 0x7f) && b != '\t' && b != '\n' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
