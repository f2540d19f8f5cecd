package io.slipway.web;

import io.slipway.json.JsonWriter;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** {@code /api/v1/readings}: what is stored, a page at a time, in the order in which it was taken in. */
final class ReadingsResource implements Resource {
    private static final int USUAL = 100;
    private static final int MOST = 1000;

    private final Archive archive;

    ReadingsResource(Archive archive) {
        this.archive = archive;
    }

    @Override
    public void answer(Request request, Reply reply) throws BadRequest {
        request.allow("from to node source limit cursor");
        Archive.Query query = new Archive.Query(time(request, "from", Long.MIN_VALUE),
            time(request, "to", Long.MAX_VALUE), LiveFilter.node(request.parameter("node")),
            LiveFilter.source(request.parameter("source")), limit(request, USUAL, MOST),
            request.parameter("cursor"));
        try {
            Archive.Page page = archive.read(query);
            JsonWriter json = new JsonWriter().object().array("readings");
            for (String reading : page.readings) {
                json.literal(reading);
            }
            json.endArray().field("damaged", page.damaged);
            if (page.next != null) {
                json.field("next", page.next);
            }
            reply.send(Answer.ok(json.endObject()));
        } catch (IllegalArgumentException wrong) {
            throw new BadRequest(wrong.getMessage());
        } catch (IOException busy) {
            reply.send(Answer.unavailable(busy.getMessage(), 2));
        }
    }

    static int limit(Request request, int usual, int most) throws BadRequest {
        String text = request.parameter("limit");
        if (text == null) {
            return usual;
        }
        int limit = 0;
        for (int i = 0; i < text.length() && limit <= most; i++) {
            int digit = text.charAt(i) - '0';
            limit = digit < 0 || digit > 9 ? most + 1 : 10 * limit + digit;
        }
        if (limit < 1 || limit > most) {
            throw new BadRequest("'limit' is not a whole number from 1 to " + most);
        }
        return limit;
    }

    /** RFC 3339. */
    private static long time(Request request, String name, long fallback) throws BadRequest {
        String text = request.parameter(name);
        if (text == null) {
            return fallback;
        }
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException notATime) {
            throw new BadRequest("'" + name + "' is no time such as 2026-11-21T10:50:49Z");
        }
    }
}
