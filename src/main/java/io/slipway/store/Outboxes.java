package io.slipway.store;

import io.slipway.health.Health;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The outboxes of all destinations that were asked for, one a name. The store's thread only. */
final class Outboxes {
    private final Writer writer;
    private final Database database;
    private final Health health;
    private final Map<String, StoredOutbox> bySink = new LinkedHashMap<>();

    Outboxes(Writer writer, Database database, Health health) {
        this.writer = writer;
        this.database = database;
        this.health = health;
    }

    StoredOutbox of(String sink) throws SQLException {
        StoredOutbox outbox = bySink.get(sink);
        if (outbox == null) {
            outbox = new StoredOutbox(sink, writer, database, health);
            bySink.put(sink, outbox);
        }
        return outbox;
    }

    Collection<StoredOutbox> all() {
        return bySink.values();
    }

    /** Whether a cursor has moved and ought to be on the disk by now. */
    boolean isSaveDue(boolean atOnce) {
        for (StoredOutbox outbox : all()) {
            if (outbox.isSaveDue(atOnce)) {
                return true;
            }
        }
        return false;
    }

    /** Writes what has changed within the open transaction. */
    void save() throws SQLException {
        for (StoredOutbox outbox : all()) {
            outbox.save();
        }
    }

    /** After a commit of so many readings. */
    void committed(int count, boolean hasGaps) {
        for (StoredOutbox outbox : all()) {
            if (hasGaps) {
                outbox.gaps().changed();
            }
            outbox.committed(count);
        }
    }

    /** Has everybody look again. */
    void wake() {
        for (StoredOutbox outbox : all()) {
            outbox.wake();
        }
    }
}
