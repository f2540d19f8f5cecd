package io.slipway.cli;

import io.slipway.frame.Frame;
import io.slipway.frame.FrameDecoder;
import io.slipway.frame.FrameType;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.MqttFrame;
import io.slipway.frame.QueryFrame;
import io.slipway.slip.SlipDecoder;
import io.slipway.slip.SlipEncoder;
import io.slipway.slip.SlipError;
import io.slipway.slip.SlipSink;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A border-router mote on a TCP port, as a gateway sees it through ser2net: says its boot text, asks for the prefix
 * each second with its radio off, answers {@code ?M}, and passes packets both ways once it is configured. It stays
 * configured over reconnections, as a mote does while it has power. Like the firmware it is particular about what it
 * takes: {@link #protocolErrors} counts what a real mote would have lost.
 */
public final class EmulatedMote implements Closeable {
    /** Takes what the gateway sends into the mesh. Called by the mote's thread. */
    public interface Radio {
        /** A packet for a node. */
        void received(Ipv6Packet packet);

        /** An MQTT packet for a client on the line itself; false where there is none, as in stock firmware. */
        default boolean wired(MqttFrame packet) {
            return false;
        }
    }

    private static final byte END = (byte) 0xc0;
    private static final int ASK_MS = 1000;
    private static final int FRAME_LIMIT = 1280;
    private static final byte[] MAC = "!M0012740100010001".getBytes(StandardCharsets.US_ASCII);
    private static final int PREFIX_ANSWER_LENGTH = 10;

    private final ServerSocket server;
    private final Radio radio;
    private final Thread thread;
    private Socket host;
    private volatile boolean configured;
    private volatile int protocolErrors;
    private volatile int prefixAnswers;
    private volatile int connections;

    /**
     * Waits for the gateway on a loopback port.
     *
     * @param port 0 for any
     */
    public EmulatedMote(int port, Radio radio) throws IOException {
        this.server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        this.radio = radio;
        this.thread = new Thread("emulated-mote") {
            @Override
            public void run() {
                serve();
            }
        };
        thread.setDaemon(true);
        thread.start();
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** Whether it has its prefix, so that its radio is on. */
    public boolean isConfigured() {
        return configured;
    }

    /** As after a power cut: the prefix is forgotten. */
    public void forgetPrefix() {
        configured = false;
    }

    /** How often the gateway sent something that a real mote would have dropped. */
    public int protocolErrors() {
        return protocolErrors;
    }

    /** How often the gateway gave the prefix. */
    public int prefixAnswers() {
        return prefixAnswers;
    }

    /** How often a gateway has come so far. */
    public int connections() {
        return connections;
    }

    /** Ends the connection, as when the cable is pulled; the gateway may come again. */
    public synchronized void hangUp() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    /**
     * Sends a packet out of the mesh up the line, with an END before and behind as the firmware does.
     *
     * @return false while no gateway is connected or the radio is off; then nothing is sent
     */
    public boolean send(byte[] packet) {
        return configured && write(packet);
    }

    /** Sends bytes as they are, good or not. */
    public synchronized boolean sendRaw(byte[] bytes) {
        if (host == null) {
            return false;
        }
        try {
            host.getOutputStream().write(bytes);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    private boolean write(byte[] frame) {
        byte[] encoded = SlipEncoder.encode(frame);
        ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length + 1);
        out.write(END);
        out.write(encoded, 0, encoded.length);
        return sendRaw(out.toByteArray());
    }

    private void debug(String text) {
        write(("\r" + text + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(ASK_MS);
                attach(socket);
                connections++;
                debug("Starting 'Border router process'");
                talk(socket.getInputStream());
            } catch (IOException ignored) {
                // The gateway went away; the mote does not mind and waits for it.
            } finally {
                attach(null);
            }
        }
    }

    private synchronized void attach(Socket socket) {
        host = socket;
    }

    private void talk(InputStream in) throws IOException {
        FirmwareSink sink = new FirmwareSink();
        SlipDecoder slip = new SlipDecoder(sink, FRAME_LIMIT);
        byte[] buffer = new byte[512];
        long asked = System.nanoTime() - ASK_MS * 1_000_000L;
        while (true) {
            if (!configured && System.nanoTime() - asked >= ASK_MS * 1_000_000L) {
                asked = System.nanoTime();
                write(new byte[] {'?', 'P'});
            }
            int length;
            try {
                length = in.read(buffer);
            } catch (SocketTimeoutException quiet) {
                continue;
            }
            if (length < 0) {
                return;
            }
            slip.push(buffer, 0, length);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
    }

    /** What the firmware makes of a frame from its host. */
    private final class FirmwareSink implements SlipSink {
        private final FrameDecoder frames = new FrameDecoder(FrameDecoder.Mode.BORDER_ROUTER, false, false);
        private long previousEnd = -1;

        @Override
        public void frame(byte[] buffer, int length, long start, long end) {
            // An END before a frame makes a busy mote lose what follows; only the very first may stand alone.
            if (previousEnd >= 0 && start != previousEnd + 1) {
                protocolErrors++;
            }
            previousEnd = end;
            Frame frame = frames.decode(buffer, length);
            if (frame.type() == FrameType.QUERY && ((QueryFrame) frame).code() == 'M') {
                write(MAC);
            } else if (frame.type() == FrameType.COMMAND && buffer[1] == 'P' && length == PREFIX_ANSWER_LENGTH) {
                prefixAnswers++;
                configured = true;
                debug("Got configuration message of type P");
            } else if (frame.type() == FrameType.IPV6) {
                Ipv6Packet packet = (Ipv6Packet) frame;
                if (packet.udp() == null || !packet.udp().checksumOk() || packet.hopLimit() < 2
                    || packet.src().isLinkLocal()) {
                    protocolErrors++;
                } else {
                    radio.received(packet);
                }
            } else if (frame.type() != FrameType.MQTT || !radio.wired((MqttFrame) frame)) {
                protocolErrors++;
            }
        }

        @Override
        public void invalid(SlipError reason, byte[] buffer, int length, long start, long end) {
            previousEnd = end;
            protocolErrors++;
        }
    }
}
