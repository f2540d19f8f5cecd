package io.slipway.web;

import java.util.LinkedHashMap;
import java.util.Map;

/** How many requests each address may send: a bucket for each of the last ones. The network thread only. */
final class Rates {
    private static final int ADDRESSES = 256;
    private static final int BURST_S = 4;
    private static final double SECOND_NS = 1e9;

    private final int perSecond;
    private final Map<String, Bucket> buckets = new LinkedHashMap<String, Bucket>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > ADDRESSES;
        }
    };

    private static final class Bucket {
        private double left;
        private long filledNs;
    }

    Rates(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Whether another request of this address is within its rate. */
    boolean takes(String address, long nowNs) {
        Bucket bucket = buckets.get(address);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.left = perSecond * BURST_S;
            bucket.filledNs = nowNs;
            buckets.put(address, bucket);
        }
        double filled = bucket.left + (nowNs - bucket.filledNs) / SECOND_NS * perSecond;
        bucket.left = Math.min(perSecond * BURST_S, filled);
        bucket.filledNs = nowNs;
        if (bucket.left < 1) {
            return false;
        }
        bucket.left--;
        return true;
    }
}
