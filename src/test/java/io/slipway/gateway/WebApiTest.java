package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.testing.Await;
import io.slipway.testing.TalkingMote;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JSON API of a gateway that runs, held against its own description. */
class WebApiTest {
    private static final String NODE = TalkingMote.node(1).toString();

    @TempDir
    Path directory;
    private WebFixture web;

    @BeforeEach
    void start() throws Exception {
        web = new WebFixture(directory, "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:1'\n");
    }

    @AfterEach
    void stop() throws Exception {
        web.close();
    }

    private static void assertDescribed(JsonNode document, String path, JsonNode value) {
        JsonNode schema = document.path("paths").path(path).at("/get/responses/200/content/application~1json/schema");
        assertFalse(schema.isMissingNode(), path);
        assertEquals(List.of(), JsonSchema.faults(document, schema, value), value.toString());
    }

    private String sendCommand(String value) throws Exception {
        HttpResponse<String> answer = web.post("/api/v1/commands", "{\"node\":\"" + NODE
            + "\",\"to\":\"udp/8765\",\"value\":\"" + value + "\"}");
        assertEquals(202, answer.statusCode(), answer.body());
        JsonNode accepted = WebFixture.MAPPER.readTree(answer.body());
        JsonNode document = web.json("/api/v1/openapi.json");
        assertEquals(List.of(), JsonSchema.faults(document, document.at("/components/schemas/Accepted"), accepted));
        assertEquals(accepted.get("href").asText(), answer.headers().firstValue("location").orElseThrow());
        return accepted.get("href").asText();
    }

    @Test
    void everyAnswerIsAsTheDescriptionSays() throws Exception {
        web.say(1, "21.5");
        web.say(2, "hello");
        String command = sendCommand("led on");
        Await.until("the datagram", 60, () -> web.mote.received.contains(NODE + " 8765 led on"));
        Await.until("its state", 60, () -> web.json(command).at("/report/state").asText().equals("sent"));
        JsonNode document = web.json("/api/v1/openapi.json");
        for (String path : List.of("status", "counters", "nodes", "readings", "commands")) {
            assertDescribed(document, "/api/v1/" + path, web.json("/api/v1/" + path));
        }
        assertDescribed(document, "/api/v1/nodes/{node}", web.json("/api/v1/nodes/" + NODE));
        assertDescribed(document, "/api/v1/commands/{node}/{id}", web.json(command));
        JsonNode problem = document.at("/components/schemas/Problem");
        for (String path : List.of("/api/v1/none", "/api/v1/nodes/0000", "/api/v1/readings?from=now",
            "/api/v1/readings?limit=0", "/api/v1/readings?cursor=x", "/api/v1/nodes?cursor=x", "/api/v1/status?x=1",
            "/api/v1/live?node=1", "/api/v1/live?source=a%23", "/api/v1/readings?limit=1&limit=2",
            "/api/v1/nodes/x/y")) {
            HttpResponse<String> answer = web.get(path);
            assertTrue(answer.statusCode() >= 400 && answer.statusCode() < 500, path + " " + answer.statusCode());
            assertEquals("application/problem+json", answer.headers().firstValue("content-type").orElseThrow());
            JsonNode said = WebFixture.MAPPER.readTree(answer.body());
            assertEquals(List.of(), JsonSchema.faults(document, problem, said), path);
            assertEquals(answer.statusCode(), said.get("status").asInt());
        }
    }

    @Test
    void aDescriptionThatIsNotTrueWouldBeSeen() throws Exception {
        JsonNode document = web.json("/api/v1/openapi.json");
        JsonNode status = web.json("/api/v1/status");
        JsonNode counters = document.at("/components/schemas/Counters");
        assertFalse(JsonSchema.faults(document, counters, status).isEmpty());
        assertFalse(JsonSchema.faults(document, counters, WebFixture.MAPPER.readTree("{}")).isEmpty());
    }

    @Test
    void readingsComeInPagesWithoutAHoleOrARepetition() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            web.say(1 + i % 2, String.valueOf(i));
            expected.add(String.valueOf(i));
        }
        for (int limit : new int[] {1, 5, 23, 1000}) {
            List<String> found = new ArrayList<>();
            String next = "";
            while (next != null) {
                JsonNode page = web.json("/api/v1/readings?limit=" + limit + next);
                page.get("readings").forEach(r -> found.add(r.get("value").asText()));
                assertTrue(page.get("readings").size() <= limit);
                assertTrue(found.size() <= expected.size(), "readings come again: " + found);
                next = page.has("next") ? "&cursor=" + page.get("next").asText() : null;
            }
            assertEquals(expected, found, "limit " + limit);
        }
        JsonNode ofNode = web.json("/api/v1/readings?node=" + NODE + "&source=udp/%2B&from=2020-01-01T00:00:00Z");
        assertEquals(12, ofNode.get("readings").size());
        assertEquals(0, web.json("/api/v1/readings?to=2020-01-01T00:00:00Z").get("readings").size());
        assertEquals(0, web.json("/api/v1/readings?source=coap/%23").get("readings").size());
    }

    @Test
    void nodesComeInPages() throws Exception {
        for (int i = 1; i <= 5; i++) {
            web.say(i, "1");
        }
        List<String> found = new ArrayList<>();
        String next = "";
        while (next != null) {
            JsonNode page = web.json("/api/v1/nodes?limit=2" + next);
            assertEquals(5, page.get("count").asInt());
            page.get("nodes").forEach(n -> found.add(n.get("node").asText()));
            next = page.has("next") ? "&cursor=" + page.get("next").asText() : null;
        }
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            expected.add(TalkingMote.node(i).toString());
        }
        assertEquals(expected, found);
    }

    @Test
    void theTrendOfANodeIsItsLastNumbers() throws Exception {
        web.say(1, "a text that says \\\"value\\\":7");
        assertFalse(web.json("/api/v1/nodes/" + NODE).has("trend"));
        for (int i = 0; i < 30; i++) {
            web.say(1, i + ".5");
        }
        JsonNode node = web.json("/api/v1/nodes/" + NODE);
        assertEquals(24, node.get("trend").size());
        assertEquals(6.5, node.at("/trend/0").asDouble());
        assertEquals(29.5, node.at("/last/value").asDouble());
    }

    @Test
    void whatHasNotChangedIsNotSentAgain() throws Exception {
        HttpResponse<String> first = web.get("/api/v1/openapi.json");
        String etag = first.headers().firstValue("etag").orElseThrow();
        HttpResponse<String> second = web.get("/api/v1/openapi.json", "if-none-match", etag);
        assertEquals(304, second.statusCode());
        assertEquals("", second.body());
        assertEquals(etag, second.headers().firstValue("etag").orElseThrow());
        assertEquals(200, web.get("/api/v1/openapi.json", "if-none-match", "\"other\"").statusCode());
    }

    @Test
    void headIsGetWithoutABody() throws Exception {
        for (String path : List.of("/", "/api/v1/openapi.json", "/api/v1/none")) {
            HttpResponse<String> get = web.get(path);
            HttpResponse<String> head = web.client.send(web.request(path)
                .method("HEAD", HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(get.statusCode(), head.statusCode());
            assertEquals("", head.body());
            assertEquals(get.headers().firstValue("content-length"), head.headers().firstValue("content-length"));
        }
    }

    @Test
    void aCommandThatIsNoneIsRefusedWithTheReason() throws Exception {
        web.say(1, "1");
        String head = "{\"node\":\"" + NODE + "\",\"to\":\"udp/1\"";
        for (String body : List.of("", "x", "[]", "null", "{}", "{\"node\":\"1\",\"to\":\"udp/1\"}",
            head + ",\"hex\":\"0\"}", head + ",\"hex\":\"zz\"}", head + ",\"hex\":\"00\",\"value\":\"\"}",
            head + ",\"ttl_s\":0}", head + ",\"ttl_s\":\"1\"}", head + ",\"other\":1}", head + ",\"id\":\"\"}",
            "{\"node\":\"" + NODE + "\",\"to\":\"forget\"}", "{\"node\":\"" + NODE + "\",\"to\":\"udp/#\"}",
            "{\"node\":\"" + NODE + "\",\"to\":\"udp/1/state\"}")) {
            assertEquals(400, web.post("/api/v1/commands", body).statusCode(), body);
        }
        for (String to : List.of("udp/0", "udp/65536", "tcp/1", "coap/fetch/x")) {
            HttpResponse<String> answer = web.post("/api/v1/commands",
                "{\"node\":\"" + NODE + "\",\"to\":\"" + to + "\"}");
            assertEquals(422, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("\"state\":\"refused\""), answer.body());
        }
        HttpResponse<String> stranger = web.post("/api/v1/commands",
            "{\"node\":\"00000000000000ff\",\"to\":\"udp/1\"}");
        assertEquals(422, stranger.statusCode());
        assertTrue(stranger.body().contains("unknown_node"), stranger.body());
        assertEquals(List.of(), web.mote.received);
    }

    @Test
    void theSameCommandTwiceIsDoneOnce() throws Exception {
        web.say(1, "1");
        String body = "{\"node\":\"" + NODE + "\",\"to\":\"udp/8765\",\"hex\":\"6c6564\",\"id\":\"once\",\"ttl_s\":60}";
        assertEquals(202, web.post("/api/v1/commands", body).statusCode());
        Await.until("the datagram", 60, () -> web.mote.received.size() == 1);
        assertEquals(202, web.post("/api/v1/commands", body).statusCode());
        sendCommand("last");
        Await.until("the next", 60, () -> web.mote.received.contains(NODE + " 8765 last"));
        assertEquals(List.of(NODE + " 8765 led", NODE + " 8765 last"), web.mote.received);
    }

    @Test
    void whatAnotherSitesPageSendsIsRefused() throws Exception {
        web.say(1, "1");
        String body = "{\"node\":\"" + NODE + "\",\"to\":\"udp/8765\",\"value\":\"x\"}";
        String json = "application/json";
        assertEquals(415, web.post("/api/v1/commands", body, "content-type", "text/plain").statusCode());
        assertEquals(415, web.post("/api/v1/commands", body, "content-type",
            "application/x-www-form-urlencoded").statusCode());
        assertEquals(403, web.post("/api/v1/commands", body, "content-type", json, "origin",
            "http://evil.example").statusCode());
        assertEquals(403, web.post("/api/v1/commands", body, "content-type", json, "origin", "null").statusCode());
        assertEquals(403, web.post("/api/v1/commands", body, "content-type", json, "sec-fetch-site",
            "cross-site").statusCode());
        assertEquals(List.of(), web.mote.received);
        assertEquals(202, web.post("/api/v1/commands", body, "content-type", json + "; charset=utf-8", "origin",
            web.root()).statusCode());
        assertTrue(web.get("/api/v1/status", "origin", "http://evil.example").headers()
            .firstValue("access-control-allow-origin").isEmpty());
    }

    @Test
    void methodsThatAreNotThereAreSaidToBeNotAllowed() throws Exception {
        HttpResponse<String> answer = web.post("/api/v1/status", "{}");
        assertEquals(405, answer.statusCode());
        assertEquals("GET, HEAD", answer.headers().firstValue("allow").orElseThrow());
        assertEquals(405, web.client.send(web.request("/api/v1/nodes").header("content-type", "application/json")
            .DELETE().build(), HttpResponse.BodyHandlers.ofString()).statusCode());
    }
}
