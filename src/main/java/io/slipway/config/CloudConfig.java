package io.slipway.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** {@code config cloud}: a cloud node, which has a file of its own. Immutable. */
public final class CloudConfig {
    /** What a peer's {@code via} calls the broker. */
    public static final String BROKER = "cloud";
    private static final int LONGEST_GROUP = 64;
    private static final List<String> SECTIONS = Arrays.asList("cloud", "cluster", "peer", "log");

    /** The broker that the gateways send to. */
    public final HostPort broker;
    /** Whether the connection is TLS ({@code mqtts://}). */
    public final boolean tls;
    /** The group of the shared subscriptions: processes with one group share the work. Default {@code slipway}. */
    public final String group;
    /** A JDBC address: {@code jdbc:postgresql://…} or {@code jdbc:sqlite:FILE}. */
    public final String database;
    /** {@code null} where the address says it or the database asks for none. */
    public final String databaseUser;
    /** A file whose first line is the password; {@code null} where there is none. */
    public final Path databasePasswordFile;
    /** Messages in hand without an acknowledgement, 16 to 65535. Default 4096. */
    public final int window;
    /** Seconds for which nothing that is missing has come before it is asked for, 1 to 86400. Default 60. */
    public final int missingAfterS;
    /** {@code null}: one that is drawn at each start. */
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
    /** Seconds for TCP and TLS to come up, 1 to 600. Default 30. */
    public final int connectTimeoutS;
    /** What the members of a cluster call this node. Default {@code cloud}. */
    public final String id;
    /** Where the node keeps what it shares with the cluster; {@code null} without one. */
    public final Path dataDir;
    /** The cluster that it is a member of; {@code null} for none. */
    public final ClusterConfig cluster;
    /** The log. */
    public final LogConfig log;

    private CloudConfig(List<UciSection> sections, Problems problems) {
        SectionReader in = Config.single("cloud", true, sections, problems);
        String url = in.required("url");
        tls = url.startsWith("mqtts://");
        broker = broker(in, url);
        group = in.text("group", "slipway");
        if (group.length() > LONGEST_GROUP || group.indexOf('/') >= 0 || group.indexOf('+') >= 0
            || group.indexOf('#') >= 0) {
            in.wrong("group", "at most " + LONGEST_GROUP + " characters without /, + and #");
        }
        database = in.required("database");
        if (!database.startsWith("jdbc:postgresql:") && !database.startsWith("jdbc:sqlite:")) {
            in.wrong("database", "jdbc:postgresql://host:port/name or jdbc:sqlite:FILE");
        }
        databaseUser = in.text("database_user", null);
        databasePasswordFile = in.path("database_password_file", null);
        window = in.whole("window", 4096, 16, 65_535);
        missingAfterS = in.whole("missing_after_s", 60, 1, 86_400);
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
        connectTimeoutS = in.whole("connect_timeout_s", 30, 1, 600);
        id = in.text("id", "cloud");
        dataDir = in.path("data_dir", null);
        in.finish();
        cluster = ClusterConfig.of(sections, id, Collections.singletonList(BROKER), false, problems);
        checkMember(in);
        log = new LogConfig(Config.single("log", false, sections, problems));
    }

    private void checkMember(SectionReader in) {
        if (!ClusterConfig.isName(id)) {
            in.wrong("id", "1 to 64 letters, digits, '-', '_' or '.'");
        }
        if (cluster != null && dataDir == null) {
            in.wrong("data_dir", "a directory, since there is a 'config cluster'");
        }
        if (cluster == null && in.has("data_dir")) {
            in.wrong("data_dir", "a 'config cluster' too, which alone has a use for it");
        }
        if (cluster == null && in.has("id")) {
            in.wrong("id", "a 'config cluster' too, which alone has a use for it");
        }
    }

    private HostPort broker(SectionReader in, String url) {
        if (tls || url.startsWith("mqtt://")) {
            try {
                String address = url.substring(url.indexOf("//") + 2);
                boolean hasPort = address.indexOf(':', address.lastIndexOf(']') + 1) >= 0;
                return HostPort.parse(hasPort ? address : address + (tls ? ":8883" : ":1883"), 1);
            } catch (IllegalArgumentException wrong) {
                in.wrong("url", "mqtt:// or mqtts:// and " + wrong.getMessage());
            }
        } else {
            in.wrong("url", "mqtt://host:port or mqtts://host:port");
        }
        return null;
    }

    /**
     * Reads and checks a file with a {@code config cloud} and perhaps a {@code config log}, of at most 1 MiB.
     *
     * @throws ConfigException if it cannot be read or used; the message names file, line and option
     */
    public static CloudConfig load(Path file) throws ConfigException {
        return parse(file.toString(), Config.text(file));
    }

    /**
     * Whether a file is that of a cloud node rather than of a gateway: whether it has a {@code config cloud}.
     *
     * @throws ConfigException if it cannot be read
     */
    public static boolean isIn(Path file) throws ConfigException {
        for (UciSection section : new UciParser(Config.text(file), new Problems(file.toString())).parse()) {
            if (section.type.equals("cloud")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Checks a configuration that is at hand as text.
     *
     * @param file what to call it in messages
     * @throws ConfigException if it cannot be used
     */
    public static CloudConfig parse(String file, String text) throws ConfigException {
        Problems problems = new Problems(file);
        List<UciSection> sections = new UciParser(text, problems).parse();
        for (UciSection section : sections) {
            if (!SECTIONS.contains(section.type)) {
                problems.add(section.line, "unknown section 'config " + section.type
                    + "'; a cloud node has 'config cloud', 'config log' and, to share values, 'config cluster' and"
                    + " 'config peer'");
            }
        }
        CloudConfig config = new CloudConfig(sections, problems);
        problems.throwIfAny();
        return config;
    }
}
