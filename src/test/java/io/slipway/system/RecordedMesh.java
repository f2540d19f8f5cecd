package io.slipway.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Captures;
import io.slipway.testing.Await;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A mote that sends what a real one was recorded to send, byte for byte, and what must become of it. */
final class RecordedMesh {
    private final EmulatedMote mote;
    private final Random random;
    private final List<String> expected = new ArrayList<>();

    RecordedMesh(EmulatedMote mote, Random random) {
        this.mote = mote;
        this.random = random;
    }

    /** Plays a recording in pieces of random size, once the radio is on. */
    void play(String capture) throws IOException {
        Await.until("the prefix", 30, mote::isConfigured);
        byte[] bytes = Captures.raw(capture);
        // While this is held the mote says nothing of its own: its thanks for the prefix, which the recording asks for,
        // would stand in the middle of a recorded frame.
        synchronized (mote) {
            for (int at = 0; at < bytes.length;) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(200));
                if (!mote.sendRaw(Arrays.copyOfRange(bytes, at, at + length))) {
                    throw new IOException("the gateway hung up");
                }
                at += length;
            }
        }
        for (JsonNode frame : Captures.json(capture + ".expected.json").get("frames")) {
            if (frame.has("udp")) {
                String payload = frame.get("udp").get("payload").asText();
                int port = frame.get("udp").get("dport").asInt();
                // The recorded CoAP client posts to one path only.
                expected.add(eui64(frame.get("src").asText()) + (port == 5683
                    ? " coap/actuators/toggle " + payload.substring(payload.indexOf("ff") + 2)
                    : " udp/" + port + " " + payload));
            }
        }
    }

    /** {@code node source payload-in-hex} of every datagram played so far. */
    List<String> expected() {
        return expected;
    }

    private static String eui64(String address) throws IOException {
        byte[] bytes = ((Inet6Address) InetAddress.getByName(address)).getAddress();
        StringBuilder text = new StringBuilder();
        for (int i = 8; i < 16; i++) {
            text.append(String.format("%02x", i == 8 ? bytes[i] & 0xff ^ 2 : bytes[i] & 0xff));
        }
        return text.toString();
    }
}
