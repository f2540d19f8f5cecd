package io.slipway.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * A connection to a server that carries the bytes of a serial port, such as ser2net in raw mode. A peer that
 * vanishes without a word (power cut, cable pulled) is noticed by TCP's keepalive, on Linux after two hours unless
 * {@code net.ipv4.tcp_keepalive_time} says otherwise, or some minutes after something was written to
 * it. Who knows that bytes should come notices it sooner, and has the link opened anew.
 */
final class TcpPort implements Port {
    private static final int CONNECT_TIMEOUT_MS = 5000;

    private final String host;
    private final int port;
    private final Socket socket = new Socket();
    private InputStream in;
    private OutputStream out;

    TcpPort(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public void open() throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("unknown host");
        }
        try {
            socket.connect(address, CONNECT_TIMEOUT_MS);
        } catch (SocketTimeoutException silent) {
            throw new IOException("no answer", silent);
        }
        // A frame is written at once and whole; waiting for more would only delay it.
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        try {
            int count = in.read(buffer);
            if (count < 0) {
                throw new IOException("closed by the other side");
            }
            return count;
        } catch (SocketTimeoutException nothing) {
            return NOTHING;
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    @Override
    public void cancel() {
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is of no more use in either case.
        }
    }
}
