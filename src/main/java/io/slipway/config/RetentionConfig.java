package io.slipway.config;

import java.util.List;

/** {@code config retention}: readings that are worth more or less than others when the store is full. Immutable. */
public final class RetentionConfig {
    /** What becomes of readings that no destination has acknowledged when the store is full. */
    public enum Policy {
        /** The oldest are deleted. */
        OLDEST,
        /** What is there stays; new ones are refused. */
        NEWEST,
        /** Old numbers are replaced by their minimum, mean and maximum. */
        THIN
    }

    /** The highest priority; the lowest is 0. */
    public static final int HIGHEST = 9;
    /** The priority of readings that no section matches. */
    public static final int DEFAULT_PRIORITY = 5;

    /** The section's name, for messages. */
    public final String name;
    /** Topic filters, one of which must take {@code <node>/<source>}; at least one. */
    public final List<String> matches;
    /** 0 to 9, the lowest go first; no two sections have the same, and none {@link #DEFAULT_PRIORITY}. */
    public final int priority;
    /** What becomes of them when the store is full. */
    public final Policy policy;
    /** Seconds of the gateway's running time after which they are deleted; 0: never. Default 0. */
    public final int maxAgeS;

    RetentionConfig(SectionReader in) {
        name = in.sectionName("retention");
        matches = in.list("match");
        boolean good = !matches.isEmpty();
        for (String match : matches) {
            good &= IngestConfig.isTopicFilter(match);
        }
        if (!good) {
            in.wrong("match", "topic filters for NODE/SOURCE such as '+/coap/alarm/#' or '0012740200000001/#'");
        }
        priority = in.whole("priority", DEFAULT_PRIORITY + 1, 0, HIGHEST);
        if (priority == DEFAULT_PRIORITY) {
            in.wrong("priority", "another than " + DEFAULT_PRIORITY
                + ", which is that of all other readings; their options are those of config store");
        }
        policy = policy(in);
        maxAgeS = in.whole("max_age_s", 0, 0, Integer.MAX_VALUE);
        in.finish();
    }

    static Policy policy(SectionReader in) {
        String word = in.choice("policy", "oldest", "newest", "thin");
        return word.equals("oldest") ? Policy.OLDEST : word.equals("newest") ? Policy.NEWEST : Policy.THIN;
    }

    /** One priority, one section: else it would depend on their order in the file what becomes of a reading. */
    void rejectClash(List<RetentionConfig> others, int line, Problems problems) {
        for (RetentionConfig other : others) {
            if (priority == other.priority) {
                problems.add(line, "config retention '" + name + "' and '" + other.name + "' have the same priority, "
                    + priority + "; give each its own, or make them one");
            }
        }
    }
}
