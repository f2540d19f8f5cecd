package io.slipway.replication;

import io.slipway.store.ReplicaFile;
import io.slipway.store.StoreException;
import io.slipway.sync.Replica;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A question that the replication's thread answers while another thread waits, for a bounded time. */
abstract class Inquiry<T> {
    private static final long PATIENCE_MS = 5000;

    private final CountDownLatch done = new CountDownLatch(1);
    private T found;
    private StoreException failure;

    /** The answer. The replication's thread. */
    abstract T find(ReplicaFile file, Replica replica) throws StoreException;

    final void answer(ReplicaFile file, Replica replica) {
        try {
            if (file == null) {
                throw new StoreException("the replica is not open", null);
            }
            found = find(file, replica);
        } catch (StoreException failed) {
            failure = failed;
        } finally {
            done.countDown();
        }
    }

    /**
     * Asks and waits.
     *
     * @throws StoreException if there is no answer; the message is for people
     */
    final T ask(Engine engine) throws StoreException {
        try {
            if (!engine.ask(this) || !done.await(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                throw new StoreException("replication is too busy to answer", null);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted", stop);
        }
        if (failure != null) {
            throw failure;
        }
        return found;
    }
}
