package io.slipway.web;

import io.slipway.health.Health;
import io.slipway.json.JsonWriter;

/** {@code /api/v1/counters}: states, gauges, counters and errors, as {@code slipway status --json} has them. */
final class CountersResource implements Resource {
    private final Health health;

    CountersResource(Health health) {
        this.health = health;
    }

    @Override
    public void answer(Request request, Reply reply) throws BadRequest {
        request.allow("");
        JsonWriter json = new JsonWriter().object();
        health.writeTo(json);
        reply.send(Answer.ok(json.endObject()));
    }
}
