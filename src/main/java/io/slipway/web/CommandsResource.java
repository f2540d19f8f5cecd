package io.slipway.web;

import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import io.slipway.security.Acl;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** {@code /api/v1/commands}: POST sends one, GET says what became of the last ones; {@code /NODE/ID} of one of them. */
final class CommandsResource implements Resource {
    private static final String PATH = Site.API + "/commands";
    /** For a command to become durable. */
    private static final int PATIENCE_MS = 10_000;
    private static final String MEMBERS = "node to value hex id ttl_s";

    private final Topics topics;
    private volatile Acl acl;
    private final Orders orders;
    private final CommandWatch watch;
    /** Ids that did not come from the client: unique among all that this gateway ever gave, with a time of its own. */
    private final String idRoot = "web-" + Long.toString(System.currentTimeMillis() ^ System.nanoTime() << 20, 36)
        .replace("-", "n") + "-";
    private final AtomicLong ids = new AtomicLong();

    CommandsResource(Topics topics, Acl acl, Orders orders, CommandWatch watch) {
        this.acl = acl;
        this.topics = topics;
        this.orders = orders;
        this.watch = watch;
    }

    /** From now on these rules count. Any thread. */
    void use(Acl fresh) {
        acl = fresh;
    }

    @Override
    public void answer(Request request, Reply reply) throws BadRequest {
        boolean isAll = request.path.equals(PATH);
        if (!request.isRead()) {
            if (isAll) {
                post(request, reply);
            } else {
                reply.send(Answer.methodNotAllowed("GET, HEAD"));
            }
            return;
        }
        request.allow("");
        if (isAll) {
            JsonWriter json = new JsonWriter().object().array("commands");
            for (String one : watch.all()) {
                json.literal(one);
            }
            reply.send(Answer.ok(json.endArray().endObject()));
            return;
        }
        String rest = request.path.substring(PATH.length() + 1);
        int slash = rest.indexOf('/');
        String found = slash < 0 ? null : watch.find(rest.substring(0, slash), rest.substring(slash + 1));
        reply.send(found == null ? Answer.notFound("nothing is known of such a command any more")
            : Answer.ok(Answer.JSON, found.getBytes(StandardCharsets.UTF_8)));
    }

    private void post(Request request, final Reply reply) throws BadRequest {
        request.allow("");
        Map<?, ?> members = JsonBody.members(request.body, MEMBERS);
        Eui64 node = LiveFilter.node(text(members, "node", 16));
        String to = text(members, "to", 1000);
        if (node == null || to == null) {
            throw new BadRequest("'node' and 'to' are needed");
        }
        if (to.indexOf('+') >= 0 || to.indexOf('#') >= 0 || to.indexOf('\0') >= 0) {
            throw new BadRequest("'to' is not such as udp/8765 or coap/get/path");
        }
        if (to.equals("forget")) {
            throw new BadRequest("nodes are not forgotten from here");
        }
        byte[] payload = JsonBody.payload(members);
        String given = text(members, "id", 64);
        final String id = given != null ? given : idRoot + ids.incrementAndGet();
        String parameters = "id=" + id + ttl(members);
        final String topic = topics.root() + node + "/down/" + parameters + "/" + to;
        final String stateTopic = Topics.stateOf(topic);
        if (!topics.isDown(topic)) {
            throw new BadRequest("'to' is not such as udp/8765 or coap/get/path");
        }
        if (!acl.mayWrite(request.user, "web", topics.withoutParameters(topic))) {
            reply.send(Answer.problem(403, "Forbidden", "the acl_file does not let " + request.user
                + " send this command"));
            return;
        }
        final String location = PATH + "/" + node + "/" + id;
        watch.await(stateTopic, new CommandWatch.Listener() {
            @Override
            public void reported(String json, String state, String kind) {
                reply.send(first(json, state, kind, location));
            }
        });
        orders.command(topic, payload);
        reply.sendAfter(PATIENCE_MS, Answer.unavailable("the command is not durable yet; its state is or will be at "
            + location, 5));
    }

    /** The answer that the first report makes. */
    private static Answer first(String json, String state, String kind, String location) {
        if (!state.equals("refused")) {
            return Answer.accepted(new JsonWriter().object().field("href", location).name("command").literal(json)
                .endObject(), location);
        }
        if (kind.equals("queue_full") || kind.equals("node_queue_full") || kind.equals("stopping")) {
            return Answer.refusal(503, "Service Unavailable", kind, json);
        }
        return Answer.refusal(422, "Unprocessable Content", kind, json);
    }

    private static String text(Map<?, ?> members, String name, int most) throws BadRequest {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String) || ((String) value).isEmpty() || ((String) value).length() > most) {
            throw new BadRequest("'" + name + "' is not a text of 1 to " + most + " characters");
        }
        return (String) value;
    }

    private static String ttl(Map<?, ?> members) throws BadRequest {
        Object ttl = members.get("ttl_s");
        if (ttl == null) {
            return "";
        }
        if (!(ttl instanceof Long) || (Long) ttl < 1 || (Long) ttl > 31 * 86_400) {
            throw new BadRequest("'ttl_s' is not a whole number from 1 to " + 31 * 86_400);
        }
        return "&ttl=" + ttl;
    }
}
