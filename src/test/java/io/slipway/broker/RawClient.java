package io.slipway.broker;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An MQTT client that sends exactly the bytes it is told to. */
final class RawClient implements Closeable {
    static final int CONNACK = 0x20;
    static final int PUBLISH = 0x30;
    static final int PUBACK = 0x40;
    static final int PUBREC = 0x50;
    static final int PUBREL = 0x62;
    static final int PUBCOMP = 0x70;
    static final int SUBACK = 0x90;
    static final int UNSUBACK = 0xb0;
    static final int DISCONNECT = 0xe0;

    /** One packet from the broker: its first byte and what follows the length. */
    record Packet(int first, byte[] body) {
        int type() {
            return first & 0xf0;
        }

        int qos() {
            return first >> 1 & 3;
        }

        boolean retained() {
            return (first & 1) != 0;
        }

        boolean dup() {
            return (first & 8) != 0;
        }

        int u16(int at) {
            return (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
        }

        String topic() {
            return new String(body, 2, u16(0), StandardCharsets.UTF_8);
        }

        /** The packet id of a PUBLISH. */
        int id() {
            return u16(2 + u16(0));
        }

        /** The payload of an MQTT 3 PUBLISH. */
        String text() {
            int at = 2 + u16(0) + (qos() > 0 ? 2 : 0);
            return new String(body, at, body.length - at, StandardCharsets.UTF_8);
        }
    }

    final Socket socket = new Socket();
    private final DataInputStream in;

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    RawClient(int port, int receiveBuffer) throws IOException {
        this(port, receiveBuffer, null);
    }

    /** @param from the address that it comes from */
    RawClient(int port, InetAddress from) throws IOException {
        this(port, 0, from);
    }

    private RawClient(int port, int receiveBuffer, InetAddress from) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        if (from != null) {
            socket.bind(new InetSocketAddress(from, 0));
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout((int) RunningBroker.DEADLINE_SECONDS * 1000);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    }

    RawClient send(byte[]... packets) throws IOException {
        socket.getOutputStream().write(join(packets));
        return this;
    }

    /** The next packet; {@code null} at the end of the stream. */
    Packet next() throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7f) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        byte[] body = new byte[length];
        in.readFully(body);
        return new Packet(first, body);
    }

    /** The next packet, which must be of that type. */
    Packet expect(int type) throws IOException {
        Packet next = next();
        if (next == null) {
            throw new EOFException("Closed instead of " + Integer.toHexString(type));
        }
        if (next.type() != (type & 0xf0)) {
            throw new IOException("Expected " + Integer.toHexString(type) + ", came " + Integer.toHexString(next.first)
                + " " + java.util.Arrays.toString(next.body));
        }
        return next;
    }

    /** Whether the broker closes the connection, whatever it sends before. */
    boolean isClosedByBroker() throws IOException {
        try {
            while (next() != null) {
                continue;
            }
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (java.net.SocketException | EOFException reset) {
            return true;
        }
    }

    RawClient connected(String id, boolean clean) throws IOException {
        send(connect(id, clean));
        expect(CONNACK);
        return this;
    }

    RawClient subscribed(String filter, int qos) throws IOException {
        send(subscribe(1, filter, qos));
        expect(SUBACK);
        return this;
    }

    /** Sends a PINGREQ and waits for the answer: what was sent before has been read by then. */
    void ping() throws IOException {
        send(new byte[] {(byte) 0xc0, 0});
        expect(0xd0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    static byte[] connect(String id, boolean clean) {
        return connect(4, id, clean ? 2 : 0, new byte[0]);
    }

    /** @param rest the will, the user, the password, as the flags say */
    static byte[] connect(int level, String id, int flags, byte[] rest) {
        byte[] properties = level == 5 ? new byte[] {0} : new byte[0];
        return packet(0x10, utf8("MQTT"), new byte[] {(byte) level, (byte) flags, 0, 60}, properties, utf8(id), rest);
    }

    static byte[] connect5(String id, int flags, byte[] properties, byte[] rest) {
        return packet(0x10, utf8("MQTT"), new byte[] {5, (byte) flags, 0, 60},
            new byte[] {(byte) properties.length}, properties, utf8(id), rest);
    }

    static byte[] subscribe(int id, String filter, int qos) {
        return packet(0x82, u16(id), utf8(filter), new byte[] {(byte) qos});
    }

    static byte[] subscribe5(int id, String filter, int qos) {
        return packet(0x82, u16(id), new byte[1], utf8(filter), new byte[] {(byte) qos});
    }

    /** @param flags of the first byte: 8 DUP, 2 QoS 1, 4 QoS 2, 1 RETAIN */
    static byte[] publish(int flags, int id, String topic, String payload) {
        byte[] text = payload.getBytes(StandardCharsets.UTF_8);
        return packet(0x30 | flags, utf8(topic), (flags & 6) == 0 ? new byte[0] : u16(id), text);
    }

    static byte[] publish5(int flags, int id, String topic, String payload) {
        byte[] text = payload.getBytes(StandardCharsets.UTF_8);
        return packet(0x30 | flags, utf8(topic), (flags & 6) == 0 ? new byte[0] : u16(id), new byte[1], text);
    }

    static byte[] reply(int first, int id) {
        return packet(first, u16(id));
    }

    static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return join(u16(bytes.length), bytes);
    }

    static byte[] u16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    static byte[] packet(int first, byte[]... parts) {
        byte[] body = join(parts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        int left = body.length;
        do {
            out.write(left > 127 ? left & 0x7f | 0x80 : left);
            left >>= 7;
        } while (left > 0);
        out.writeBytes(body);
        return out.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
