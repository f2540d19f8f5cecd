package io.slipway.gateway;

import java.nio.charset.StandardCharsets;

/**
 * {@code sent TOPIC}, as with {@code send}: {@code +} and what was said of the command so far, a JSON object a line;
 * {@code -} where it is not known any more.
 */
final class SentQuestion implements Question {
    private final AskedCommands commands;

    SentQuestion(AskedCommands commands) {
        this.commands = commands;
    }

    @Override
    public byte[] answer(String arguments) {
        String reports = commands.reports(new String(SendQuestion.bytes(arguments), StandardCharsets.UTF_8));
        return (reports == null ? "-" : "+" + reports).getBytes(StandardCharsets.UTF_8);
    }
}
