package io.slipway.web;

import io.slipway.json.JsonReader;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import io.slipway.security.Acl;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** {@code /api/v1/commands}: POST sends one, GET says what became of the last ones; {@code /NODE/ID} of one of them. */
final class CommandsResource implements Resource {
    private static final String PATH = Site.API + "/commands";
    /** For a command to become durable. */
    private static final int PATIENCE_MS = 10_000;
    private static final String MEMBERS = "node to value hex id ttl_s";
    private static final String NUMBERS = "0123456789abcdefABCDEF";

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
        Map<?, ?> members = members(request.body);
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
        byte[] payload = payload(members);
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

    private static Map<?, ?> members(byte[] body) throws BadRequest {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException malformed) {
            throw new BadRequest("the body is not UTF-8");
        }
        Object parsed = JsonReader.read(body);
        if (!(parsed instanceof Map)) {
            throw new BadRequest("the body is no JSON object");
        }
        Map<?, ?> members = (Map<?, ?>) parsed;
        for (Object name : members.keySet()) {
            if (name.toString().indexOf(' ') >= 0 || (" " + MEMBERS + " ").indexOf(" " + name + " ") < 0) {
                throw new BadRequest("unknown member '" + name + "'; there are: " + MEMBERS);
            }
        }
        return members;
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

    private static byte[] payload(Map<?, ?> members) throws BadRequest {
        Object value = members.get("value");
        Object hex = members.get("hex");
        if (value != null && hex != null || value != null && !(value instanceof String)
            || hex != null && !isHex(hex)) {
            throw new BadRequest("the payload is either 'value', a text, or 'hex', an even number of hexadecimal"
                + " digits");
        }
        if (hex == null) {
            return value == null ? new byte[0] : ((String) value).getBytes(StandardCharsets.UTF_8);
        }
        String digits = (String) hex;
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (Character.digit(digits.charAt(2 * i), 16) << 4
                | Character.digit(digits.charAt(2 * i + 1), 16));
        }
        return bytes;
    }

    private static boolean isHex(Object value) {
        if (!(value instanceof String) || ((String) value).length() % 2 != 0) {
            return false;
        }
        String text = (String) value;
        for (int i = 0; i < text.length(); i++) {
            if (NUMBERS.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
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
