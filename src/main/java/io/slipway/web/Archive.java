package io.slipway.web;

import io.slipway.reading.Eui64;
import io.slipway.reading.TopicFilter;
import java.io.IOException;
import java.util.List;

/** The readings that are stored. Called by the server's worker; may take a few seconds. */
public interface Archive {
    /** What is wanted. Immutable. */
    final class Query {
        /** Not before this, in milliseconds since 1970; {@link Long#MIN_VALUE} for no bound. */
        public final long from;
        /** Before this; {@link Long#MAX_VALUE} for no bound. */
        public final long to;
        /** {@code null} for any. */
        public final Eui64 node;
        /** {@code null} for any. */
        public final TopicFilter source;
        /** Readings at most, 1 and up. */
        public final int limit;
        /** Where to go on; {@code null} for the beginning. */
        public final String cursor;

        Query(long from, long to, Eui64 node, TopicFilter source, int limit, String cursor) {
            this.from = from;
            this.to = to;
            this.node = node;
            this.source = source;
            this.limit = limit;
            this.cursor = cursor;
        }
    }

    /** Some of what was wanted, in the order in which it was taken in. Immutable. */
    final class Page {
        /** JSON objects. */
        public final List<String> readings;
        /** Readings in damaged places that were passed over. */
        public final long damaged;
        /** Where to go on; {@code null} where this is the end for now. */
        public final String next;

        /** Takes the list as it is. */
        public Page(List<String> readings, long damaged, String next) {
            this.readings = readings;
            this.damaged = damaged;
            this.next = next;
        }
    }

    /**
     * The next page. It may be empty and have another after it, where much had to be looked at that is not wanted.
     *
     * @throws IllegalArgumentException if the cursor is none, or leads to what is not there any more; in words
     * @throws IOException if the store cannot be read now, in words
     */
    Page read(Query query) throws IOException;
}
