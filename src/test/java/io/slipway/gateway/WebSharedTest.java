package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.health.Counter;
import io.slipway.testing.Await;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shared values over HTTP, at a gateway that runs. */
class WebSharedTest {
    private static final String ROOT = "/api/v1/shared";
    private static final String[] JSON = {"content-type", "application/json"};

    @TempDir
    Path directory;

    private WebFixture web(String section) throws Exception {
        WebFixture web = new WebFixture(directory, section
            + "config cluster\n\toption name 'farm'\n\toption shared_values '3'\n");
        Await.until("the replica", 60, () -> "open".equals(web.health.stateOf("replication")));
        return web;
    }

    private static HttpResponse<String> send(WebFixture web, String method, String path, String body,
                                             String... headers) throws Exception {
        HttpRequest.Builder request = web.request(ROOT + path).method(method, body == null
            ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return web.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int put(WebFixture web, String path, String value, String... more) throws Exception {
        String[] headers = java.util.stream.Stream.of(JSON, more).flatMap(java.util.Arrays::stream)
            .toArray(String[]::new);
        return send(web, "PUT", path, "{\"value\":\"" + value + "\"}", headers).statusCode();
    }

    /** What no client of the JDK sends. */
    private static String raw(WebFixture web, String path) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", web.gateway.webPort())) {
            socket.getOutputStream().write(("GET " + ROOT + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertDescribed(WebFixture web, String path, JsonNode value) throws Exception {
        JsonNode document = web.json("/api/v1/openapi.json");
        JsonNode schema = document.path("paths").path(path).at("/get/responses/200/content/application~1json/schema");
        assertFalse(schema.isMissingNode(), path);
        assertEquals(List.of(), JsonSchema.faults(document, schema, value), value.toString());
    }

    @Test
    void aValueIsSetReadChangedAndTakenAway() throws Exception {
        try (WebFixture web = web("")) {
            assertEquals("{\"datasets\":[]}", web.get(ROOT).body());
            assertEquals(404, web.get(ROOT + "/site/limit").statusCode());
            assertEquals(200, put(web, "/site/limit", "70"));
            JsonNode found = web.json(ROOT + "/site/limit");
            assertEquals("site/limit 70 gw-01", found.get("key").asText() + " " + found.get("value").asText() + " "
                + found.get("writer").asText());
            assertEquals(200, put(web, "/site/limit", "80"));
            assertEquals(200, send(web, "PUT", "/site/raw", "{\"hex\":\"00ff\"}", JSON).statusCode());
            assertEquals("{\"datasets\":[{\"dataset\":\"site\",\"keys\":[\"limit\",\"raw\"]}]}", web.get(ROOT).body());
            assertEquals("00ff", web.json(ROOT + "/site/raw").get("hex").asText());
            JsonNode history = web.json(ROOT + "/site/limit/history");
            assertEquals("70", history.at("/history/0/value").asText(), history.toString());
            assertDescribed(web, ROOT, web.json(ROOT));
            assertDescribed(web, ROOT + "/{dataset}/{key}", web.json(ROOT + "/site/limit"));
            assertDescribed(web, ROOT + "/{dataset}/{key}/history", history);
            assertEquals(200, send(web, "DELETE", "/site/limit", null).statusCode());
            assertEquals(404, web.get(ROOT + "/site/limit").statusCode());
            assertEquals(200, send(web, "DELETE", "/site/limit", null).statusCode());
            assertEquals("{\"datasets\":[{\"dataset\":\"site\",\"keys\":[\"raw\"]}]}", web.get(ROOT).body());
            assertEquals(4, web.health.value(Counter.SHARED_WRITTEN));
        }
    }

    @Test
    void onlyTheValueThatIsMeantIsChanged() throws Exception {
        try (WebFixture web = web("")) {
            assertEquals(412, put(web, "/a/b", "1", "if-match", "*"));
            assertEquals(200, put(web, "/a/b", "1"));
            HttpResponse<String> first = web.get(ROOT + "/a/b");
            String tag = first.headers().firstValue("etag").orElseThrow();
            assertEquals(tag, '"' + WebFixture.MAPPER.readTree(first.body()).get("stamp").asText() + '"');
            assertEquals(304, web.get(ROOT + "/a/b", "if-none-match", tag).statusCode());
            assertEquals(200, put(web, "/a/b", "2", "if-match", tag));
            HttpResponse<String> second = web.get(ROOT + "/a/b", "if-none-match", tag);
            assertEquals(200, second.statusCode());
            assertNotEquals(tag, second.headers().firstValue("etag").orElseThrow());
            assertEquals(412, put(web, "/a/b", "3", "if-match", tag));
            assertEquals(412, send(web, "DELETE", "/a/b", null, "if-match", tag).statusCode());
            assertEquals("2", web.json(ROOT + "/a/b").get("value").asText());
            String other = second.headers().firstValue("etag").orElseThrow();
            assertEquals(200, send(web, "DELETE", "/a/b", null, "if-match", tag + ", " + other).statusCode());
        }
    }

    @Test
    void namesArePercentEncodedAndWhatIsTooMuchIsRefused() throws Exception {
        try (WebFixture web = web("")) {
            assertEquals(200, put(web, "/desired/gw-01%2Finterval%20%C3%BC", "5"));
            assertEquals("desired/gw-01/interval ü", web.json(ROOT + "/desired/gw-01%2Finterval%20%C3%BC")
                .get("key").asText());
            // A key of that name, and no history.
            assertEquals(200, put(web, "/desired/history", "6"));
            assertEquals("6", web.json(ROOT + "/desired/history").get("value").asText());
            assertEquals(200, put(web, "/a/" + "k".repeat(126), "v"));
            for (String path : List.of("/a/" + "k".repeat(127), "/a/%2B", "/a/%23", "/a/%00", "/%20/", "/a/more")) {
                assertEquals(422, put(web, path, "v"), path);
            }
            assertEquals(6, web.health.value(Counter.SHARED_REFUSED));
            assertEquals(200, put(web, "/desired/history", "v".repeat(4096)));
            assertEquals(422, put(web, "/desired/history", "v".repeat(4097)));
            assertEquals(422, put(web, "/desired/history", ""));
            for (String path : List.of("/a/%ff", "/a/b?x=1")) {
                assertEquals(400, put(web, path, "v"), path);
            }
            for (String path : List.of("/a/%", "/a/%2", "/a/%zz")) {
                assertTrue(raw(web, path).startsWith("HTTP/1.1 400 "), path);
            }
            for (String path : List.of("/", "/a", "/a/b/c", "/a/b/history/d")) {
                assertEquals(404, put(web, path, "v"), path);
            }
            assertEquals(405, put(web, "", "v"));
            assertEquals(405, put(web, "/a/b/history", "v"));
            assertEquals(405, send(web, "POST", "/a/b", "{\"value\":\"1\"}", JSON).statusCode());
            for (String body : List.of("", "x", "[]", "{}", "{\"value\":1}", "{\"valu\":\"1\"}",
                "{\"value\":\"1\",\"hex\":\"31\"}", "{\"hex\":\"3\"}")) {
                assertEquals(400, send(web, "PUT", "/a/b", body, JSON).statusCode(), body);
            }
        }
    }

    @Test
    void nothingIsChangedFromThePageOfAnotherSite() throws Exception {
        try (WebFixture web = web("")) {
            assertEquals(200, put(web, "/a/b", "1"));
            for (String method : List.of("PUT", "DELETE")) {
                assertEquals(403, send(web, method, "/a/b", "{\"value\":\"2\"}", "content-type", "application/json",
                    "origin", "http://evil.example").statusCode());
                assertEquals(403, send(web, method, "/a/b", "{\"value\":\"2\"}", "content-type", "application/json",
                    "sec-fetch-site", "cross-site").statusCode());
            }
            assertEquals(415, send(web, "PUT", "/a/b", "{\"value\":\"2\"}", "content-type", "text/plain")
                .statusCode());
            assertEquals(403, send(web, "OPTIONS", "/a/b", null, "origin", "http://evil.example").statusCode());
            assertEquals("1", web.json(ROOT + "/a/b").get("value").asText());
            assertEquals(200, put(web, "/a/b", "2", "origin", web.root()));
        }
    }

    @Test
    void aUserDoesWhatTheRulesAboutTheTopicsAllow() throws Exception {
        Path acl = Files.writeString(directory.resolve("acl"), "user alice\n"
            + "topic readwrite slipway/gw-01/shared/site/#\ntopic read slipway/gw-01/shared/plan/#\n");
        byte[] salt = "salt-salt-12".getBytes(StandardCharsets.US_ASCII);
        byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
            .generateSecret(new PBEKeySpec("alice-pw".toCharArray(), salt, 101, 512)).getEncoded();
        Path users = Files.writeString(directory.resolve("users"), "alice:$7$101$"
            + Base64.getEncoder().encodeToString(salt) + "$" + Base64.getEncoder().encodeToString(hash) + "\n");
        String[] alice = {"authorization", "Basic "
            + Base64.getEncoder().encodeToString("alice:alice-pw".getBytes(StandardCharsets.UTF_8))};
        try (WebFixture web = web("\toption password_file '" + users + "'\n\toption acl_file '" + acl + "'\n")) {
            assertEquals(401, put(web, "/site/a", "1"));
            assertEquals(401, web.get(ROOT).statusCode());
            assertEquals(200, put(web, "/site/a", "1", alice));
            assertEquals(403, put(web, "/plan/a", "1", alice));
            assertEquals(403, put(web, "/other/a", "1", alice));
            assertEquals(404, web.get(ROOT + "/plan/a", alice).statusCode());
            assertEquals(403, web.get(ROOT + "/other/a", alice).statusCode());
            assertEquals(403, web.get(ROOT + "/other/a/history", alice).statusCode());
            Files.writeString(acl, "user alice\ntopic read slipway/gw-01/shared/plan/#\n");
            web.gateway.reload();
            assertEquals(403, put(web, "/site/a", "2", alice));
            assertTrue(web.get(ROOT, alice).body().contains("\"datasets\":[]"));
        }
    }

    @Test
    void withoutAClusterThereIsNoSuchPage() throws Exception {
        try (WebFixture web = new WebFixture(directory, "")) {
            assertEquals(404, web.get(ROOT).statusCode());
            assertEquals(404, put(web, "/a/b", "1"));
        }
    }
}
