package io.slipway.config;

import java.util.List;

/** {@code config node}: what is expected of one node, or with {@code *} of every node. Immutable. */
public final class NodeConfig {
    /** Where no section says anything. */
    static final NodeConfig DEFAULT = new NodeConfig();

    private static final String ALL = "*";
    private static final int LONGEST_NAME = 64;

    /** Sixteen lower-case hexadecimal digits, or {@code *} for every node that has no section of its own. */
    public final String node;
    /** What people call it, for the command line, at most 64 characters; {@code null} where it has no name. */
    public final String name;
    /** Seconds of silence after which it counts as offline, up to 31 days; 0, the default, for the mesh's. */
    public final int timeoutS;
    /** Whether commands wait until it is heard, because its radio sleeps. Default no. */
    public final boolean sleepy;
    /** Milliseconds after an uplink for which a sleepy node listens, 10 to 600000. Default 2000. */
    public final int awakeMs;
    /** Seconds that a command to it may wait, up to 31 days; 0, the default, for that of {@code config commands}. */
    public final int ttlS;

    private NodeConfig() {
        node = ALL;
        name = null;
        timeoutS = 0;
        sleepy = false;
        awakeMs = 2000;
        ttlS = 0;
    }

    /** @param base what counts where the section sets nothing */
    NodeConfig(SectionReader in, NodeConfig base) {
        node = in.text("node", ALL);
        if (!node.equals(ALL) && !CoapConfig.isNode(node)) {
            in.wrong("node", "sixteen hexadecimal digits in lower case, or * for every node");
        }
        name = in.text("name", null);
        if (name != null && (isForAll() || name.length() > LONGEST_NAME)) {
            in.wrong("name", "at most " + LONGEST_NAME + " characters, in the section of one node");
        }
        timeoutS = in.whole("timeout_s", base.timeoutS, 0, 31 * 86_400);
        sleepy = in.bool("sleepy", base.sleepy);
        awakeMs = in.whole("awake_ms", base.awakeMs, 10, 600_000);
        ttlS = in.whole("ttl_s", base.ttlS, 0, 31 * 86_400);
        in.finish();
    }

    /** Whether it is the section for every node. */
    boolean isForAll() {
        return node.equals(ALL);
    }

    /** The section of a node, or else that for every node, or else the defaults. */
    public static NodeConfig of(List<NodeConfig> all, String eui) {
        NodeConfig found = DEFAULT;
        for (NodeConfig one : all) {
            if (one.node.equals(eui)) {
                return one;
            }
            if (one.isForAll()) {
                found = one;
            }
        }
        return found;
    }

    void rejectClash(List<NodeConfig> others, int line, Problems problems) {
        for (NodeConfig other : others) {
            if (other.node.equals(node)) {
                problems.add(line, "two 'config node' are about '" + node + "'");
            }
        }
    }
}
