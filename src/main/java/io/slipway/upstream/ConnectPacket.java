package io.slipway.upstream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The first packet of an MQTT connection, with a clean start and no will (MQTT 3.1.1 and 5, section 3.1). */
final class ConnectPacket {
    private static final int CONNECT = 0x10;
    private static final int CLEAN = 0x02;
    private static final int WITH_PASSWORD = 0x40;
    private static final int WITH_USER = 0x80;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private ConnectPacket() {
    }

    /** @param username and {@code password} may be {@code null} */
    static byte[] of(boolean mqtt5, String clientId, int keepAliveS, String username, byte[] password) {
        ConnectPacket packet = new ConnectPacket();
        packet.field("MQTT".getBytes(StandardCharsets.US_ASCII));
        packet.body.write(mqtt5 ? 5 : 4);
        packet.body.write(CLEAN | (username == null ? 0 : WITH_USER) | (password == null ? 0 : WITH_PASSWORD));
        packet.body.write(keepAliveS >> 8);
        packet.body.write(keepAliveS);
        if (mqtt5) {
            // No properties.
            packet.body.write(0);
        }
        packet.field(clientId.getBytes(StandardCharsets.UTF_8));
        if (username != null) {
            packet.field(username.getBytes(StandardCharsets.UTF_8));
        }
        if (password != null) {
            packet.field(password);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(CONNECT);
        int left = packet.body.size();
        while (left > 0x7f) {
            whole.write(left & 0x7f | 0x80);
            left >>= 7;
        }
        whole.write(left);
        byte[] bytes = packet.body.toByteArray();
        whole.write(bytes, 0, bytes.length);
        return whole.toByteArray();
    }

    private void field(byte[] bytes) {
        body.write(bytes.length >> 8);
        body.write(bytes.length);
        body.write(bytes, 0, bytes.length);
    }
}
