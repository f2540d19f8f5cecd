package io.slipway.store;

import io.slipway.reading.Epoch;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

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

    /** A question to the outbox in the database, if there is one. */
    private abstract class Question<T> implements StoreThread.Question<T> {
        @Override
        public T ask(Writer writer) throws SQLException {
            StoredOutbox outbox = find(writer);
            return outbox == null ? without(thread.carried()) : of(outbox);
        }

        abstract T of(StoredOutbox outbox) throws SQLException;

        /** The answer while there is no database. */
        T without(Carried carried) {
            return null;
        }
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
    public Batch next(final Position from, final Position until, final int maxReadings, final int maxBytes)
            throws StoreException {
        return thread.ask(new Question<Batch>() {
            @Override
            Batch of(StoredOutbox outbox) throws SQLException {
                return outbox.next(from, until, maxReadings, maxBytes);
            }
        });
    }

    @Override
    public Position live() throws StoreException {
        return thread.ask(new Question<Position>() {
            @Override
            Position of(StoredOutbox outbox) {
                return outbox.live();
            }
        });
    }

    @Override
    public void acknowledge(final Batch batch) throws StoreException {
        thread.ask(new Question<Void>() {
            @Override
            Void of(StoredOutbox outbox) {
                outbox.acknowledge(batch);
                return null;
            }

            @Override
            Void without(Carried carried) {
                carried.acknowledged(sink, batch);
                return null;
            }
        });
    }

    @Override
    public void setAside(final Batch batch) throws StoreException {
        thread.ask(new Question<Void>() {
            @Override
            Void of(StoredOutbox outbox) {
                outbox.setAside(batch);
                return null;
            }

            @Override
            Void without(Carried carried) {
                carried.acknowledged(sink, batch);
                carried.note(sink, GapRows.Note.refused(batch));
                return null;
            }
        });
    }

    @Override
    public Again again(final Epoch epoch, final long first, final long last, final int maxReadings,
                       final int maxBytes) throws StoreException {
        return thread.ask(new Question<Again>() {
            @Override
            Again of(StoredOutbox outbox) throws SQLException {
                return outbox.history().again(outbox.cursor(), epoch, first, last, maxReadings, maxBytes);
            }

            @Override
            Again without(Carried carried) {
                return new Again(null, first - 1);
            }
        });
    }

    @Override
    public List<HeldEpoch> held(final int most) throws StoreException {
        return thread.ask(new Question<List<HeldEpoch>>() {
            @Override
            List<HeldEpoch> of(StoredOutbox outbox) throws SQLException {
                return outbox.history().held(most);
            }

            @Override
            List<HeldEpoch> without(Carried carried) {
                return Collections.emptyList();
            }
        });
    }

    @Override
    public boolean hasGaps() {
        StoredOutbox now = stored;
        return now != null && now.gaps().hasOpen();
    }

    @Override
    public List<Gap> gaps(final int max) throws StoreException {
        return thread.ask(new Question<List<Gap>>() {
            @Override
            List<Gap> of(StoredOutbox outbox) throws SQLException {
                return outbox.gaps().open(max);
            }

            @Override
            List<Gap> without(Carried carried) {
                return Collections.emptyList();
            }
        });
    }

    @Override
    public void told(final Gap gap) throws StoreException {
        thread.ask(new Question<Void>() {
            @Override
            Void of(StoredOutbox outbox) {
                outbox.told(gap);
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
