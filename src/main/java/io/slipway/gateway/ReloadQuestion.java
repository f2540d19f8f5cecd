package io.slipway.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@code reload}: has the configuration read anew, see {@link Reload}; the answer begins as that of the store. */
final class ReloadQuestion implements Question {
    private final Reload reload;

    ReloadQuestion(Reload reload) {
        this.reload = reload;
    }

    @Override
    public byte[] answer(String arguments) {
        try {
            return StoreAnswer.good(reload.now().getBytes(StandardCharsets.UTF_8));
        } catch (IOException wrong) {
            return StoreAnswer.refused(wrong.getMessage());
        }
    }
}
