package io.slipway.web;

import io.slipway.json.JsonWriter;

/** {@code /api/v1/status}: how the gateway is. */
final class StatusResource implements Resource {
    private final Facts facts;

    StatusResource(Facts facts) {
        this.facts = facts;
    }

    @Override
    public void answer(Request request, Reply reply) throws BadRequest {
        request.allow("");
        JsonWriter json = new JsonWriter().object();
        facts.status(json);
        reply.send(Answer.ok(json.endObject()));
    }
}
