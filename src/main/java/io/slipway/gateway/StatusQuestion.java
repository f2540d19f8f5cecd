package io.slipway.gateway;

import java.nio.charset.StandardCharsets;

/** {@code json}: how the gateway is, as one JSON object. */
final class StatusQuestion implements Question {
    private final StatusReport report;

    StatusQuestion(StatusReport report) {
        this.report = report;
    }

    @Override
    public byte[] answer(String arguments) {
        return report.json().getBytes(StandardCharsets.UTF_8);
    }
}
