package io.slipway.web;

import io.slipway.json.JsonWriter;
import io.slipway.reading.Topics;
import io.slipway.security.Acl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code /api/v1/shared}: the names of shared values; {@code /DATASET/KEY} one of them, to GET, PUT and DELETE;
 * {@code /DATASET/KEY/history} what it was before. Dataset and key are one segment each, percent-encoded. Who may do
 * what is said by the rules about the value's topic.
 */
final class SharedResource implements Resource {
    static final String PATH = Site.API + "/shared";
    private static final String HISTORY = "history";
    /** For a change to become durable. */
    private static final int PATIENCE_MS = 10_000;

    private final SharedValues values;
    private final Topics topics;
    private volatile Acl acl;

    SharedResource(SharedValues values, Topics topics, Acl acl) {
        this.values = values;
        this.topics = topics;
        this.acl = acl;
    }

    /** From now on these rules count. Any thread. */
    void use(Acl fresh) {
        acl = fresh;
    }

    @Override
    public void answer(Request request, Reply reply) throws BadRequest {
        request.allow("");
        List<String> segments = segments(request.path.substring(PATH.length()));
        boolean isHistory = segments.size() == 3 && segments.get(2).equals(HISTORY);
        if (!segments.isEmpty() && segments.size() != 2 && !isHistory) {
            reply.send(Answer.notFound("there is no such page; a slash within a key is written %2F"));
            return;
        }
        boolean isValue = segments.size() == 2;
        if (!request.isRead() && !(isValue && (request.method.equals("PUT") || request.method.equals("DELETE")))) {
            reply.send(Answer.methodNotAllowed(isValue ? "GET, HEAD, PUT, DELETE" : "GET, HEAD"));
            return;
        }
        String name = segments.isEmpty() ? "" : segments.get(0) + "/" + segments.get(1);
        try {
            if (segments.isEmpty()) {
                reply.send(Answer.ok(names(request.user)));
            } else if (!may(request, name)) {
                reply.send(Answer.problem(403, "Forbidden", "the acl_file does not let " + request.user + " do this"));
            } else if (isHistory) {
                reply.send(Answer.ok(new JsonWriter().object().name(HISTORY).literal(values.history(name))
                    .endObject()));
            } else if (request.isRead()) {
                SharedValues.Value found = values.find(name);
                reply.send(found == null ? Answer.notFound("there is no value of that name")
                    : Answer.stamped(found.json, found.stamp));
            } else {
                change(request, name, reply);
            }
        } catch (IOException busy) {
            reply.send(Answer.unavailable(busy.getMessage(), 2));
        }
    }

    private boolean may(Request request, String name) {
        String topic = topics.shared() + name;
        return request.isRead() ? acl.mayRead(request.user, "web", topic) : acl.mayWrite(request.user, "web", topic);
    }

    /** Datasets with their keys, as far as the user may read them. */
    private JsonWriter names(String user) throws IOException {
        JsonWriter json = new JsonWriter().object().array("datasets");
        String open = null;
        for (String name : values.names()) {
            int slash = name.indexOf('/');
            if (slash < 0 || !acl.mayRead(user, "web", topics.shared() + name)) {
                continue;
            }
            String dataset = name.substring(0, slash);
            if (!dataset.equals(open)) {
                if (open != null) {
                    json.endArray().endObject();
                }
                json.object().field("dataset", dataset).array("keys");
                open = dataset;
            }
            json.value(name.substring(slash + 1));
        }
        if (open != null) {
            json.endArray().endObject();
        }
        return json.endArray().endObject();
    }

    private void change(Request request, final String name, final Reply reply) throws BadRequest {
        byte[] value = null;
        if (request.method.equals("PUT")) {
            Map<?, ?> members = JsonBody.members(request.body, "value hex");
            value = JsonBody.payload(members);
            if (members.isEmpty()) {
                throw new BadRequest("either 'value' or 'hex' is needed");
            }
        }
        values.change(name, value, request.ifMatch, new SharedValues.Outcome() {
            @Override
            public void done() {
                reply.send(Answer.done(new JsonWriter().object().field("key", name).endObject()));
            }

            @Override
            public void stale() {
                reply.send(Answer.problem(412, "Precondition Failed", "the value is another by now"));
            }

            @Override
            public void refused(String why) {
                reply.send(Answer.problem(422, "Unprocessable Content", why));
            }
        });
        reply.sendAfter(PATIENCE_MS, Answer.unavailable("the change is not durable yet, and may be soon", 5));
    }

    /** What stands between slashes, decoded; the first slash is passed over. */
    private static List<String> segments(String path) throws BadRequest {
        List<String> segments = new ArrayList<>();
        int from = 1;
        while (from <= path.length()) {
            int end = path.indexOf('/', from);
            end = end < 0 ? path.length() : end;
            segments.add(decoded(path.substring(from, end)));
            from = end + 1;
        }
        return segments;
    }

    private static String decoded(String segment) throws BadRequest {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(segment.charAt(i + 2), 16);
            if (low < 0) {
                throw new BadRequest("the path is malformed: % is not followed by two hexadecimal digits");
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException malformed) {
            throw new BadRequest("the path is not UTF-8");
        }
    }
}
