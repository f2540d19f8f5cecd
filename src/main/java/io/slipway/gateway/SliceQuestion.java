package io.slipway.gateway;

import io.slipway.store.Position;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import io.slipway.store.TimeRange;
import java.util.StringTokenizer;

/** {@code slice STREAM SEQ FROM TO}: a slice of the store's history, as a {@link StoreAnswer}. */
final class SliceQuestion implements Question {
    private final Store store;

    SliceQuestion(Store store) {
        this.store = store;
    }

    @Override
    public byte[] answer(String arguments) {
        StringTokenizer words = new StringTokenizer(arguments);
        Position after = new Position(number(words), number(words));
        TimeRange range = new TimeRange(number(words), number(words));
        try {
            return StoreAnswer.good(store.slice(after, range).toBytes());
        } catch (StoreException failed) {
            return StoreAnswer.none(failed);
        }
    }

    static long number(StringTokenizer words) {
        return Long.parseLong(words.hasMoreTokens() ? words.nextToken() : "");
    }
}
