package io.slipway.gateway;

import io.slipway.store.Store;
import io.slipway.store.StoreException;
import java.nio.charset.StandardCharsets;

/** {@code extent}: how much the store holds, as a {@link StoreAnswer}. */
final class ExtentQuestion implements Question {
    private final Store store;

    ExtentQuestion(Store store) {
        this.store = store;
    }

    @Override
    public byte[] answer(String arguments) {
        try {
            return StoreAnswer.good(store.extent().toString().getBytes(StandardCharsets.US_ASCII));
        } catch (StoreException failed) {
            return StoreAnswer.none(failed);
        }
    }
}
