package io.slipway.web;

import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import java.util.List;

/** {@code /api/v1/nodes}: every node, a page at a time, and {@code /NODE}: one of them. */
final class NodesResource implements Resource {
    private static final String PATH = Site.API + "/nodes";
    private static final int USUAL = 200;
    private static final int MOST = 1000;

    private final Facts facts;
    private final Recent recent;

    NodesResource(Facts facts, Recent recent) {
        this.facts = facts;
        this.recent = recent;
    }

    @Override
    public void answer(Request request, Reply reply) throws BadRequest {
        if (!request.path.equals(PATH)) {
            request.allow("");
            reply.send(one(Eui64.parse(request.path.substring(PATH.length() + 1))));
            return;
        }
        request.allow("limit cursor");
        int limit = ReadingsResource.limit(request, USUAL, MOST);
        String cursor = request.parameter("cursor");
        Eui64 after = cursor == null ? null : Eui64.parse(cursor);
        if (cursor != null && after == null) {
            throw new BadRequest("'cursor' is none that came from here");
        }
        reply.send(Answer.ok(page(after, limit)));
    }

    private Answer one(Eui64 name) {
        for (Facts.Node node : facts.nodes()) {
            if (node.name().equals(name)) {
                JsonWriter json = new JsonWriter();
                write(node, json);
                return Answer.ok(json);
            }
        }
        return Answer.notFound("there is no such node");
    }

    private JsonWriter page(Eui64 after, int limit) {
        List<Facts.Node> nodes = facts.nodes();
        int at = 0;
        while (after != null && at < nodes.size()
            && Long.compareUnsigned(nodes.get(at).name().bits(), after.bits()) <= 0) {
            at++;
        }
        JsonWriter json = new JsonWriter().object().array("nodes");
        int end = Math.min(nodes.size(), at + limit);
        for (int i = at; i < end; i++) {
            write(nodes.get(i), json);
        }
        json.endArray();
        if (end < nodes.size()) {
            json.field("next", nodes.get(end - 1).name().toString());
        }
        return json.field("count", nodes.size()).endObject();
    }

    private void write(Facts.Node node, JsonWriter json) {
        json.object();
        node.writeTo(json);
        recent.writeTo(node.name().toString(), json);
        json.endObject();
    }
}
