package io.slipway.config;

/** {@code config commands}: how commands to nodes wait and at which pace they go. Immutable. */
public final class CommandsConfig {
    /** Seconds that a command may wait to be sent unless it says otherwise, 1 to 31 days. Default one hour. */
    public final int ttlS;
    /** Commands that may wait for one node, 1 to 1024. Default 16. */
    public final int nodeQueue;
    /** Commands that may wait for all nodes together, 1 to 65536. Default 1024. */
    public final int queue;
    /** Bytes of payload of those, 4k to 64M. Default 1M. */
    public final int queueBytes;
    /** Milliseconds between two commands to one node, 0 to 600000. Default 200. */
    public final int nodeGapMs;
    /** Milliseconds between two commands in one mesh, 0 to 600000. Default 50. */
    public final int meshGapMs;

    CommandsConfig(SectionReader in) {
        ttlS = in.whole("ttl_s", 3600, 1, 31 * 86_400);
        nodeQueue = in.whole("node_queue", 16, 1, 1024);
        queue = in.whole("queue", 1024, 1, 65_536);
        queueBytes = (int) in.bytes("queue_bytes", 1 << 20, 4 << 10, 64 << 20);
        nodeGapMs = in.whole("node_gap_ms", 200, 0, 600_000);
        meshGapMs = in.whole("mesh_gap_ms", 50, 0, 600_000);
        in.finish();
    }
}
