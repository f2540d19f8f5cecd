package io.slipway.gateway;

import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipEncoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * A serial line whose far end speaks MQTT in SLIP: the test itself, or an MQTT client of this machine, whose TCP stream
 * is cut into packets, each of which becomes a frame, and the other way round.
 */
final class MqttLine implements AutoCloseable {
    /** What the gateway sent, in hexadecimal digits, its greeting left out. */
    final List<String> frames = Collections.synchronizedList(new ArrayList<>());
    private final ServerSocket forGateway = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    private final ServerSocket forClients = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    private Socket gateway;
    private volatile Socket client;

    MqttLine() throws IOException {
        forGateway.setSoTimeout(30_000);
    }

    int gatewayPort() {
        return forGateway.getLocalPort();
    }

    /** Where an MQTT client finds the gateway. */
    int clientPort() {
        return forClients.getLocalPort();
    }

    /** Waits for the gateway. */
    void accept() throws IOException {
        gateway = forGateway.accept();
        begin("line-down", this::down);
        begin("line-clients", this::clients);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void begin(String name, Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // The end of the test.
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void down() throws IOException {
        SlipDecoder slip = new SlipDecoder(new SlipSink() {
            @Override
            public void frame(byte[] buffer, int length, long start, long end) {
                if (buffer[0] != '?') {
                    take(Arrays.copyOf(buffer, length));
                }
            }

            @Override
            public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
                frames.add("invalid " + reason);
            }
        }, 2048);
        InputStream in = gateway.getInputStream();
        byte[] chunk = new byte[512];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            slip.push(chunk, 0, n);
        }
    }

    private void take(byte[] frame) {
        frames.add(HexFormat.of().formatHex(frame));
        Socket to = client;
        if (to != null) {
            try {
                to.getOutputStream().write(frame);
            } catch (IOException gone) {
                // The client has what it wanted.
            }
        }
    }

    private void clients() throws IOException {
        while (true) {
            try (Socket next = forClients.accept()) {
                client = next;
                DataInputStream in = new DataInputStream(next.getInputStream());
                for (int first = in.read(); first >= 0; first = in.read()) {
                    sendFrame(packet(first, in));
                }
            } catch (SocketException gone) {
                if (forClients.isClosed()) {
                    return;
                }
            }
        }
    }

    private static byte[] packet(int first, DataInputStream in) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(first);
        int remaining = 0;
        int shift = 0;
        int octet;
        do {
            octet = in.readUnsignedByte();
            packet.write(octet);
            remaining |= (octet & 0x7f) << shift;
            shift += 7;
        } while (octet > 0x7f);
        packet.write(in.readNBytes(remaining));
        return packet.toByteArray();
    }

    /** As firmware does: an END before and behind. */
    synchronized void sendFrame(byte[] frame) throws IOException {
        gateway.getOutputStream().write(0xc0);
        gateway.getOutputStream().write(SlipEncoder.encode(frame));
    }

    synchronized void send(byte[] bytes) throws IOException {
        gateway.getOutputStream().write(bytes);
    }

    @Override
    public void close() throws IOException {
        forGateway.close();
        forClients.close();
        if (gateway != null) {
            gateway.close();
        }
        Socket last = client;
        if (last != null) {
            last.close();
        }
    }
}
