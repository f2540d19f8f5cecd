package io.slipway.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A TCP port that passes on to another one, and can be shut: then it cuts what is open and refuses what comes. */
public final class TcpGate implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean open;
    private boolean closed;

    /** Begins shut. */
    public TcpGate(int target) throws IOException {
        this(0, target);
    }

    /** On a port on which nobody was to be found before. */
    public TcpGate(int port, int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        start("gate-accept", this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public synchronized void open() {
        open = true;
    }

    /** Cuts every connection. */
    public synchronized void shut() {
        open = false;
        for (Socket socket : sockets) {
            silently(socket);
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        List<Thread> running;
        synchronized (this) {
            closed = true;
            server.close();
            shut();
            running = new ArrayList<>(threads);
        }
        try {
            for (Thread thread : running) {
                thread.join(5000);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void start(String name, Runnable work) {
        if (!closed) {
            Thread thread = new Thread(work, name);
            threads.add(thread);
            thread.start();
        }
    }

    private void accept() {
        while (true) {
            try {
                join(server.accept());
            } catch (IOException closing) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    private void join(Socket client) throws IOException {
        Socket onward;
        synchronized (this) {
            if (!open) {
                client.close();
                return;
            }
            sockets.add(client);
            try {
                onward = new Socket(InetAddress.getLoopbackAddress(), target);
            } catch (IOException nobody) {
                client.close();
                return;
            }
            sockets.add(onward);
        }
        start("gate-up", () -> pump(client, onward));
        start("gate-down", () -> pump(onward, client));
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException cut) {
            // Either side may go at any time; both go then.
        }
        silently(from);
        silently(to);
    }

    private static void silently(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is gone already.
        }
    }
}
