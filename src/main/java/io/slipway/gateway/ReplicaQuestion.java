package io.slipway.gateway;

import io.slipway.replication.Replication;
import io.slipway.store.Position;
import io.slipway.store.StoreException;
import io.slipway.store.TimeRange;
import java.util.StringTokenizer;

/**
 * {@code replica ORIGIN STREAM NUMBER FROM TO}: a slice of what is held of another gateway's readings, as a
 * {@link StoreAnswer}.
 */
final class ReplicaQuestion implements Question {
    private final Replication replication;

    /** @param replication {@code null} where there is no cluster */
    ReplicaQuestion(Replication replication) {
        this.replication = replication;
    }

    @Override
    public byte[] answer(String arguments) {
        if (replication == null) {
            return StoreAnswer.refused("there is no 'config cluster'");
        }
        StringTokenizer words = new StringTokenizer(arguments);
        String origin = words.hasMoreTokens() ? words.nextToken() : "";
        try {
            Position after = new Position(SliceQuestion.number(words), SliceQuestion.number(words));
            TimeRange range = new TimeRange(SliceQuestion.number(words), SliceQuestion.number(words));
            return StoreAnswer.good(replication.slice(origin, after, range).toBytes());
        } catch (StoreException failed) {
            return StoreAnswer.none(failed);
        }
    }
}
