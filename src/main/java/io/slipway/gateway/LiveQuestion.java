package io.slipway.gateway;

import java.nio.charset.StandardCharsets;

/**
 * {@code live}: the number of the next reading. {@code live N}: those from number N on that are still there, see
 * {@link LiveTail#since}.
 */
final class LiveQuestion implements Question {
    private final LiveTail tail;

    LiveQuestion(LiveTail tail) {
        this.tail = tail;
    }

    @Override
    public byte[] answer(String arguments) {
        return arguments.isEmpty() ? (tail.watch() + "\n").getBytes(StandardCharsets.US_ASCII)
            : tail.since(Long.parseLong(arguments));
    }
}
