package io.slipway.mesh;

import io.slipway.slip.SlipEncoder;
import io.slipway.testing.Mosquitto;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;

/** The far end of the line in place of the mote: shows every byte of the gateway, says whatever a test wants. */
final class LineEnd implements Closeable {
    private static final int END = 0xc0;

    private final int port = Mosquitto.freePort();
    private ServerSocket server;
    private Socket gateway;

    LineEnd() throws IOException {
        listen();
    }

    /** Is to be found again after {@link #close}. */
    void listen() throws IOException {
        server = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
        server.setSoTimeout(30_000);
    }

    int port() {
        return port;
    }

    /** Waits for the gateway to connect. */
    void accept() throws IOException {
        gateway = server.accept();
        gateway.setTcpNoDelay(true);
        gateway.setSoTimeout(30_000);
    }

    /** Waits for the gateway and for what it says at every opening. */
    void acceptGreeting() throws IOException {
        accept();
        greeting();
    }

    /** Takes the END and the MAC query. */
    void greeting() throws IOException {
        String greeting = read(4);
        if (!greeting.equals("c03f4dc0")) {
            throw new IOException("not the greeting: " + greeting);
        }
    }

    /** The next bytes as hexadecimal digits. */
    String read(int count) throws IOException {
        byte[] bytes = gateway.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the gateway hung up");
        }
        return HexFormat.of().formatHex(bytes);
    }

    /** The bytes up to and with the next END. */
    byte[] frame() throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        int b;
        do {
            b = gateway.getInputStream().read();
            if (b < 0) {
                throw new EOFException("the gateway hung up");
            }
            frame.write(b);
        } while (b != END);
        return frame.toByteArray();
    }

    void send(byte[] bytes) throws IOException {
        gateway.getOutputStream().write(bytes);
    }

    /** As the firmware does: an END before and behind. */
    void sendFrame(byte[] frame) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(END);
        out.write(SlipEncoder.encode(frame));
        send(out.toByteArray());
    }

    void hangUp() throws IOException {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
    }
}
