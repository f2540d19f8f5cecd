package io.slipway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** {@code config upstream}: one cloud broker that gets every reading. Immutable. */
public final class UpstreamConfig {
    /** The section's name: the destination whose cursor the store keeps. */
    public final String name;
    /** The broker. */
    public final HostPort broker;
    /** Whether the connection is TLS ({@code mqtts://}). */
    public final boolean tls;
    /** MQTT 5, or 3.1.1 where {@code option mqtt '3.1.1'}. */
    public final boolean mqtt5;
    /** SenML as CBOR, or as JSON where {@code option format 'senml+json'} (RFC 8428). */
    public final boolean cbor;
    /** Whether batches are deflated (zlib, RFC 1950) where that makes them smaller. */
    public final boolean deflate;
    /** Readings in a batch at most, 1 to 512. Default 256. */
    public final int batchReadings;
    /** Bytes of payload in a batch at most, before encoding, 256 to 1M. Default 32k. */
    public final int batchBytes;
    /** Milliseconds that a batch which is not full waits for more readings, 0 to 3600000. Default 1000. */
    public final int batchAgeMs;
    /** Batches on the way without an acknowledgement, 1 to 64. Default 8. */
    public final int window;
    /** Whether new readings go before those that have waited, {@code option order 'live_first'}. */
    public final boolean liveFirst;
    /** Bytes a second at most, 512 to 1G, 0 for as many as there are. Default 0. */
    public final int bytesPerS;
    /** Readings a second at most, up to 1000000, 0 for as many as there are. Default 0. */
    public final int readingsPerS;
    /** Bytes in any hour at most, 64k to 1024G, 0 for as many as there are. Default 0. */
    public final long bytesPerHour;
    /** Whether readings have arrived only when the other end says that it has stored them. */
    public final boolean receipts;
    /** Seconds to wait for that before they are sent again, 1 to 86400. Default 60. */
    public final int receiptTimeoutS;
    /** Whether the other end may propose another configuration. Default no. */
    public final boolean remoteConfig;
    /** Seconds within which this upstream must be back with a proposed configuration, 10 to 86400. Default 300. */
    public final int confirmS;
    /** {@code null}: {@code slipway-} and the gateway's id. */
    public final String clientId;
    /** {@code null} where the broker asks for none. */
    public final String username;
    /** A file whose first line is the password; {@code null} where there is none. */
    public final Path passwordFile;
    /** PEM certificates that the broker's is checked against; {@code null}: those of the JVM. */
    public final Path caFile;
    /** Our certificate chain in PEM, with {@link #keyFile}; {@code null}: none is shown. */
    public final Path certFile;
    /** The certificate's key, PKCS#8 PEM without a password. */
    public final Path keyFile;
    /** Seconds, 5 to 3600. Default 30. */
    public final int keepAliveS;
    /** Seconds for TCP and TLS to come up, 1 to 600: small machines need many. Default 60. */
    public final int connectTimeoutS;
    /** Seconds of failure after which a neighbour is asked to help, 0 to 86400, 0 for never. Default 60. */
    public final int viaNeighbourAfterS;
    /** While a neighbour helps, seconds between looks whether the direct way is back, 5 to 86400. Default 300. */
    public final int directRetryS;
    /** The first wait before a new attempt in milliseconds, 100 to 600000; it doubles. Default 1000. */
    public final int retryMinMs;
    /** The longest wait between attempts in milliseconds, up to a day. Default 120000. */
    public final int retryMaxMs;

    UpstreamConfig(SectionReader in) {
        name = in.sectionName("upstream");
        String url = in.required("url");
        tls = url.startsWith("mqtts://");
        HostPort parsed = null;
        if (tls || url.startsWith("mqtt://")) {
            try {
                String address = url.substring(url.indexOf("//") + 2);
                boolean hasPort = address.indexOf(':', address.lastIndexOf(']') + 1) >= 0;
                parsed = HostPort.parse(hasPort ? address : address + (tls ? ":8883" : ":1883"), 1);
            } catch (IllegalArgumentException wrong) {
                in.wrong("url", "mqtt:// or mqtts:// and " + wrong.getMessage());
            }
        } else {
            in.wrong("url", "mqtt://host:port or mqtts://host:port");
        }
        broker = parsed;
        mqtt5 = in.choice("mqtt", "5", "3.1.1").equals("5");
        cbor = in.choice("format", "senml+cbor", "senml+json").equals("senml+cbor");
        deflate = in.bool("deflate", false);
        batchReadings = in.whole("batch_readings", 256, 1, 512);
        batchBytes = (int) in.bytes("batch_bytes", 32 << 10, 256, 1 << 20);
        batchAgeMs = in.whole("batch_age_ms", 1000, 0, 3_600_000);
        window = in.whole("window", 8, 1, 64);
        liveFirst = in.choice("order", "in_order", "live_first").equals("live_first");
        bytesPerS = (int) cap(in, "bytes_per_s", 512, 1 << 30);
        readingsPerS = in.whole("readings_per_s", 0, 0, 1_000_000);
        bytesPerHour = cap(in, "bytes_per_hour", 64 << 10, 1L << 40);
        receipts = in.bool("receipts", false);
        receiptTimeoutS = in.whole("receipt_timeout_s", 60, 1, 86_400);
        remoteConfig = in.bool("remote_config", false);
        confirmS = in.whole("confirm_s", 300, 10, 86_400);
        clientId = in.text("client_id", null);
        username = in.text("username", null);
        passwordFile = in.path("password_file", null);
        caFile = in.path("ca_file", null);
        certFile = in.path("cert_file", null);
        keyFile = in.path("key_file", null);
        if ((certFile == null) != (keyFile == null)) {
            in.wrong(certFile == null ? "cert_file" : "key_file", "both cert_file and key_file, or neither");
        }
        if (!tls && (caFile != null || certFile != null)) {
            in.wrong("url", "mqtts:// where there is a ca_file or cert_file");
        }
        keepAliveS = in.whole("keep_alive_s", 30, 5, 3600);
        connectTimeoutS = in.whole("connect_timeout_s", 60, 1, 600);
        viaNeighbourAfterS = in.whole("via_neighbour_after_s", 60, 0, 86_400);
        directRetryS = in.whole("direct_retry_s", 300, 5, 86_400);
        retryMinMs = in.whole("retry_min_ms", 1000, 100, 600_000);
        retryMaxMs = in.whole("retry_max_ms", 120_000, 100, 86_400_000);
        if (retryMaxMs < retryMinMs) {
            in.wrong("retry_max_ms", "at least retry_min_ms, which is " + retryMinMs
                + "; the default is " + 120_000);
        }
        if (!mqtt5 && passwordFile != null && username == null) {
            in.wrong("username", "a user name with the password_file, as MQTT 3.1.1 demands");
        }
        in.finish();
    }

    private static long cap(SectionReader in, String option, long least, long most) {
        long bytes = in.bytes(option, 0, 0, most);
        if (bytes > 0 && bytes < least) {
            in.wrong(option, "0 for no limit, or at least " + least);
        }
        return bytes;
    }

    /** A broker drops the first of two clients with one id (MQTT 5, 3.1.4), so the two would fight for ever. */
    void rejectClash(List<UpstreamConfig> others, int line, Problems problems) {
        for (UpstreamConfig other : others) {
            if (name.equals(other.name)) {
                problems.add(line, "two 'config upstream' are called '" + name + "'; give each its name");
            } else if (broker != null && other.broker != null && broker.toString().equals(other.broker.toString())
                && Objects.equals(clientId, other.clientId)) {
                problems.add(line, "config upstream '" + name + "' and '" + other.name
                    + "' have the same broker; give each its own client_id");
            }
        }
    }
}
