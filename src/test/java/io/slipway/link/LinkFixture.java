package io.slipway.link;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.slipway.config.LinkConfig;
import io.slipway.health.Health;
import io.slipway.retry.Backoff;
import io.slipway.testing.Await;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/** Links with short waits, closed after each test, which fails where one of their threads is left. */
abstract class LinkFixture {
    static final long SEED = 20261121;
    final Health health = new Health();
    private final List<Link> links = new ArrayList<>();
    private final List<RecordingListener> listeners = new ArrayList<>();

    Link start(String config, RecordingListener listener) {
        return start(config, listener, 5000);
    }

    Link start(String config, RecordingListener listener, int writeTimeoutMs) {
        return start(config, listener, new Backoff(20, 100, new Random(SEED)), writeTimeoutMs);
    }

    Link start(String config, RecordingListener listener, Backoff backoff, int writeTimeoutMs) {
        Link link = new Link("test", LinkConfig.parse(config), health, backoff, writeTimeoutMs);
        links.add(link);
        listeners.add(listener);
        link.start(listener);
        return link;
    }

    String state() {
        return health.stateOf("link test");
    }

    void awaitState(String state) {
        Await.until("state '" + state + "'", 30, () -> state.equals(state()));
    }

    /** CPU time of the link's threads in milliseconds. */
    static long linkCpuMs() {
        long nanos = 0;
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false)) {
            if (thread.getThreadName().startsWith("link test")) {
                nanos += ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getThreadId());
            }
        }
        return nanos / 1_000_000;
    }

    static byte[] allBytes(int repeat) {
        byte[] all = new byte[256 * repeat];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return all;
    }

    static boolean hasLinkThreads() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("link test")) {
                return true;
            }
        }
        return false;
    }

    @AfterEach
    void everythingEnds() {
        for (Link link : links) {
            link.close();
        }
        Await.until("the end of all link threads", 30, () -> !hasLinkThreads());
        for (RecordingListener listener : listeners) {
            assertNull(listener.violation());
        }
    }
}
