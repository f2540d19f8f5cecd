package io.slipway.gateway;

import io.slipway.replication.Replication;
import java.nio.charset.StandardCharsets;

/** {@code shared …}: shared values, see {@link Replication#answer}; the answer begins as that of the store. */
final class SharedQuestion implements Question {
    private final Replication replication;

    /** @param replication {@code null} where there is no cluster */
    SharedQuestion(Replication replication) {
        this.replication = replication;
    }

    @Override
    public byte[] answer(String arguments) {
        return replication == null ? StoreAnswer.refused("there is no 'config cluster'")
            : replication.answer(arguments).getBytes(StandardCharsets.UTF_8);
    }
}
