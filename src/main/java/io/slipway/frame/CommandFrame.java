package io.slipway.frame;

import io.slipway.reading.Eui64;
import java.nio.charset.StandardCharsets;

/**
 * A frame that begins with {@code !}: an order, or the answer to a query. What follows the code depends on the code,
 * the direction and the firmware:
 *
 * <pre>
 *   !P prefix(8)                    host to border router: the mesh's prefix
 *   !M hex digits(16)               border router to host: its EUI-64 in ASCII
 *   !M eui64(8)                     slip-radio to host: the same in binary
 *   !S sid n (id value(2)) x n ...  host to slip-radio: send this 802.15.4 frame
 *   !R sid status tx                slip-radio to host: what became of it
 * </pre>
 */
public final class CommandFrame extends Frame {
    static final byte MARK = '!';

    private static final int ASCII_MAC_LENGTH = 18;
    private static final int BINARY_MAC_LENGTH = 10;
    private static final int REPORT_LENGTH = 5;

    private final boolean slipRadio;

    CommandFrame(byte[] bytes, boolean slipRadio) {
        super(FrameType.COMMAND, bytes);
        this.slipRadio = slipRadio;
    }

    /** What the command is about: the second byte, 0 to 255; -1 if there is none. */
    public int code() {
        return bytes().length > 1 ? bytes()[1] & 0xff : -1;
    }

    /**
     * The EUI-64 in a border router's answer to {@code ?M}: {@code !M} and 16 hex digits, 18 bytes; {@code null}
     * if this is anything else.
     */
    public Eui64 borderRouterMac() {
        if (code() != 'M' || bytes().length != ASCII_MAC_LENGTH) {
            return null;
        }
        return Eui64.parse(new String(bytes(), 2, 16, StandardCharsets.ISO_8859_1));
    }

    /**
     * Whether this is a slip-radio's answer to {@code ?M}: {@code !M} and 8 binary bytes. On a link that should have a
     * border router at its end, this is the wrong firmware.
     */
    public boolean isSlipRadioMac() {
        return code() == 'M' && bytes().length == BINARY_MAC_LENGTH;
    }

    /** What the host orders a slip-radio to send; {@code null} if this is no whole {@code !S}. */
    public TransmitRequest transmitRequest() {
        return slipRadio && code() == 'S' ? TransmitRequest.parse(bytes()) : null;
    }

    /** Whether this is a slip-radio's report on a {@code !S}; only then the next three have a meaning. */
    public boolean isTransmitReport() {
        return slipRadio && code() == 'R' && bytes().length == REPORT_LENGTH;
    }

    /** Transmit report: which {@code !S} it is about, 0 to 255. */
    public int sid() {
        return bytes()[2] & 0xff;
    }

    /** Transmit report: Contiki's {@code MAC_TX_*}: 0 sent, 1 collision, 2 no acknowledgement ... */
    public int status() {
        return bytes()[3] & 0xff;
    }

    /** Transmit report: how often the frame was sent. */
    public int transmissions() {
        return bytes()[4] & 0xff;
    }
}
