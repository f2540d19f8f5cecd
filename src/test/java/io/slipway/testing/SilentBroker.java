package io.slipway.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets an MQTT 5 client in and answers its pings, but never acknowledges anything. */
public final class SilentBroker implements AutoCloseable {
    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};
    private static final byte[] PINGRESP = {(byte) 0xd0, 0};

    private final ServerSocket server;
    private final Thread thread = new Thread(this::serve, "silent-broker");
    private final AtomicInteger mostPublishes = new AtomicInteger();
    private volatile Socket client;

    /** Listens when it returns. */
    public SilentBroker(int port) throws IOException {
        server = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
        thread.start();
    }

    /** The most PUBLISH packets that were received on one connection. */
    public int mostPublishes() {
        return mostPublishes.get();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                client = socket;
                talk(new DataInputStream(socket.getInputStream()), socket.getOutputStream());
            } catch (IOException gone) {
                // The next one, if any.
            }
        }
    }

    private void talk(DataInputStream in, OutputStream out) throws IOException {
        int publishes = 0;
        while (true) {
            int type = in.readUnsignedByte() >> 4;
            int length = 0;
            int shift = 0;
            int b;
            do {
                b = in.readUnsignedByte();
                length |= (b & 0x7f) << shift;
                shift += 7;
            } while (b >= 0x80);
            in.readFully(new byte[length]);
            if (type == 1) {
                out.write(CONNACK);
            } else if (type == 3) {
                publishes++;
                mostPublishes.set(Math.max(mostPublishes.get(), publishes));
            } else if (type == 12) {
                out.write(PINGRESP);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (client != null) {
            client.close();
        }
        try {
            thread.join(5000);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
