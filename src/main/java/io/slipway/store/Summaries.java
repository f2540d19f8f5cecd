package io.slipway.store;

import io.slipway.reading.Draft;
import io.slipway.reading.Eui64;
import io.slipway.reading.PayloadForm;
import io.slipway.reading.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of readings of one epoch comes down to. The numbers of one node and source that fall into one interval
 * become one summary:
 *
 * <pre>
 * {"epoch":"17-9f3a21c4","first":1000,"last":1899,"n":900,"from":1795000000000,"to":1795000899000,"clock_ok":true,
 *  "min":21.5,"mean":22.03,"max":22.7}
 * </pre>
 * {@code first} and {@code last} are numbers of readings within that epoch, {@code from} and {@code to} their times in
 * milliseconds since 1970. Where they are few, they are smaller than their summary and stay as they are. Of payloads
 * that are no numbers the last in each interval stays as it is. Not safe for several threads.
 */
final class Summaries {
    /** Fewer readings than this take less room than their summary. */
    static final int LEAST = 8;
    /** A run of readings is worth the writing where at least this part of it goes. */
    private static final int LEAST_GAIN = 4;

    /** The numbers, or the others, of one node and source in one interval. */
    private static final class Group {
        private final Reading first;
        private Reading last;
        private final List<Long> seqs = new ArrayList<>();
        private byte[] min;
        private byte[] max;
        private double minValue;
        private double maxValue;
        private double sum;
        private int n;

        Group(Reading first) {
            this.first = first;
        }

        void add(Reading reading) {
            last = reading;
            if (seqs.size() < LEAST) {
                seqs.add(reading.seq);
            }
        }

        void addNumber(Reading reading) {
            double value = Double.parseDouble(new String(reading.payload, StandardCharsets.US_ASCII));
            if (n == 0 || value < minValue) {
                minValue = value;
                min = reading.payload;
            }
            if (n == 0 || value > maxValue) {
                maxValue = value;
                max = reading.payload;
            }
            sum += value;
            n++;
            add(reading);
        }

        byte[] payload() {
            StringBuilder json = new StringBuilder(160);
            json.append("{\"epoch\":\"").append(first.epoch).append("\",\"first\":").append(first.seq)
                .append(",\"last\":").append(last.seq).append(",\"n\":").append(n).append(",\"from\":").append(first.at)
                .append(",\"to\":").append(last.at).append(",\"clock_ok\":").append(first.clockOk)
                .append(",\"min\":").append(new String(min, StandardCharsets.US_ASCII)).append(",\"mean\":")
                .append(sum / n).append(",\"max\":").append(new String(max, StandardCharsets.US_ASCII)).append('}');
            return json.toString().getBytes(StandardCharsets.US_ASCII);
        }
    }

    private final long intervalMs;
    /** By node, source, interval and whether it is one of numbers, in the order of their first readings. */
    private final Map<Eui64, Map<String, Map<Long, Group>>> numbers = new LinkedHashMap<>();
    private final Map<Eui64, Map<String, Map<Long, Group>>> others = new LinkedHashMap<>();
    private final List<Long> kept = new ArrayList<>();
    private int count;

    Summaries(long intervalMs) {
        this.intervalMs = intervalMs;
    }

    /** This one stays as it is. */
    void keep(Reading reading) {
        count++;
        kept.add(reading.seq);
    }

    /** This one may become part of a summary. In the order of the numbers. */
    void add(Reading reading) {
        count++;
        if (PayloadForm.of(reading.payload) == PayloadForm.NUMBER) {
            group(numbers, reading).addNumber(reading);
        } else {
            group(others, reading).add(reading);
        }
    }

    private Group group(Map<Eui64, Map<String, Map<Long, Group>>> all, Reading reading) {
        Map<String, Map<Long, Group>> sources = all.get(reading.node);
        if (sources == null) {
            sources = new HashMap<>();
            all.put(reading.node, sources);
        }
        Map<Long, Group> intervals = sources.get(reading.source);
        if (intervals == null) {
            intervals = new LinkedHashMap<>();
            sources.put(reading.source, intervals);
        }
        // Intervals of a clock that is right begin on the quarter of the hour, the others with the epoch.
        Long interval = reading.clockOk ? Math.floorDiv(reading.at, intervalMs) : -1 - reading.mono / intervalMs;
        Group group = intervals.get(interval);
        if (group == null) {
            group = new Group(reading);
            intervals.put(interval, group);
        }
        return group;
    }

    private static List<Group> groups(Map<Eui64, Map<String, Map<Long, Group>>> all) {
        List<Group> groups = new ArrayList<>();
        for (Map<String, Map<Long, Group>> sources : all.values()) {
            for (Map<Long, Group> intervals : sources.values()) {
                groups.addAll(intervals.values());
            }
        }
        return groups;
    }

    /** The summaries. */
    List<Draft> drafts() {
        List<Draft> drafts = new ArrayList<>();
        for (Group group : groups(numbers)) {
            if (group.n >= LEAST) {
                drafts.add(new Draft(group.first.node, group.first.source + Priorities.THIN_SUFFIX, group.payload()));
            }
        }
        return drafts;
    }

    /** The numbers of the readings that stay. */
    Collection<Long> kept() {
        List<Long> all = new ArrayList<>(kept);
        for (Group group : groups(numbers)) {
            if (group.n < LEAST) {
                all.addAll(group.seqs);
            }
        }
        for (Group group : groups(others)) {
            all.add(group.last.seq);
        }
        return all;
    }

    /** Whether enough readings would go. */
    boolean arePaying() {
        int drafts = drafts().size();
        return drafts > 0 && (count - kept().size() - drafts) * LEAST_GAIN >= count;
    }
}
