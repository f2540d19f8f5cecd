package io.slipway.store;

import io.slipway.config.RetentionConfig;
import io.slipway.config.StoreConfig;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.reading.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which readings are worth how much: 0, the least, to 9. A block knows the priorities of its readings as a set of
 * bits, bit {@code p} for priority {@code p}. The store's thread only.
 */
final class Priorities {
    /** How many there are. */
    static final int COUNT = RetentionConfig.HIGHEST + 1;
    /** The bits of all priorities. */
    static final int ALL = (1 << COUNT) - 1;
    /** Beside the priorities' bits: the block holds what thinning left. Above them, so that it makes a set large. */
    static final int THINNED = 1 << COUNT;
    /** Beside those: what the block holds was in other blocks before. */
    static final int CARRIED = 2 * THINNED;
    /** What thinning makes of a source's readings has this after the source's name. */
    static final String THIN_SUFFIX = "/thin";

    /** Nodes and sources whose priority is remembered: more than a mesh has; then all are forgotten. */
    private static final int REMEMBERED = 4096;

    private final RetentionConfig.Policy[] policies = new RetentionConfig.Policy[COUNT];
    private final long[] maxAgesMs = new long[COUNT];
    private final TopicFilter[] filters;
    private final int[] priorities;
    private final Map<String, Map<Eui64, Integer>> known = new HashMap<>();
    private int knownCount;

    Priorities(StoreConfig config) {
        int count = 0;
        for (RetentionConfig section : config.retention) {
            count += section.matches.size();
        }
        filters = new TopicFilter[count];
        priorities = new int[count];
        for (int p = 0; p < COUNT; p++) {
            policies[p] = config.policy;
            maxAgesMs[p] = config.maxAgeS * 1000L;
        }
        int i = 0;
        for (RetentionConfig section : config.retention) {
            policies[section.priority] = section.policy;
            maxAgesMs[section.priority] = section.maxAgeS * 1000L;
            for (String match : section.matches) {
                filters[i] = new TopicFilter(match);
                priorities[i++] = section.priority;
            }
        }
    }

    /** What becomes of readings of this priority when the store is full. */
    RetentionConfig.Policy policy(int priority) {
        return policies[priority];
    }

    /** After how many milliseconds of running time they go; 0: never. */
    long maxAgeMs(int priority) {
        return maxAgesMs[priority];
    }

    /** The first section that matches gives it; a summary is worth what the readings were that it stands for. */
    int of(Reading reading) {
        if (filters.length == 0) {
            return RetentionConfig.DEFAULT_PRIORITY;
        }
        Map<Eui64, Integer> nodes = known.get(reading.source);
        if (nodes == null || knownCount >= REMEMBERED) {
            if (knownCount >= REMEMBERED) {
                known.clear();
                knownCount = 0;
            }
            nodes = new HashMap<>();
            known.put(reading.source, nodes);
        }
        Integer priority = nodes.get(reading.node);
        if (priority == null) {
            priority = match(reading);
            nodes.put(reading.node, priority);
            knownCount++;
        }
        return priority;
    }

    private int match(Reading reading) {
        String source = reading.source.endsWith(THIN_SUFFIX)
            ? reading.source.substring(0, reading.source.length() - THIN_SUFFIX.length()) : reading.source;
        String path = reading.node.toString() + '/' + source;
        for (int i = 0; i < filters.length; i++) {
            if (filters[i].matches(path)) {
                return priorities[i];
            }
        }
        return RetentionConfig.DEFAULT_PRIORITY;
    }

    /** The priorities of these readings, as a set of bits. */
    int bits(List<Reading> readings) {
        if (filters.length == 0) {
            return 1 << RetentionConfig.DEFAULT_PRIORITY;
        }
        int bits = 0;
        for (Reading reading : readings) {
            bits |= 1 << of(reading);
        }
        return bits;
    }
}
