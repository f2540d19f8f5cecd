package io.slipway.broker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.StringTokenizer;

/** The head of an HTTP request that asks for WebSocket, and its answer: RFC 6455 section 4.2. Immutable. */
final class WebSocketHandshake {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_LENGTH = 24;

    private final String head;

    /** @param head from the request line to the empty line, which ends it */
    WebSocketHandshake(String head) {
        this.head = head;
    }

    boolean isValid() {
        String key = header("sec-websocket-key");
        return head.startsWith("GET ") && requestLine().endsWith(" HTTP/1.1") && key != null
            && key.length() == KEY_LENGTH && "13".equals(header("sec-websocket-version"))
            && names("upgrade", "websocket") && names("connection", "upgrade") && protocol() != null;
    }

    private String requestLine() {
        return head.substring(0, head.indexOf('\r'));
    }

    /**
     * Whether the page that connects came from the host that it connects to. Programs that are no browsers say nothing
     * of it, and may.
     */
    boolean isSameOrigin() {
        String origin = header("origin");
        String host = header("host");
        if (origin == null) {
            return true;
        }
        int begin = origin.indexOf("://");
        return host != null && begin > 0 && hostOf(origin.substring(begin + 3)).equalsIgnoreCase(hostOf(host));
    }

    private static String hostOf(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        return colon > hostAndPort.lastIndexOf(']') ? hostAndPort.substring(0, colon) : hostAndPort;
    }

    /** The one of the client's protocols that is ours; {@code null} if there is none. */
    private String protocol() {
        for (String ours : new String[] {"mqtt", "mqttv3.1"}) {
            if (names("sec-websocket-protocol", ours)) {
                return ours;
            }
        }
        return null;
    }

    /** What tells the client that it speaks WebSocket now. */
    String answer() {
        try {
            byte[] accepted = MessageDigest.getInstance("SHA-1")
                .digest((header("sec-websocket-key") + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accepted)
                + "\r\nSec-WebSocket-Protocol: " + protocol() + "\r\n\r\n";
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("This Java lacks SHA-1", missing);
        }
    }

    /** Whether a header, a list of words, has one of them. */
    private boolean names(String header, String word) {
        String value = header(header);
        if (value == null) {
            return false;
        }
        StringTokenizer words = new StringTokenizer(value, ", \t");
        while (words.hasMoreTokens()) {
            if (words.nextToken().equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }

    /** @param name in lower case */
    private String header(String name) {
        int begin = head.indexOf("\r\n") + 2;
        int end = head.indexOf("\r\n", begin);
        while (end > begin) {
            int colon = head.indexOf(':', begin);
            if (colon > 0 && colon < end && head.substring(begin, colon).toLowerCase(Locale.ROOT).equals(name)) {
                return head.substring(colon + 1, end).trim();
            }
            begin = end + 2;
            end = head.indexOf("\r\n", begin);
        }
        return null;
    }
}
