package io.slipway.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.health.StatusPort;
import io.slipway.testing.Await;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Watches one life of a gateway from outside, from before it begins until after its end: asks for the status again and
 * again, and subscribes to the LAN as soon as there is a broker. What it was told it was told before the end.
 */
final class Witness implements AutoCloseable {
    private static final byte[] CONNECT = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 1, 'w'};

    private final GatewayProcess gateway;
    private final Place lan;
    private final long beganNs = System.nanoTime();
    private final Thread asking = new Thread(this::ask, "witness-status");
    private final Thread listening = new Thread(this::listen, "witness-lan");
    private volatile boolean over;
    private volatile JsonNode status;
    private volatile long firstAnswerMs = -1;
    private volatile Socket socket;

    /** Begins at once; the gateway has just been launched. */
    Witness(GatewayProcess gateway, Place lan) {
        this.gateway = gateway;
        this.lan = lan;
        asking.start();
        listening.start();
    }

    /** The last answer; {@code null} where there was none. */
    JsonNode status() {
        return status;
    }

    /** From the launch to the first answer, in milliseconds; negative where there was none. */
    long firstAnswerMs() {
        return firstAnswerMs;
    }

    long counter(String label) {
        JsonNode last = status;
        return last == null ? 0 : last.get("counters").get(label).asLong();
    }

    private void ask() {
        while (!over) {
            try {
                // An answer that the end cut short does not parse.
                status = Captures.JSON.readTree(StatusPort.ask(gateway.dataDir, "json"));
                if (firstAnswerMs < 0) {
                    firstAnswerMs = (System.nanoTime() - beganNs) / 1_000_000;
                }
            } catch (IOException notNow) {
                // It is starting, or gone.
            }
            Await.pauseBriefly();
        }
    }

    private void listen() {
        while (!over) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.lanPort)) {
                socket = client;
                byte[] topic = "slipway/+/+/up/#".getBytes(StandardCharsets.US_ASCII);
                client.getOutputStream().write(CONNECT);
                client.getOutputStream().write(new byte[] {(byte) 0x82, (byte) (topic.length + 5), 0, 1, 0,
                    (byte) topic.length});
                client.getOutputStream().write(topic);
                client.getOutputStream().write(0);
                receive(new DataInputStream(client.getInputStream()));
            } catch (IOException notNow) {
                // It is starting, or gone.
            }
            Await.pauseBriefly();
        }
    }

    private void receive(DataInputStream in) throws IOException {
        while (!over) {
            int type = in.readUnsignedByte() & 0xf0;
            int length = 0;
            int shift = 0;
            int b;
            do {
                b = in.readUnsignedByte();
                length |= (b & 0x7f) << shift;
                shift += 7;
            } while (b >= 0x80);
            byte[] body = new byte[length];
            in.readFully(body);
            if (type == 0x30) {
                int topic = (body[0] & 0xff) << 8 | body[1] & 0xff;
                lan.received(new String(body, 2, topic, StandardCharsets.UTF_8),
                    Arrays.copyOfRange(body, 2 + topic, length));
            }
        }
    }

    /** Call it when the process has ended. */
    @Override
    public void close() {
        over = true;
        Await.until("the witness's end", 60, () -> {
            Socket open = socket;
            if (open != null) {
                open.close();
            }
            return !asking.isAlive() && !listening.isAlive();
        });
    }
}
