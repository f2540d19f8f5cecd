package io.slipway.store;

import java.sql.SQLException;

/**
 * Carries an outbox's calls over to the store's thread, to the database that is in use at that moment. Where there is
 * none, there is nothing to hand out, and what is acknowledged is kept until there is.
 */
final class OutboxProxy implements Outbox {
    private final String sink;
    private final StoreThread thread;
    /** Of the database in use; {@code null} before there was one. */
    private volatile StoredOutbox stored;
    private volatile Runnable wake;

    OutboxProxy(String sink, StoreThread thread) {
        this.sink = sink;
        this.thread = thread;
    }

    /** Begins: finds the outbox in the database, now and in each that is opened later. */
    void connect() throws StoreException {
        thread.ask(new StoreThread.Question<Void>() {
            @Override
            public Void ask(Writer writer) throws SQLException {
                thread.register(OutboxProxy.this);
                connect(writer);
                return null;
            }
        });
    }

    /** Goes over to a database that was opened. The store's thread only. */
    void connect(Writer writer) throws SQLException {
        StoredOutbox found = find(writer);
        if (found != null) {
            found.wake();
        }
    }

    private StoredOutbox find(Writer writer) throws SQLException {
        StoredOutbox found = writer == null ? null : writer.outbox(sink);
        if (found != null && found != stored) {
            found.wakeWith(wake);
            stored = found;
        }
        return found;
    }

    @Override
    public Batch next(final Batch after, final int maxReadings, final int maxBytes) throws StoreException {
        return thread.ask(new StoreThread.Question<Batch>() {
            @Override
            public Batch ask(Writer writer) throws SQLException {
                StoredOutbox outbox = find(writer);
                return outbox == null ? null : outbox.next(after, maxReadings, maxBytes);
            }
        });
    }

    @Override
    public void acknowledge(final Batch batch) throws StoreException {
        thread.ask(new StoreThread.Question<Void>() {
            @Override
            public Void ask(Writer writer) throws SQLException {
                StoredOutbox outbox = find(writer);
                if (outbox == null) {
                    thread.carried().acknowledged(sink, new Position(batch.stream, batch.last()));
                } else {
                    outbox.acknowledge(batch);
                }
                return null;
            }
        });
    }

    @Override
    public long backlog() {
        StoredOutbox now = stored;
        return now == null ? 0 : now.backlog();
    }

    @Override
    public void onCommit(Runnable newWake) {
        wake = newWake;
        StoredOutbox now = stored;
        if (now != null) {
            now.wakeWith(newWake);
        }
    }
}
