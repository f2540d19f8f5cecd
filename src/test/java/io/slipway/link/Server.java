package io.slipway.link;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The far end of a TCP link, on a port of its own that it finds again after it was closed. */
final class Server implements Closeable {
    final int port;
    private ServerSocket listening;

    Server() throws IOException {
        try (ServerSocket any = bind(0)) {
            port = any.getLocalPort();
        }
    }

    void listen() throws IOException {
        listening = bind(port);
        listening.setSoTimeout(30_000);
    }

    Socket accept() throws IOException {
        Socket accepted = listening.accept();
        accepted.setSoTimeout(30_000);
        return accepted;
    }

    /** Closes with a reset, as a server that is killed with bytes unread. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        if (listening != null) {
            listening.close();
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        // Small, so that a peer that does not read is noticed after little.
        socket.setReceiveBufferSize(8192);
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        return socket;
    }
}
