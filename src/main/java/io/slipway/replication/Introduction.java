package io.slipway.replication;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the two ends of a TCP connection find out who the other is, by a password that never goes over the line. Each end
 * says who it is and draws a number; each proves that it knows the password by an HMAC-SHA-256 (RFC 2104) over both
 * names, both numbers and the certificate of the connection. So a proof is of use in this connection alone, and whoever
 * stands between with a certificate of its own has none. The end that connected proves it first: who only connects
 * gets nothing to guess at.
 *
 * <pre>
 * 'H' | version, 1 or 2 | cluster (u8 length, UTF-8) | id (u8 length, UTF-8) | 16 random bytes
 * 'A' | 32 bytes of HMAC(password, role | cluster | id of C | id of S | number of C | number of S | certificate)
 * </pre>
 * C is the end that connected, S the other one. The role is 'C' or 'S'. Of an end that connects for a tunnel, see
 * {@link TunnelRequest}, it is 'T', and its version is 2: who knows no tunnels refuses that at once. In the HMAC texts
 * have their length before them; the certificate is its SHA-256, or 32 zeros without TLS.
 */
final class Introduction {
    static final int NUMBER_BYTES = 16;
    private static final int REPLICATION = 1;
    private static final int TUNNEL = 2;
    private static final int MAC_BYTES = 32;

    /** What an end says of itself. */
    static final class Name {
        final String cluster;
        final String id;
        final byte[] number;
        /** Whether it connects for a tunnel, not for replication. */
        final boolean tunnel;

        Name(String cluster, String id, byte[] number) {
            this(cluster, id, number, false);
        }

        Name(String cluster, String id, byte[] number, boolean tunnel) {
            this.cluster = cluster;
            this.id = id;
            this.number = number;
            this.tunnel = tunnel;
        }

        byte[] toBytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream(64);
            out.write('H');
            out.write(tunnel ? TUNNEL : REPLICATION);
            text(out, cluster);
            text(out, id);
            out.write(number, 0, number.length);
            return out.toByteArray();
        }

        /** {@code null} for anything else. */
        static Name parse(byte[] frame) {
            if (frame.length < 4 || frame[0] != 'H' || frame[1] != REPLICATION && frame[1] != TUNNEL) {
                return null;
            }
            int clusterEnd = 3 + (frame[2] & 0xff);
            if (clusterEnd >= frame.length) {
                return null;
            }
            int idEnd = clusterEnd + 1 + (frame[clusterEnd] & 0xff);
            if (idEnd + NUMBER_BYTES != frame.length || idEnd == clusterEnd + 1) {
                return null;
            }
            return new Name(new String(frame, 3, clusterEnd - 3, StandardCharsets.UTF_8),
                new String(frame, clusterEnd + 1, idEnd - clusterEnd - 1, StandardCharsets.UTF_8),
                Arrays.copyOfRange(frame, idEnd, frame.length), frame[1] == TUNNEL);
        }
    }

    private Introduction() {
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length);
        out.write(bytes, 0, bytes.length);
    }

    /**
     * The proof of one end.
     *
     * @param connected whether that end is the one that connected
     * @param client what the end that connected said, {@code server} what the other one did
     * @param certificate SHA-256 of the server's, 32 zeros without TLS
     */
    static byte[] proof(byte[] password, boolean connected, Name client, Name server, byte[] certificate) {
        ByteArrayOutputStream said = new ByteArrayOutputStream(192);
        said.write(!connected ? 'S' : client.tunnel ? 'T' : 'C');
        text(said, client.cluster);
        text(said, client.id);
        text(said, server.id);
        said.write(client.number, 0, NUMBER_BYTES);
        said.write(server.number, 0, NUMBER_BYTES);
        said.write(certificate, 0, certificate.length);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(password, "HmacSHA256"));
            byte[] hash = mac.doFinal(said.toByteArray());
            byte[] frame = new byte[1 + MAC_BYTES];
            frame[0] = 'A';
            System.arraycopy(hash, 0, frame, 1, MAC_BYTES);
            return frame;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java lacks HMAC-SHA-256", missing);
        }
    }

    /** Whether two proofs are the same, in a time that tells nothing. */
    static boolean isSame(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }
}
