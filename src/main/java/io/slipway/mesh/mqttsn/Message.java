package io.slipway.mesh.mqttsn;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One MQTT-SN message (MQTT-SN 1.2 section 5.2), big-endian:
 *
 * <pre>
 *  length (1)                   type (1)  fields          of 2 to 255 octets
 *  0x01     length (2)          type (1)  fields          where that is too little
 * </pre>
 * The length counts itself. Which fields there are and in which order, the type says. Filled in once by whoever makes
 * it, then only read.
 */
final class Message {
    private static final int LONG_MARK = 1;
    private static final int LONGEST_SHORT = 255;
    private static final byte[] NOTHING = {};

    final int type;
    int flags;
    /** Return code, gateway id, radius or protocol id. */
    int code;
    /** Seconds; -1 in a DISCONNECT that has none. */
    int duration = -1;
    int topicId;
    int id;
    /** What is left: a name, a client id, a payload. */
    byte[] rest = NOTHING;

    Message(int type) {
        this.type = type;
    }

    Message flags(int value) {
        flags = value;
        return this;
    }

    Message code(int value) {
        code = value;
        return this;
    }

    Message duration(int seconds) {
        duration = seconds;
        return this;
    }

    Message topicId(int value) {
        topicId = value;
        return this;
    }

    Message id(int value) {
        id = value;
        return this;
    }

    Message rest(byte[] value) {
        rest = value;
        return this;
    }

    /** What is left as text; U+FFFD stands where it is no UTF-8. */
    String text() {
        return new String(rest, StandardCharsets.UTF_8);
    }

    /** Reads a datagram, which must hold one message and nothing else. */
    static Message decode(byte[] bytes) throws MalformedMessageException {
        boolean isLong = bytes.length > 0 && bytes[0] == LONG_MARK;
        int at = isLong ? 3 : 1;
        if (bytes.length <= at) {
            throw new MalformedMessageException("it is cut off");
        }
        int length = isLong ? word(bytes, 1) : bytes[0] & 0xff;
        if (length != bytes.length) {
            throw new MalformedMessageException("its length is " + bytes.length + " and not " + length);
        }
        Message message = new Message(bytes[at] & 0xff);
        String fields = MessageType.fields(message.type);
        if (fields == null) {
            throw new MalformedMessageException("there is no type " + message.type);
        }
        message.read(fields, bytes, at + 1);
        return message;
    }

    private void read(String fields, byte[] bytes, int from) throws MalformedMessageException {
        int at = from;
        for (int i = 0; i < fields.length(); i++) {
            char field = fields.charAt(i);
            if (field == '?') {
                if (at == bytes.length) {
                    return;
                }
            } else if (field == '*') {
                rest = Arrays.copyOfRange(bytes, at, bytes.length);
                at = bytes.length;
            } else {
                int end = at + (field == 'c' || field == 'f' ? 1 : 2);
                if (end > bytes.length) {
                    throw new MalformedMessageException("type " + type + " is cut off");
                }
                put(field, end - at == 1 ? bytes[at] & 0xff : word(bytes, at));
                at = end;
            }
        }
        if (at < bytes.length) {
            throw new MalformedMessageException("type " + type + " is too long");
        }
    }

    private void put(char field, int value) {
        switch (field) {
            case 'f':
                flags = value;
                break;
            case 'c':
                code = value;
                break;
            case 'd':
                duration = value;
                break;
            case 't':
                topicId = value;
                break;
            default:
                id = value;
                break;
        }
    }

    /** The datagram. */
    byte[] encode() {
        ByteArrayOutputStream body = new ByteArrayOutputStream(8 + rest.length);
        String fields = MessageType.fields(type);
        for (int i = 0; i < fields.length(); i++) {
            switch (fields.charAt(i)) {
                case '?':
                    if (duration < 0 && rest.length == 0) {
                        return framed(body.toByteArray());
                    }
                    break;
                case 'f':
                    body.write(flags);
                    break;
                case 'c':
                    body.write(code);
                    break;
                case 'd':
                    putWord(body, duration);
                    break;
                case 't':
                    putWord(body, topicId);
                    break;
                case 'm':
                    putWord(body, id);
                    break;
                default:
                    body.write(rest, 0, rest.length);
                    break;
            }
        }
        return framed(body.toByteArray());
    }

    private byte[] framed(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 4);
        if (body.length + 2 <= LONGEST_SHORT) {
            out.write(body.length + 2);
        } else {
            out.write(LONG_MARK);
            putWord(out, body.length + 4);
        }
        out.write(type);
        out.write(body, 0, body.length);
        return out.toByteArray();
    }

    static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static void putWord(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
