package io.slipway.web;

import io.slipway.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/** What a request is answered with. Immutable; any thread. */
final class Answer {
    static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    final int status;
    final String type;
    final byte[] body;
    /** A header's name and value; {@code null} where there is no further one. */
    final String headerName;
    final String headerValue;
    /** What the client may hold against a later answer; {@code null} where it may not keep this one. */
    final String etag;

    private Answer(int status, String type, byte[] body, String headerName, String headerValue, String etag) {
        this.status = status;
        this.type = type;
        this.body = body;
        this.headerName = headerName;
        this.headerValue = headerValue;
        this.etag = etag;
    }

    /** What was asked for. */
    static Answer ok(String type, byte[] body) {
        return new Answer(200, type, body, null, null, etagOf(body));
    }

    static Answer ok(JsonWriter json) {
        return ok(JSON, json.toBytes());
    }

    /** What was asked for, under a tag of its own. */
    static Answer stamped(String json, String stamp) {
        return new Answer(200, JSON, json.getBytes(StandardCharsets.UTF_8), null, null, '"' + stamp + '"');
    }

    /** What was asked for is done; the body is no representation of anything. */
    static Answer done(JsonWriter json) {
        return new Answer(200, JSON, json.toBytes(), null, null, null);
    }

    /** Accepted: it goes on behind the client's back. */
    static Answer accepted(JsonWriter json, String location) {
        return new Answer(202, JSON, json.toBytes(), "location", location, null);
    }

    /** A problem as of RFC 9457, of the type {@code about:blank}: the status says it all, and the detail why. */
    static Answer problem(int status, String title, String detail) {
        return problem(status, title, detail, null, null);
    }

    static Answer problem(int status, String title, String detail, String headerName, String headerValue) {
        byte[] body = new JsonWriter().object().field("title", title).field("status", status).field("detail", detail)
            .endObject().toBytes();
        return new Answer(status, PROBLEM, body, headerName, headerValue, null);
    }

    /** A command was refused: why, and the report on it as the member {@code command}. */
    static Answer refusal(int status, String title, String detail, String command) {
        JsonWriter json = new JsonWriter().object().field("title", title).field("status", status)
            .field("detail", detail).name("command").literal(command).endObject();
        return new Answer(status, PROBLEM, json.toBytes(), status == 503 ? "retry-after" : null,
            status == 503 ? "10" : null, null);
    }

    static Answer badRequest(String detail) {
        return problem(400, "Bad Request", detail);
    }

    static Answer notFound(String detail) {
        return problem(404, "Not Found", detail);
    }

    static Answer methodNotAllowed(String allowed) {
        return problem(405, "Method Not Allowed", "allowed: " + allowed, "allow", allowed);
    }

    /** For now; the client may try again in some seconds. */
    static Answer unavailable(String detail, int seconds) {
        return problem(503, "Service Unavailable", detail, "retry-after", String.valueOf(seconds));
    }

    /** Two checksums that the JDK has in native code: no secret hangs on them, and a digest costs an interpreter ms. */
    private static String etagOf(byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body, 0, body.length);
        Adler32 adler = new Adler32();
        adler.update(body, 0, body.length);
        return '"' + Long.toHexString(crc.getValue()) + '-' + Long.toHexString(adler.getValue()) + '-' + body.length
            + '"';
    }

    /** The text, for tests and logs. */
    @Override
    public String toString() {
        return status + " " + new String(body, StandardCharsets.UTF_8);
    }
}
