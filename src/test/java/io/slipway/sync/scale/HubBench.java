package io.slipway.sync.scale;

import io.slipway.sync.StreamKey;
import io.slipway.sync.SyncEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Many gateways and one replica that takes everything, in virtual time: how long it takes until it has all that the
 * gateways wrote while it was away. Run by hand, as a program, with the class path of the tests; arguments: pairs of
 * how many gateways, and how many readings each has.
 */
final class HubBench {
    private static final int LATENCY_MS = 20;
    private static final int COMMIT_MS = 100;
    /** What a commit of the hub takes: meanwhile it does nothing else. */
    private static final int SYNC_MS = 10;
    private static final double BYTES_A_READING = 2.5;
    private static final long PATIENCE_MS = 3_600_000;
    private static final Set<String> NOTHING = Set.of("nobody");

    private record Event(long at, long order, int node, int link, byte[] frame) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Machine[] machines;
    private final int readings;
    private long now;
    private long order;
    private long toHub;
    private long fromHub;
    private long hubCpuNs;
    private boolean isCommitDue;
    private long busyUntil;
    private long commits;

    private HubBench(int gateways, int readings) {
        this.readings = readings;
        machines = new Machine[gateways + 1];
        Map<StreamKey, BareStore> writers = new HashMap<>();
        for (int i = 0; i <= gateways; i++) {
            int from = i;
            BareStore store = new BareStore(i == 0 ? null : Machine.readings(i), i == 0 ? 0 : readings,
                BYTES_A_READING, writers);
            machines[i] = new Machine(i, store, i == 0 ? null : NOTHING,
                (link, frame) -> send(from, from == 0 ? link : 0, frame));
        }
    }

    public static void main(String[] args) {
        System.out.println("gateways readings virtual_s all_cpu_s hub_cpu_s B_a_reading_up B_a_reading_down heap_MB"
            + " hub_heap_MB blocks refused");
        for (int i = 0; i + 1 < args.length; i += 2) {
            new HubBench(Integer.parseInt(args[i]), Integer.parseInt(args[i + 1])).run();
        }
    }

    private boolean send(int from, int to, byte[] frame) {
        if (from == 0) {
            fromHub += frame.length;
        } else {
            toHub += frame.length;
        }
        events.add(new Event(now + LATENCY_MS, order++, to, from, frame));
        return true;
    }

    private void run() {
        long cpu = threads.getCurrentThreadCpuTime();
        for (int i = 1; i < machines.length; i++) {
            machines[i].replica.linkUp(0, 0);
            machines[0].replica.linkUp(i, 0);
            events.add(new Event(i % 1000, order++, i, -1, null));
        }
        events.add(new Event(500, order++, 0, -1, null));
        long blocks = (long) (machines.length - 1) * ((readings + 511) / 512);
        while (machines[0].store.held < blocks && now < PATIENCE_MS) {
            step(events.poll());
        }
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        double all = (double) readings * (machines.length - 1);
        long heap = live();
        long before = heap;
        long held = machines[0].store.held;
        Map<SyncEvent, Integer> counts = machines[0].counts;
        events.clear();
        machines[0] = null;
        long hub = before - live();
        System.out.printf("%8d %8d %9.1f %9.1f %9.1f %14.2f %16.2f %7d %11.1f %d of %d, %d commits %s%n",
            machines.length - 1, readings, now / 1000.0, cpu / 1e9, hubCpuNs / 1e9, toHub / all, fromHub / all,
            heap >> 20, hub / 1048576.0, held, blocks, commits, counts);
    }

    private void commit() {
        machines[0].replica.committed(machines[0].store.ticket, now);
        busyUntil = now + SYNC_MS;
        commits++;
    }

    private void step(Event event) {
        now = event.at;
        if (event.node == 0 && now < busyUntil) {
            events.add(new Event(busyUntil, order++, 0, event.link, event.frame));
            return;
        }
        Machine machine = machines[event.node];
        long cpu = event.node == 0 ? threads.getCurrentThreadCpuTime() : 0;
        if (event.frame != null) {
            machine.replica.received(event.link, event.frame, now);
            if (machine.replica.isFull()) {
                commit();
            }
        } else if (event.link == -2) {
            isCommitDue = false;
            commit();
        } else {
            machine.replica.tick(now, 1_700_000_000_000L + now, true);
            events.add(new Event(now + 1000, order++, event.node, -1, null));
        }
        if (event.node == 0) {
            hubCpuNs += threads.getCurrentThreadCpuTime() - cpu;
            if (!isCommitDue) {
                isCommitDue = true;
                events.add(new Event(now + COMMIT_MS, order++, 0, -2, null));
            }
        }
    }

    private static long live() {
        long used = 0;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }
        return used;
    }
}
