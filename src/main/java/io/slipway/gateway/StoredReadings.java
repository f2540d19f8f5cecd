package io.slipway.gateway;

import io.slipway.ingest.ReadingJson;
import io.slipway.reading.Reading;
import io.slipway.store.Position;
import io.slipway.store.Run;
import io.slipway.store.Slice;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import io.slipway.store.TimeRange;
import io.slipway.web.Archive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The store's history a page at a time. A cursor is the place where a slice began and the identity of the last reading
 * of it that was looked at: a slice may hold more than a page, and what was staged when it was read may be in blocks by
 * the next time. One thread at a time.
 */
final class StoredReadings implements Archive {
    /** To look at in one call where little is wanted: each costs the store's thread a few milliseconds. */
    private static final int SLICES = 16;
    /** After which a page is long enough, whatever its limit. */
    private static final int PAGE_BYTES = 256 << 10;

    private final Store store;
    private final ReadingJson json = new ReadingJson();

    StoredReadings(Store store) {
        this.store = store;
    }

    /** What a page is made of while slices go by. */
    private final class Gathering {
        private final Query query;
        private final TimeRange range;
        private final List<String> found = new ArrayList<>();
        private int bytes;
        private long damaged;
        /** The last reading that was looked at; {@code null} where the slice is new. */
        private String last;
        /** Until this one has gone by, everything was on an earlier page; {@code null} where nothing was. */
        private String sought;

        private Gathering(Query query) {
            this.query = query;
            this.range = new TimeRange(query.from, query.to);
        }

        private boolean isFull() {
            return found.size() >= query.limit || bytes >= PAGE_BYTES;
        }

        /** False where the page was full before the slice was through. */
        private boolean take(Slice slice) {
            last = null;
            for (Run run : slice.runs) {
                List<Reading> readings;
                try {
                    readings = run.readings();
                } catch (StoreException unreadable) {
                    damaged += sought == null ? Math.max(1, run.count()) : 0;
                    continue;
                }
                for (Reading reading : readings) {
                    if (isFull()) {
                        return false;
                    }
                    look(reading);
                }
            }
            return true;
        }

        private void look(Reading reading) {
            last = reading.id();
            if (sought != null) {
                sought = last.equals(sought) ? null : sought;
            } else if ((query.node == null || query.node.equals(reading.node))
                && (query.source == null || query.source.matches(reading.source)) && range.contains(reading)) {
                String text = new String(json.encode(reading), StandardCharsets.UTF_8);
                found.add(text);
                bytes += text.length();
            }
        }
    }

    @Override
    public Page read(Query query) throws IOException {
        Gathering page = new Gathering(query);
        Position at = start(query.cursor, page);
        boolean wasSought = page.sought != null;
        try {
            for (int i = 0; i < SLICES && at != null && !page.isFull(); i++) {
                Slice slice = store.slice(at, page.range);
                if (!page.take(slice)) {
                    return new Page(page.found, page.damaged, cursor(at, page.last));
                }
                at = slice.next;
            }
        } catch (StoreException failed) {
            throw new IOException(failed.getMessage(), failed);
        }
        if (wasSought && page.sought != null) {
            throw new IllegalArgumentException("what the 'cursor' stands for is not in the store any more");
        }
        return new Page(page.found, page.damaged, at == null ? null : cursor(at, null));
    }

    private static Position start(String cursor, Gathering page) {
        if (cursor == null) {
            return Position.START;
        }
        try {
            StringTokenizer words = new StringTokenizer(new String(Base64.getUrlDecoder().decode(cursor),
                StandardCharsets.UTF_8));
            Position at = new Position(Long.parseLong(words.nextToken()), Long.parseLong(words.nextToken()));
            page.sought = words.hasMoreTokens() ? words.nextToken() : null;
            return at;
        } catch (RuntimeException notOne) {
            throw new IllegalArgumentException("'cursor' is none that came from here", notOne);
        }
    }

    private static String cursor(Position at, String last) {
        String text = last == null ? at.toString() : at + " " + last;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
