package io.slipway.replication;

import io.slipway.config.ClusterConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.store.ReplicaFile;
import io.slipway.sync.Dataset;
import io.slipway.sync.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The shared values as the LAN sees them: {@code slipway/<gw>/shared/<dataset>/<key>}, retained. A change that is
 * committed, from here or elsewhere, is published; one that is refused is taken back. The replication's thread only.
 */
final class SharedValues {
    /** Bytes of dataset, slash and key together at most. */
    static final int MAX_KEY = 128;
    private static final byte[] NOTHING = new byte[0];

    private final ClusterConfig config;
    private final String topicRoot;
    private final Lan lan;
    private final WallClock clock;
    private final Health health;

    /** @param topicRoot {@code slipway/<gw>/shared/} */
    SharedValues(ClusterConfig config, String topicRoot, Lan lan, WallClock clock, Health health) {
        this.config = config;
        this.topicRoot = topicRoot;
        this.lan = lan;
        this.clock = clock;
        this.health = health;
    }

    /** Publishes everything, as nothing is retained over a restart. */
    void announce(ReplicaFile file) {
        committed(file, file.values().keys());
    }

    /** These may have changed, and what they are now is durable. */
    void committed(ReplicaFile file, List<String> keys) {
        for (String key : keys) {
            if (!isName(key)) {
                // Another program's: it is kept and passed on, but no topic can be made of it.
                continue;
            }
            Entry entry = file.values().find(key);
            lan.publish(topicRoot + key, entry == null || entry.isTombstone() ? NOTHING : entry.value);
        }
    }

    /**
     * Changes a value in the open transaction.
     *
     * @param value {@code null} to take it away
     * @param ifMatch stamps in quotation marks of which the value as it is must have one, or {@code *} for any value;
     *     {@code null} to change it whatever it is
     * @return why it is refused, for people; {@code null} where it is not; {@link Replication#STALE} where it is not
     *     what {@code ifMatch} says
     */
    String write(ReplicaFile file, Dataset dataset, String key, byte[] value, String ifMatch) {
        Entry before = dataset.get(key);
        if (ifMatch != null && !matches(before, ifMatch)) {
            return Replication.STALE;
        }
        String refusal = refusal(file, key, value, before == null);
        if (refusal != null) {
            health.count(Counter.SHARED_REFUSED);
            if (isName(key)) {
                lan.publish(topicRoot + key, before == null ? NOTHING : before.value);
            }
            return refusal;
        }
        boolean same = before == null ? value == null : value != null && Arrays.equals(before.value, value);
        if (!same) {
            dataset.write(key, value, clock.wallMs());
            health.count(Counter.SHARED_WRITTEN);
        }
        return null;
    }

    private static boolean matches(Entry before, String ifMatch) {
        return before != null && (ifMatch.trim().equals("*") || ifMatch.indexOf('"' + stamp(before) + '"') >= 0);
    }

    /** What no other value of its key has: the clock's, and the life that wrote it. */
    static String stamp(Entry entry) {
        return Long.toHexString(entry.hlc) + "-" + entry.stream.epoch;
    }

    private String refusal(ReplicaFile file, String key, byte[] value, boolean isNew) {
        if (!isName(key)) {
            return "a value is named DATASET/KEY, without +, # and control characters";
        }
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY) {
            return "dataset and key have at most " + MAX_KEY + " bytes together";
        }
        if (value != null && value.length == 0) {
            return "an empty value is none: delete it instead";
        }
        if (value == null || !isNew) {
            return value != null && value.length > Entry.MAX_VALUE ? tooLong() : null;
        }
        if (value.length > Entry.MAX_VALUE) {
            return tooLong();
        }
        List<String> keys = file.values().keys();
        if (keys.size() >= config.sharedValues) {
            return "there are shared_values, " + config.sharedValues + ", already";
        }
        Set<String> datasets = new HashSet<>();
        for (String one : keys) {
            datasets.add(dataset(one));
        }
        return datasets.size() >= config.sharedDatasets && !datasets.contains(dataset(key))
            ? "there are shared_datasets, " + config.sharedDatasets + ", already" : null;
    }

    private static String tooLong() {
        return "a value has at most " + Entry.MAX_VALUE + " bytes";
    }

    private static String dataset(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    /** Whether it is {@code <dataset>/<key>} and can stand in a topic. */
    static boolean isName(String key) {
        int slash = key.indexOf('/');
        boolean good = slash > 0 && slash < key.length() - 1;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            good &= c >= ' ' && c != '+' && c != '#' && c != 0x7f && !Character.isSurrogate(c);
        }
        return good;
    }
}
