package io.slipway.gateway;

import io.slipway.replication.Replication;
import java.nio.charset.StandardCharsets;

/** {@code shared …}: values that gateways share, see {@link Replication#answer}. */
final class SharedQuestion implements Question {
    private final Replication replication;

    /** @param replication {@code null} where there is no cluster */
    SharedQuestion(Replication replication) {
        this.replication = replication;
    }

    @Override
    public byte[] answer(String arguments) {
        if (replication == null) {
            return StoreAnswer.refused("there is no 'config cluster'");
        }
        return replication.answer(arguments).getBytes(StandardCharsets.UTF_8);
    }
}
