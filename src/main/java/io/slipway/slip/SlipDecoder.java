package io.slipway.slip;

/**
 * Cuts a stream of bytes into SLIP frames (RFC 1055): a state machine that takes pieces of any size and holds one
 * buffer of a fixed size.
 *
 * <pre>
 *   C0        END       ends a frame; empty frames are ignored
 *   DB DC     ESC ...   C0
 *   DB DD               DB
 *   DB DE, DB DF        11, 13 (XON and XOFF: a tunslip6 extension, understood here but never sent)
 *   DB other            spoils the frame
 * </pre>
 *
 * <p>Whatever goes wrong, the next END begins a good frame. Where other hosts guess (tunslip6 keeps the byte after a
 * wrong escape, and takes ESC END for a literal C0), this decoder drops the frame, as motes do: a guessed byte is a
 * wrong byte. One thread at a time.
 */
public final class SlipDecoder {
    private static final int END = 0xc0;
    private static final int ESC = 0xdb;
    private static final int LINE_FEED = '\n';

    private final SlipSink sink;
    private final byte[] buffer;
    private int length;
    private long position;
    private long start;
    private boolean escaped;
    private boolean printable = true;
    private SlipError error;

    /**
     * A decoder at the start of a stream.
     *
     * @param sink takes the frames
     * @param limit longest frame, in bytes after unescaping, 1 to 2048: the rule for text lines needs a limit below
     *     0x0900 (see {@link #isTextLine()})
     */
    public SlipDecoder(SlipSink sink, int limit) {
        if (limit < 1 || limit > 2048) {
            throw new IllegalArgumentException("frame limit " + limit + " is not 1 to 2048");
        }
        this.sink = sink;
        this.buffer = new byte[limit];
    }

    /** Takes the next bytes of the stream and gives the sink every frame that ends in them. */
    public void push(byte[] bytes, int off, int len) {
        for (int i = off; i < off + len; i++) {
            accept(bytes[i] & 0xff);
            position++;
        }
    }

    /** The stream is over: what is left of a frame goes to the sink as truncated. Then the decoder is as new. */
    public void end() {
        finish(error == null ? SlipError.TRUNCATED : error);
        reset();
    }

    /** Forgets a frame that was begun: the link was opened again. The next byte has offset 0. */
    public void reset() {
        clear();
        position = 0;
        start = 0;
    }

    private void accept(int c) {
        if (c == END) {
            if (escaped && error == null) {
                error = SlipError.ESCAPE_THEN_END;
            }
            finish(error);
        } else if (error == SlipError.OVERSIZE) {
            return;
        } else if (escaped) {
            escaped = false;
            unescape(c);
        } else if (c == ESC) {
            escaped = true;
        } else {
            append(c);
            if (c == LINE_FEED && isTextLine()) {
                finish(null);
            }
        }
    }

    private void unescape(int c) {
        switch (c) {
            case 0xdc:
                append(END);
                break;
            case 0xdd:
                append(ESC);
                break;
            case 0xde:
                append(0x11);
                break;
            case 0xdf:
                append(0x13);
                break;
            default:
                if (error == null) {
                    error = SlipError.BAD_ESCAPE;
                }
                break;
        }
    }

    private void append(int c) {
        if (length == buffer.length) {
            error = SlipError.OVERSIZE;
            return;
        }
        buffer[length++] = (byte) c;
        printable &= c >= ' ' && c < 0x7f || c == '\t' || c == '\n' || c == '\r';
    }

    /**
     * Whether the bytes up to this line feed are a line of the mote's debug text, printed raw with no END around it.
     * If they are, they are a frame of their own: otherwise a packet whose leading END was lost would stay glued to
     * the text before it, and be lost with it.
     *
     * <p>No binary frame may be cut here. They are safe for these reasons:
     * <ul>
     * <li>Commands and queries ({@code !}, {@code ?}) may hold any byte, and debug frames (CR) have an END of their
     *     own: not looked into.
     * <li>IPv6 begins with nibble 6, like the letters a to o. Its fifth byte is the high byte of the payload length:
     *     7 or less within the limit, which is not printable, so five printable bytes are no IPv6 packet.
     * <li>An MQTT PUBLISH begins with nibble 3, like the digits, and its second byte, the remaining length, may be a
     *     line feed: {@code 30 0A} is the beginning of one. Its third byte, the high byte of the topic's length
     *     (or an earlier byte of a long remaining length, with the top bit set), is not printable for the same reason
     *     as above. So three printable bytes are no PUBLISH. The price: a line of one digit waits for the next line.
     * <li>The other MQTT 3.1.1 packets are no risk: their first byte or their remaining length (0 or 2) is not
     *     printable.
     * <li>An 802.15.4 data frame has its addressing modes in the second byte: 88, 98, D8, DC ..., not printable.
     * </ul>
     */
    private boolean isTextLine() {
        if (!printable || error != null) {
            return false;
        }
        switch (buffer[0] >> 4) {
            case 6:
                return length > 4;
            case 3:
                return length > 2 && buffer[0] != '?';
            default:
                return buffer[0] != '\r' && buffer[0] != '!';
        }
    }

    private void finish(SlipError reason) {
        int frameLength = length;
        long frameStart = start;
        boolean spoiled = error != null;
        clear();
        start = position + 1;
        if (reason == null && frameLength > 0) {
            sink.frame(buffer, frameLength, frameStart, position);
        } else if (frameLength > 0 || spoiled) {
            sink.invalid(reason, buffer, frameLength, frameStart, position);
        }
    }

    private void clear() {
        length = 0;
        escaped = false;
        printable = true;
        error = null;
    }
}
