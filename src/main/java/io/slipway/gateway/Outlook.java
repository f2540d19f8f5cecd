package io.slipway.gateway;

import io.slipway.cli.SizeFigures;
import io.slipway.config.Config;
import io.slipway.config.UpstreamConfig;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.store.Extent;
import io.slipway.store.Store;
import io.slipway.store.StoreException;

/**
 * How long the store still holds out, and how long each upstream needs for what waits. The web server's worker only.
 */
final class Outlook {
    /** What the store says of itself costs its thread some milliseconds. */
    private static final long FIGURES_NS = 60_000_000_000L;
    /** Over less time a rate says nothing. */
    private static final long SAMPLE_NS = 4_000_000_000L;
    private static final long UNKNOWN = -1;

    private final Config config;
    private final Store store;
    private final Health health;
    private final Drain[] drains;
    private SizeFigures figures;
    private long figuresNs;

    Outlook(Config config, Store store, Health health) {
        this.config = config;
        this.store = store;
        this.health = health;
        this.drains = new Drain[config.upstreams.size()];
        for (int i = 0; i < drains.length; i++) {
            drains[i] = new Drain();
        }
    }

    /** How fast a backlog becomes less. */
    static final class Drain {
        private long backlog = UNKNOWN;
        private long sampledNs;
        private double perSecond;

        /** Seconds until a backlog is gone; -1 where it does not become less, or nobody knows yet. */
        long seconds(long now, long nowNs) {
            if (backlog == UNKNOWN) {
                backlog = now;
                sampledNs = nowNs;
            } else if (nowNs - sampledNs >= SAMPLE_NS) {
                perSecond = (backlog - now) * 1e9 / (nowNs - sampledNs);
                backlog = now;
                sampledNs = nowNs;
            }
            return now == 0 ? 0 : perSecond > 0 ? (long) Math.ceil(now / perSecond) : UNKNOWN;
        }
    }

    /** Writes {@code store} and {@code upstreams}. */
    void writeTo(JsonWriter json) {
        long backlog = 0;
        for (UpstreamConfig upstream : config.upstreams) {
            backlog = Math.max(backlog, backlog(upstream));
        }
        refresh();
        json.object("store").field("state", health.stateOf("store")).field("max_bytes", config.store.maxBytes)
            .field("queue", health.gaugeValue("store_queue"));
        if (figures != null) {
            json.field("used_bytes", figures.usedBytes).field("max_readings", figures.readings)
                .field("readings_per_hour", Math.round(figures.rate * 3600));
            if (figures.rate > 0) {
                // What comes after that pushes out what no upstream has.
                json.field("time_to_full_s", (long) (Math.max(0, figures.readings - backlog) / figures.rate));
            }
        }
        json.endObject().array("upstreams");
        for (int i = 0; i < drains.length; i++) {
            UpstreamConfig upstream = config.upstreams.get(i);
            long waiting = backlog(upstream);
            json.object().field("name", upstream.name).field("state", health.stateOf("upstream " + upstream.name))
                .field("backlog", waiting);
            long drainS = drains[i].seconds(waiting, System.nanoTime());
            if (drainS != UNKNOWN) {
                json.field("time_to_drain_s", drainS);
            }
            json.endObject();
        }
        json.endArray();
    }

    private long backlog(UpstreamConfig upstream) {
        return Math.max(0, health.gaugeValue("backlog_" + upstream.name));
    }

    private void refresh() {
        long now = System.nanoTime();
        if (figures != null && now - figuresNs < FIGURES_NS) {
            return;
        }
        try {
            Extent extent = store.extent();
            figures = new SizeFigures(config.store, extent, 0, extent.blocks > 0 ? 0 : SizeFigures.USUAL_PAYLOAD);
            figuresNs = now;
        } catch (StoreException busy) {
            figures = null;
        }
    }
}
