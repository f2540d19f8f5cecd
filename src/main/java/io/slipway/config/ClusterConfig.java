package io.slipway.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code config cluster}: the gateways that keep copies of each other's readings and share values. Immutable. */
public final class ClusterConfig {
    /** The shortest password: it is what keeps strangers out, and can be guessed at without end. */
    public static final int LEAST_PASSWORD = 16;

    /** A name that all members have in common. */
    public final String name;
    /** The gateways whose readings are kept; {@code null} for all. Default all, at a cloud node none. */
    public final List<String> interest;
    /** Gateways that must have a block before it may be deleted for want of room. Default none. */
    public final List<String> requiredSinks;
    /** Days after which copies of readings are deleted; 0: never. Default 0. */
    public final int keepDays;
    /** Bytes that the copies may take, 1M to 1024G; then the oldest are deleted. Default 32M. */
    public final long keepBytes;
    /** Where other members may connect; {@code null}: nowhere. */
    public final HostPort listen;
    /** Whether this gateway is announced on the LAN, and others that are get connected to. Default no. */
    public final boolean discover;
    /** Names of the network interfaces for that; empty for all that do multicast. */
    public final List<String> discoverInterfaces;
    /** A file whose first line is the password of all members; {@code null} where each peer has its own. */
    public final Path passwordFile;
    /**
     * How we prove who we are to those who connect, and with a certificate from a file to those we connect to; without
     * one nobody can connect with TLS.
     */
    public final TlsConfig tls;
    /** Authorities of the members we connect to, PEM; {@code null}: any certificate will do. */
    public final Path caFile;
    /** Whether peers may connect without TLS from elsewhere than this machine. Default no. */
    public final boolean allowPlain;
    /** Whether members may go through this gateway to the brokers of its upstreams. Default yes. */
    public final boolean tunnel;
    /** Seconds after which own readings go to the others even if a block is not full, 1 to 3600. Default 5. */
    public final int blockAgeS;
    /** Datasets of shared values that may be begun here, 1 to 1024. Default 64. */
    public final int sharedDatasets;
    /** Shared values that may be begun here, 1 to 65536. Default 1024. */
    public final int sharedValues;
    /** The other members that are known by name; may be none where they connect to us. */
    public final List<PeerConfig> peers;

    /** @param readsIn whether the member takes readings in; one that does not keeps none of others by default */
    ClusterConfig(SectionReader in, List<PeerConfig> peers, boolean readsIn) {
        this.peers = Collections.unmodifiableList(peers);
        name = in.required("name");
        if (!isName(name)) {
            in.wrong("name", "1 to 64 letters, digits, '-', '_' or '.'");
        }
        interest = interest(in, readsIn);
        requiredSinks = in.list("required_sink");
        keepDays = in.whole("keep_days", 0, 0, 36_500);
        keepBytes = in.bytes("keep_bytes", 32L << 20, 1L << 20, 1L << 40);
        listen = listen(in);
        passwordFile = in.path("password_file", null);
        tls = new TlsConfig(in);
        caFile = in.path("ca_file", null);
        allowPlain = in.bool("allow_plain", false);
        discover = in.bool("discover", false);
        discoverInterfaces = in.list("discover_interface");
        checkDiscovery(in);
        if (listen != null && !tls.isSet() && !allowPlain && !listen.isLoopback()) {
            in.wrong("listen", "a loopback address; to serve a network set certificate 'auto' too, or allow_plain '1'"
                + " if nobody on that network may listen in or meddle");
        }
        tunnel = in.bool("tunnel", true);
        blockAgeS = readsIn ? in.whole("block_age_s", 5, 1, 3600) : 0;
        sharedDatasets = in.whole("shared_datasets", 64, 1, 1024);
        sharedValues = in.whole("shared_values", 1024, 1, 65_536);
        for (PeerConfig peer : peers) {
            if (passwordFile == null && peer.passwordFile == null && peer.via == null) {
                in.wrong("password_file", "a file with the password of all members, or one in each 'config peer'");
            }
        }
        if (passwordFile == null && peers.isEmpty() && listen != null) {
            in.wrong("password_file", "a file with the password of all members");
        }
        rejectUselessAuthority(in);
        in.finish();
    }

    private void checkDiscovery(SectionReader in) {
        if (discover && (listen == null || listen.isLoopback())) {
            in.wrong("discover", "0 without a listen that others on the LAN can reach");
        }
        if (discover && passwordFile == null) {
            in.wrong("discover", "0 without a password_file, by which those that are found show that they are members");
        }
        if (!discover && !discoverInterfaces.isEmpty()) {
            in.wrong("discover_interface", "discover '1' too");
        }
    }

    private void rejectUselessAuthority(SectionReader in) {
        boolean used = caFile == null || discover;
        for (PeerConfig peer : peers) {
            used |= peer.tls;
        }
        if (!used) {
            in.wrong("ca_file", "a 'config peer' with a url that begins with tcp+tls://, or no ca_file");
        }
    }

    private static List<String> interest(SectionReader in, boolean readsIn) {
        List<String> values = in.list("interest");
        if (values.isEmpty() && !readsIn) {
            return Collections.emptyList();
        }
        if (values.isEmpty() || values.size() == 1 && values.get(0).equals("all")) {
            return null;
        }
        if (values.size() == 1 && values.get(0).equals("none")) {
            return Collections.emptyList();
        }
        for (String value : values) {
            if (!isName(value) || value.equals("all") || value.equals("none")) {
                in.wrong("interest", "all, none, or a list of ids of gateways");
            }
        }
        return Collections.unmodifiableList(new ArrayList<>(values));
    }

    private static HostPort listen(SectionReader in) {
        String text = in.text("listen", null);
        try {
            return text == null ? null : HostPort.parse(text, 0);
        } catch (IllegalArgumentException wrong) {
            in.wrong("listen", wrong.getMessage());
            return null;
        }
    }

    /** Whether it can stand in a topic and in a frame. */
    static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
                || c == '.';
            if (!plain) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 64;
    }

    /**
     * The sections of a file that are about the cluster.
     *
     * @param self the id of the member whose file it is
     * @param brokers the names by which a peer's {@code via} may call a broker
     * @param readsIn whether the member takes readings in
     * @return {@code null} where there are none
     */
    static ClusterConfig of(List<UciSection> sections, String self, List<String> brokers, boolean readsIn,
                            Problems problems) {
        List<PeerConfig> peers = new ArrayList<>();
        List<UciSection> peerSections = Config.several("peer", sections, problems);
        for (UciSection section : peerSections) {
            PeerConfig peer = new PeerConfig(new SectionReader(section, problems));
            peer.rejectClash(peers, section.line, problems);
            peers.add(peer);
        }
        List<UciSection> found = Config.several("cluster", sections, problems);
        if (found.isEmpty()) {
            if (!peerSections.isEmpty()) {
                problems.add(peerSections.get(0).line, "a 'config peer' without 'config cluster'");
            }
            return null;
        }
        ClusterConfig one = new ClusterConfig(Config.single("cluster", false, sections, problems), peers, readsIn);
        one.rejectClash(self, brokers, readsIn, found.get(0).line, problems);
        return one;
    }

    /** What only all sections together show. */
    private void rejectClash(String self, List<String> brokers, boolean readsIn, int line, Problems problems) {
        for (PeerConfig peer : peers) {
            if (peer.id.equals(self)) {
                problems.add(line, "config peer '" + peer.id + "' is this " + (readsIn ? "gateway" : "node")
                    + " itself");
            }
            if (peer.via != null && !brokers.contains(peer.via)) {
                problems.add(line, "config peer '" + peer.id + "' goes via '" + peer.via + "', and "
                    + (readsIn ? "there is no 'config upstream' of that name"
                    : "the broker of a cloud node is called '" + CloudConfig.BROKER + "'"));
            }
        }
    }
}
