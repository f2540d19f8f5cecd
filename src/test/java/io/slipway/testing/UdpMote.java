package io.slipway.testing;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpPacket;
import io.slipway.reading.Eui64;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A node behind an emulated border router whose programs are programs of this machine: its UDP port 5683 is a server on
 * loopback, and what a client sends to {@link #gatewayPort()} goes up the line to the gateway's port 5683, byte for
 * byte.
 */
public final class UdpMote implements EmulatedMote.Radio, Closeable {
    private static final Ipv6Address GATEWAY = Ipv6Address.of(0xfd00_0000_0000_0000L, 1);
    private static final int COAP = 5683;

    /** The node's name. */
    public final Eui64 node;
    /** The border router. */
    public final EmulatedMote mote;
    private final Ipv6Address address;
    private final int serverPort;
    private final DatagramSocket clients;
    /** By the gateway's port: the socket that stands for it before the server. */
    private final Map<Integer, DatagramSocket> gateways = new HashMap<>();

    /** @param serverPort where on loopback the node's server is */
    public UdpMote(Eui64 node, int serverPort) throws IOException {
        this.node = node;
        this.address = Ipv6Address.of(0xfd00_0000_0000_0000L, node.interfaceId());
        this.serverPort = serverPort;
        this.clients = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        this.mote = new EmulatedMote(0, this);
        pump(clients, -1);
    }

    /** Where on loopback a client finds the gateway. */
    public int gatewayPort() {
        return clients.getLocalPort();
    }

    /** Up the line: from a client's own port to 5683, or from the server's to the port that it answers. */
    private void pump(DatagramSocket socket, int gatewayPort) {
        Thread thread = new Thread(() -> {
            byte[] buffer = new byte[2048];
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    byte[] payload = Arrays.copyOf(packet.getData(), packet.getLength());
                    byte[] up = gatewayPort < 0 ? UdpPacket.encode(address, packet.getPort(), GATEWAY, COAP, payload)
                        : UdpPacket.encode(address, COAP, GATEWAY, gatewayPort, payload);
                    up[7] = 63;
                    mote.send(up);
                }
            } catch (IOException closed) {
                // The end of the test.
            }
        }, "udp-mote");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void received(Ipv6Packet packet) {
        if (!packet.dst().equals(address)) {
            return;
        }
        byte[] payload = packet.udp().payload();
        try {
            if (packet.udp().srcPort() == COAP) {
                clients.send(new DatagramPacket(payload, payload.length, InetAddress.getByName("127.0.0.1"),
                    packet.udp().dstPort()));
            } else {
                gateway(packet.udp().srcPort()).send(new DatagramPacket(payload, payload.length,
                    InetAddress.getByName("127.0.0.1"), serverPort));
            }
        } catch (IOException lost) {
            // As on the radio: nobody is told.
        }
    }

    private DatagramSocket gateway(int port) throws IOException {
        DatagramSocket socket = gateways.get(port);
        if (socket == null) {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            gateways.put(port, socket);
            pump(socket, port);
        }
        return socket;
    }

    @Override
    public synchronized void close() throws IOException {
        mote.close();
        clients.close();
        for (DatagramSocket socket : gateways.values()) {
            socket.close();
        }
    }
}
