package io.slipway.mesh.coap;

import java.util.Arrays;

/** Reads one message from a datagram (RFC 7252 section 3). Any datagram at all may come. */
final class CoapDecoder {
    private static final int HEADER = 4;
    private static final int MAX_TOKEN = 8;
    private static final int PAYLOAD_MARKER = 0xff;
    private static final int MAX_OPTION = 0xffff;

    private final byte[] in;
    private final int resetId;
    private int at;

    private CoapDecoder(byte[] in) {
        this.in = in;
        this.resetId = in[0] >> 4 == (1 << 2 | CoapMessage.CON) ? word(2) : -1;
    }

    /**
     * The message in these bytes.
     *
     * @throws MalformedMessageException if they are none; it says whether the sender is to be told
     */
    static CoapMessage decode(byte[] datagram) throws MalformedMessageException {
        if (datagram.length < HEADER) {
            throw new MalformedMessageException("shorter than a header", -1);
        }
        if ((datagram[0] & 0xc0) != 0x40) {
            throw new MalformedMessageException("another version", -1);
        }
        return new CoapDecoder(datagram).message();
    }

    private CoapMessage message() throws MalformedMessageException {
        int type = in[0] >> 4 & 3;
        int tokenLength = in[0] & 0xf;
        int code = in[1] & 0xff;
        int id = word(2);
        if (Code.isReserved(code)) {
            throw malformed("a code of a reserved class");
        }
        if (code == Code.EMPTY && (tokenLength > 0 || in.length > HEADER)) {
            throw malformed("an empty message with something in it");
        }
        if (tokenLength > MAX_TOKEN || HEADER + tokenLength > in.length) {
            throw malformed("a wrong token length");
        }
        at = HEADER + tokenLength;
        byte[] token = tokenLength == 0 ? CoapMessage.NOTHING : Arrays.copyOfRange(in, HEADER, at);
        Options options = options();
        byte[] payload = at == in.length ? CoapMessage.NOTHING : Arrays.copyOfRange(in, at, in.length);
        return new CoapMessage(type, code, id, token, options, payload);
    }

    /** Leaves {@link #at} at the payload's first byte, or behind the last byte. */
    private Options options() throws MalformedMessageException {
        Options options = new Options();
        int number = 0;
        while (at < in.length) {
            int head = in[at++] & 0xff;
            if (head == PAYLOAD_MARKER) {
                if (at == in.length) {
                    throw malformed("a payload marker and no payload");
                }
                break;
            }
            number += extended(head >> 4);
            int length = extended(head & 0xf);
            if (number > MAX_OPTION) {
                throw malformed("an option number above 65535");
            }
            if (length > in.length - at) {
                throw malformed("an option longer than the message");
            }
            options.add(number, Arrays.copyOfRange(in, at, at + length));
            at += length;
        }
        return options;
    }

    /** A delta or length: four bits, or those and one or two bytes. */
    private int extended(int nibble) throws MalformedMessageException {
        if (nibble < CoapEncoder.ONE_BYTE) {
            return nibble;
        }
        int bytes = nibble - CoapEncoder.ONE_BYTE + 1;
        if (bytes > 2 || bytes > in.length - at) {
            throw malformed("a wrong option header");
        }
        at += bytes;
        return bytes == 1 ? (in[at - 1] & 0xff) + CoapEncoder.ONE_BYTE : word(at - 2) + CoapEncoder.TWO_BYTES_FROM;
    }

    private int word(int offset) {
        return (in[offset] & 0xff) << 8 | in[offset + 1] & 0xff;
    }

    private MalformedMessageException malformed(String reason) {
        return new MalformedMessageException(reason, resetId);
    }
}
