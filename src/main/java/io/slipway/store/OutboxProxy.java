package io.slipway.store;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;

/** Carries an outbox's calls over to the store's thread. */
final class OutboxProxy implements Outbox {
    private final StoredOutbox stored;
    private final StoreThread thread;

    OutboxProxy(StoredOutbox stored, StoreThread thread) {
        this.stored = stored;
        this.thread = thread;
    }

    @Override
    public Batch next(final Position from, final Position until, final int maxReadings, final int maxBytes)
            throws StoreException {
        return thread.ask(new Callable<Batch>() {
            @Override
            public Batch call() throws SQLException {
                return stored.next(from, until, maxReadings, maxBytes);
            }
        });
    }

    @Override
    public Position live() throws StoreException {
        return thread.ask(new Callable<Position>() {
            @Override
            public Position call() {
                return stored.live();
            }
        });
    }

    @Override
    public void acknowledge(final Batch batch) throws StoreException {
        thread.ask(new Callable<Void>() {
            @Override
            public Void call() {
                stored.acknowledge(batch);
                return null;
            }
        });
    }

    @Override
    public void setAside(final Batch batch) throws StoreException {
        thread.ask(new Callable<Void>() {
            @Override
            public Void call() {
                stored.setAside(batch);
                return null;
            }
        });
    }

    @Override
    public boolean hasGaps() {
        return stored.gaps().hasOpen();
    }

    @Override
    public List<Gap> gaps(final int max) throws StoreException {
        return thread.ask(new Callable<List<Gap>>() {
            @Override
            public List<Gap> call() throws SQLException {
                return stored.gaps().open(max);
            }
        });
    }

    @Override
    public void told(final Gap gap) throws StoreException {
        thread.ask(new Callable<Void>() {
            @Override
            public Void call() {
                stored.told(gap);
                return null;
            }
        });
    }

    @Override
    public long backlog() {
        return stored.backlog();
    }

    @Override
    public void onCommit(Runnable wake) {
        stored.wakeWith(wake);
    }
}
