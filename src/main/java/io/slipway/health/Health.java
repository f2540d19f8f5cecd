package io.slipway.health;

import io.slipway.json.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import org.tinylog.Logger;

/**
 * The one place where the parts of the gateway say how they are. Counting is a single atomic addition; everything
 * else is for people and may cost more. Any thread.
 */
public final class Health {
    private final AtomicLongArray counts = new AtomicLongArray(Counter.values().length);
    private final DistinctErrors errors = new DistinctErrors();
    private final Map<String, Gauge> gauges = new TreeMap<>();
    private final List<Pulse> pulses = new CopyOnWriteArrayList<>();
    private final Map<String, String> states = new TreeMap<>();

    /** Adds one. */
    public void count(Counter counter) {
        counts.incrementAndGet(counter.ordinal());
    }

    /** Adds {@code n}, which is not negative. */
    public void count(Counter counter, long n) {
        counts.addAndGet(counter.ordinal(), n);
    }

    /** What has been counted since the start. */
    public long value(Counter counter) {
        return counts.get(counter.ordinal());
    }

    /**
     * Takes note of something that went wrong. The first time it is logged as a warning, later only counted, so
     * {@code what} must not hold anything that changes each time.
     */
    public void error(String what) {
        if (errors.record(what, System.currentTimeMillis())) {
            Logger.warn(what);
        }
    }

    /** A thread died of something nobody expected: logged with its place every time, and kept among the errors. */
    public void alarm(Thread thread, Throwable cause) {
        errors.record("thread " + thread.getName() + " died: " + cause, System.currentTimeMillis());
        Logger.error(cause, "Thread {} died", thread.getName());
    }

    /**
     * A sign of life of the thread that calls, for the watchdog.
     *
     * @param waitsForDisk whether its work may have to wait for the disk
     */
    public Pulse pulse(String name, boolean waitsForDisk) {
        Pulse pulse = new Pulse(name, waitsForDisk, Thread.currentThread(), null);
        pulses.add(pulse);
        return pulse;
    }

    /** A sign of life of a thread that is asked for it. */
    public void pulse(String name, Pulse.Probe probe) {
        pulses.add(new Pulse(name, false, null, probe));
    }

    /** Every sign of life; a view for the watchdog. */
    public List<Pulse> pulses() {
        return pulses;
    }

    /** Shows a figure in the status under a name like {@code store_queue}. */
    public void gauge(String name, Gauge gauge) {
        synchronized (gauges) {
            gauges.put(name, gauge);
        }
    }

    /** The figure of that name now, or -1 where there is none. */
    public long gaugeValue(String name) {
        Gauge gauge;
        synchronized (gauges) {
            gauge = gauges.get(name);
        }
        return gauge == null ? -1 : gauge.value();
    }

    /** Says in a word or two how a part is: {@code state("link", "open")}. Logged when it changes. */
    public void state(String part, String state) {
        String before;
        synchronized (states) {
            before = states.put(part, state);
        }
        if (!state.equals(before)) {
            Logger.info("{}: {}", part, state);
        }
    }

    /** What a part last said of itself; {@code null} where it has said nothing. */
    public String stateOf(String part) {
        synchronized (states) {
            return states.get(part);
        }
    }

    /** Every figure now, by its name. */
    public Map<String, Long> gauges() {
        Map<String, Long> values = new TreeMap<>();
        synchronized (gauges) {
            for (Map.Entry<String, Gauge> gauge : gauges.entrySet()) {
                values.put(gauge.getKey(), gauge.getValue().value());
            }
        }
        return values;
    }

    /** What each part last said of itself. */
    public Map<String, String> states() {
        synchronized (states) {
            return new TreeMap<>(states);
        }
    }

    /** How many distinct errors are remembered. */
    public int errorCount() {
        return errors.size();
    }

    /** Writes states, gauges, the counters and the errors as members of the object that is open. */
    public void writeTo(JsonWriter json) {
        json.object("states");
        synchronized (states) {
            for (Map.Entry<String, String> state : states.entrySet()) {
                json.field(state.getKey(), state.getValue());
            }
        }
        json.endObject().object("gauges");
        synchronized (gauges) {
            for (Map.Entry<String, Gauge> gauge : gauges.entrySet()) {
                json.field(gauge.getKey(), gauge.getValue().value());
            }
        }
        json.endObject().object("counters");
        for (Counter counter : Counter.values()) {
            json.field(counter.label(), value(counter));
        }
        json.endObject();
        errors.writeTo(json);
    }
}
