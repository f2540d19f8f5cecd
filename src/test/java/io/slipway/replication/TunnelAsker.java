package io.slipway.replication;

import io.slipway.replication.Introduction.Name;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Asks a gateway for a tunnel over a plain socket, as a member does or as none would. */
final class TunnelAsker implements AutoCloseable {
    final Socket socket;
    final DataOutputStream out;
    final DataInputStream in;
    private final String id;
    private final byte[] password;

    TunnelAsker(int port, String id, String password) throws IOException {
        this.socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(60_000);
        this.out = new DataOutputStream(socket.getOutputStream());
        this.in = new DataInputStream(socket.getInputStream());
        this.id = id;
        this.password = password.getBytes(StandardCharsets.UTF_8);
    }

    void frame(byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
        out.flush();
    }

    /** {@code null} where the connection is closed instead. */
    byte[] frame() throws IOException {
        try {
            byte[] bytes = new byte[in.readUnsignedShort()];
            in.readFully(bytes);
            return bytes;
        } catch (EOFException | SocketException closed) {
            return null;
        }
    }

    /** Says who it is, and proves it; whether the other end answers with a proof, be it one for another password. */
    boolean introduce() throws IOException {
        Name self = new Name("test", id, new byte[Introduction.NUMBER_BYTES], true);
        frame(self.toBytes());
        byte[] named = frame();
        Name other = named == null ? null : Name.parse(named);
        if (other == null) {
            return false;
        }
        frame(Introduction.proof(password, true, self, other, new byte[32]));
        return frame() != null;
    }

    /** All of it; {@code null} where there is no answer. */
    TunnelReply ask(String upstream) throws IOException {
        if (!introduce()) {
            return null;
        }
        frame(TunnelRequest.toBytes(upstream));
        byte[] reply = frame();
        return reply == null ? null : TunnelReply.parse(reply);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
