package io.slipway.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.config.Config;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.Await;
import io.slipway.testing.TalkingMote;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A whole gateway with a web server, nodes behind it, and a client. */
class WebFixture implements AutoCloseable {
    static final ObjectMapper MAPPER = new ObjectMapper();

    final TalkingMote mote = new TalkingMote();
    final Health health = new Health();
    final Gateway gateway;
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int said;

    /** @param web further options of the section, and further sections */
    WebFixture(Path directory, String web) throws Exception {
        Path file = Files.createDirectories(directory).resolve("slipway.conf");
        Files.writeString(file, "config gateway\n\toption id 'gw-01'\n\toption data_dir '"
            + directory.resolve("data") + "'\n" + gateway() + "config mesh 'mesh0'\n\toption link '" + mote.link()
            + "'\nconfig broker\n\toption listen '127.0.0.1:0'\nconfig web\n\toption enabled '1'\n"
            + "\toption listen '127.0.0.1:0'\n" + limits() + web);
        gateway = Gateway.start(Config.load(file), health);
    }

    /** Further options of the gateway's section. */
    String gateway() {
        return "";
    }

    /** Of requests; by default none that a test meets. */
    String limits() {
        return "\toption requests_per_s '10000'\n";
    }

    String root() {
        return "http://127.0.0.1:" + gateway.webPort();
    }

    /** Has a node say something, and waits until it is committed. */
    void say(int node, String payload) {
        mote.say(node, payload);
        said++;
        Await.until("the reading", 60, () -> health.value(Counter.STORE_COMMITTED) >= said);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(root() + path)).timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return MAPPER.readTree(answer.body());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path)
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        request.headers(headers.length > 0 ? headers : new String[] {"content-type", "application/json"});
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        mote.close();
    }
}
