package io.slipway.config;

import java.nio.file.Path;
import java.util.List;

/** {@code config peer}: another member of the cluster, and how to get there. Immutable. */
public final class PeerConfig {
    private static final String PLAIN = "tcp://";
    private static final String TLS = "tcp+tls://";
    private static final int FINGERPRINT_DIGITS = 64;

    /** Its gateway's id: {@code option id}, or else the section's name. */
    public final String id;
    /** Where it listens; {@code null} where it connects to us, or is reached by way of an upstream. */
    public final HostPort address;
    /** Whether the connection is TLS. */
    public final boolean tls;
    /** The upstream by whose broker it is reached; {@code null} for no upstream. */
    public final String via;
    /** A file whose first line is the password between the two; {@code null}: that of the cluster. */
    public final Path passwordFile;
    /**
     * SHA-256 of its certificate, 64 lower-case hexadecimal digits; {@code null}: any certificate will do, as the
     * password proves whose it is.
     */
    public final String fingerprint;

    PeerConfig(SectionReader in) {
        id = in.text("id", in.sectionName(""));
        if (!ClusterConfig.isName(id)) {
            in.wrong("id", "the id of a gateway, here or as the section's name");
        }
        String url = in.text("url", null);
        via = in.text("via", null);
        if (url != null && via != null) {
            in.wrong("via", "either url or via; neither where it connects to us");
        }
        tls = url != null && url.startsWith(TLS);
        address = address(in, url);
        passwordFile = in.path("password_file", null);
        String print = in.text("fingerprint", null);
        fingerprint = print == null ? null : digits(print);
        if (print != null && fingerprint.length() != FINGERPRINT_DIGITS) {
            in.wrong("fingerprint", "the SHA-256 of a certificate: 64 hexadecimal digits, with colons or without");
        }
        if (fingerprint != null && !tls) {
            in.wrong("fingerprint", "a url that begins with " + TLS);
        }
        in.finish();
    }

    private PeerConfig(String id, HostPort address, boolean tls) {
        this.id = id;
        this.address = address;
        this.tls = tls;
        this.via = null;
        this.passwordFile = null;
        this.fingerprint = null;
    }

    /**
     * A member that is not configured, or without an address: it was found.
     *
     * @param host a name or a numeric address
     * @return {@code null} where that id or that port is none
     */
    public static PeerConfig found(String id, String host, int port, boolean tls) {
        return !ClusterConfig.isName(id) || port < 1 ? null : new PeerConfig(id, new HostPort(host, port), tls);
    }

    private HostPort address(SectionReader in, String url) {
        if (url == null) {
            return null;
        }
        if (!tls && !url.startsWith(PLAIN)) {
            in.wrong("url", PLAIN + "host:port or " + TLS + "host:port");
            return null;
        }
        try {
            return HostPort.parse(url.substring(url.indexOf("//") + 2), 1);
        } catch (IllegalArgumentException wrong) {
            in.wrong("url", (tls ? TLS : PLAIN) + " and " + wrong.getMessage());
            return null;
        }
    }

    /** The hexadecimal digits of it in lower case; shorter where something else than a colon stands between. */
    private static String digits(String text) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit >= 0 && text.charAt(i) < 0x80) {
                digits.append(Character.forDigit(digit, 16));
            } else if (text.charAt(i) != ':') {
                return "";
            }
        }
        return digits.toString();
    }

    /** Two ways to one member would be two members. */
    void rejectClash(List<PeerConfig> others, int line, Problems problems) {
        for (PeerConfig other : others) {
            if (id.equals(other.id)) {
                problems.add(line, "two 'config peer' are called '" + id + "'");
            }
        }
    }
}
