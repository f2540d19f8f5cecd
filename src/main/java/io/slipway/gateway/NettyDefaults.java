package io.slipway.gateway;

/** What Netty is told by system properties, before its first class is loaded. One that the command line sets wins. */
final class NettyDefaults {
    private static final String[][] PROPERTIES = {
        // Of these Netty makes the ids of channels, which nothing here reads. Left to itself it looks at each network
        // interface, and at this process through the JDK's process handles with a thread of their own.
        {"io.netty.machineId", "02:00:00:00:00:01"},
        {"io.netty.processId", "1"},
        // One network thread a part, plain heap buffers and no pools: a serial line never asks for the speed that
        // costs megabytes.
        {"io.netty.eventLoopThreads", "1"},
        {"io.netty.allocator.type", "unpooled"},
        {"io.netty.noPreferDirect", "true"},
        {"io.netty.leakDetection.level", "disabled"},
        {"io.netty.recycler.maxCapacityPerThread", "0"},
    };

    private NettyDefaults() { }

    /** Called once, by the main thread. */
    static void apply() {
        for (String[] property : PROPERTIES) {
            if (System.getProperty(property[0]) == null) {
                System.setProperty(property[0], property[1]);
            }
        }
    }
}
