package io.slipway.cloud;

import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What one process does for all: it listens to what gateways say of themselves, and asks them for what is missing. The
 * one that has a lock in the database is it; when that one goes, another gets the lock. Two at a time, for a moment, do
 * no harm. Used by the thread of {@link Intake}.
 */
final class Keeper {
    private static final long LOOK_NS = 1_000_000_000L;
    /** All that is retained is looked at again: the database may have been set back to an earlier day. */
    private static final long LISTEN_NS = 3600_000_000_000L;
    private static final int STREAMS_AT_A_TIME = 64;
    private static final int MOST_RANGES = 64;
    private static final long LONGEST_WAIT_MS = 3_600_000;
    private static final int MOST_DOUBLINGS = 16;

    private final BrokerSession session;
    private final Health health;
    private final long afterMs;
    private final JsonWriter json = new JsonWriter();
    private boolean keeps;
    private long lookNs = System.nanoTime();
    private long listenNs = System.nanoTime();

    Keeper(BrokerSession session, int missingAfterS, Health health) {
        this.session = session;
        this.health = health;
        this.afterMs = missingAfterS * 1000L;
    }

    /** The database connection is a new one, and with it the lock. */
    void begin() {
        keeps = false;
    }

    /** Does what is due. */
    void step(Books books, Account account) throws SQLException {
        long nowNs = System.nanoTime();
        if (nowNs - lookNs < 0) {
            return;
        }
        lookNs = nowNs + LOOK_NS;
        if (!keeps) {
            keeps = books.tryToKeep();
            books.commit();
            if (!keeps) {
                return;
            }
            listenNs = nowNs;
        }
        if (nowNs - listenNs >= 0) {
            listenNs = nowNs + LISTEN_NS;
            session.keep();
        }
        long now = System.currentTimeMillis();
        List<StreamRow> waiting = books.waiting(now - afterMs, now, STREAMS_AT_A_TIME);
        books.commit();
        for (StreamRow stream : waiting) {
            ask(books, account, stream, now);
        }
    }

    private void ask(Books books, Account account, StreamRow found, long now) throws SQLException {
        Map<String, StreamRow> locked =
            books.streams(Collections.singletonList(new String[] {found.origin, found.epoch}), now);
        StreamRow stream = locked.values().iterator().next();
        List<long[]> holes = account.missing(stream, MOST_RANGES, now);
        if (!holes.isEmpty()) {
            stream.asks++;
            stream.askAt = now + Math.min(LONGEST_WAIT_MS, afterMs << Math.min(MOST_DOUBLINGS, stream.asks));
        }
        books.save(locked.values());
        books.commit();
        if (!holes.isEmpty()) {
            health.count(Counter.CLOUD_ASKED);
            session.publish("slipway/" + stream.origin + "/missing", encode(stream, holes));
        }
    }

    private byte[] encode(StreamRow stream, List<long[]> holes) {
        json.reset().object().field("origin", stream.origin).field("epoch", stream.epoch).array("ranges");
        for (long[] hole : holes) {
            json.object().field("first", hole[0]).field("last", hole[1]).endObject();
        }
        return json.endArray().endObject().toBytes();
    }
}
