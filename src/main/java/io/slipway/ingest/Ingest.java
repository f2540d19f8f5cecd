package io.slipway.ingest;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Draft;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.reading.TopicFilter;
import io.slipway.reading.Topics;
import java.util.List;

/**
 * Takes in what motes and LAN clients said, gives it the next identity, and hands it on: to the journal in the order
 * of the numbers, and to the LAN at once, without waiting for the disk. Any thread; the calls follow each other.
 */
public final class Ingest {
    /** In the place of a CoAP Content-Format where there is none. */
    private static final int NO_FORMAT = -1;

    private final String origin;
    private final Epoch epoch;
    private final Clock clock;
    private final Topics topics;
    private final TopicFilter[] filters;
    private final LiveFeed live;
    private final Journal journal;
    private final Health health;
    private final ReadingJson json = new ReadingJson();
    private long seq;
    /** {@code null} where no values are made. */
    private Decoding decoding;

    /**
     * @param origin the gateway's id
     * @param epoch this life of it, durable already
     * @param filters MQTT topic filters: which messages of LAN clients are readings
     */
    public Ingest(String origin, Epoch epoch, Clock clock, List<String> filters, LiveFeed live, Journal journal,
                  Health health) {
        this.origin = origin;
        this.epoch = epoch;
        this.clock = clock;
        this.topics = new Topics(origin);
        this.filters = new TopicFilter[filters.size()];
        for (int i = 0; i < this.filters.length; i++) {
            this.filters[i] = new TopicFilter(filters.get(i));
        }
        this.live = live;
        this.journal = journal;
        this.health = health;
    }

    /** Has every reading that is taken in from now on told to {@code values}. */
    public synchronized void decodeWith(Decoding values) {
        decoding = values;
    }

    /** Takes in one payload that came without a word about what it holds. */
    public void accept(Eui64 node, String source, byte[] payload) {
        accept(node, source, NO_FORMAT, payload);
    }

    /**
     * Takes in one payload. It is neither durable nor delivered when this returns, but on its way to both. An empty
     * payload is a reading too: some motes send one to say that they live.
     *
     * @param source {@code udp/<port>} and so on; see {@link Reading#source}
     * @param contentFormat CoAP's number for its media type (RFC 7252 section 12.3); -1 where nobody said
     * @param payload the caller does not change it any more
     */
    public synchronized void accept(Eui64 node, String source, int contentFormat, byte[] payload) {
        long at = clock.wall();
        Reading reading = new Reading(origin, epoch, ++seq, at, clock.isTrusted(at), clock.mono(), node, source,
            payload);
        health.count(Counter.READINGS_ACCEPTED);
        journal.append(reading);
        live.publish(topics.up(node, source), json.encode(reading));
        if (decoding != null) {
            decoding.accepted(reading, contentFormat);
        }
    }

    /**
     * Takes in what was made of older readings: gives each the next identity and hands it to {@code target}, all of
     * them before any other reading gets one. Nothing of it is published on the LAN.
     */
    public synchronized void derive(List<Draft> drafts, Journal target) {
        for (Draft draft : drafts) {
            long at = clock.wall();
            target.append(new Reading(origin, epoch, ++seq, at, clock.isTrusted(at), clock.mono(), draft.node,
                draft.source, draft.payload));
            health.count(Counter.READINGS_ACCEPTED);
        }
    }

    /** Takes in a LAN client's message if a filter wants it. Our own topics never come in, whatever the filters say. */
    public void published(String topic, byte[] payload) {
        if (topic.startsWith("slipway/")) {
            return;
        }
        for (TopicFilter filter : filters) {
            if (filter.matches(topic)) {
                health.count(Counter.READINGS_FROM_LAN);
                accept(Eui64.LAN, "mqtt/" + topic, payload);
                return;
            }
        }
    }
}
