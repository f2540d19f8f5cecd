package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.OpenSsl;
import io.slipway.testing.TalkingMote;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in over HTTP, and who may send what. */
class WebAccessTest {
    @TempDir
    Path directory;

    private String users() throws Exception {
        StringBuilder file = new StringBuilder();
        byte[] salt = "salt-salt-12".getBytes(StandardCharsets.US_ASCII);
        for (String user : List.of("alice", "bob")) {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(new PBEKeySpec((user + "-pw").toCharArray(), salt, 101, 512)).getEncoded();
            file.append(user).append(":$7$101$").append(Base64.getEncoder().encodeToString(salt)).append('$')
                .append(Base64.getEncoder().encodeToString(hash)).append('\n');
        }
        return Files.writeString(directory.resolve("users"), file).toString();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void onlyUsersGetInAndOnlyWhoMaySendsCommands() throws Exception {
        Path acl = Files.writeString(directory.resolve("acl"),
            "user alice\ntopic write slipway/gw-01/+/down/#\ntopic deny slipway/gw-01/+/down/udp/9\n"
                + "user bob\ntopic read #\n");
        try (WebFixture web = new WebFixture(directory, "\toption password_file '" + users()
                + "'\n\toption acl_file '" + acl + "'\n")) {
            for (String path : List.of("/", "/metrics", "/api/v1/status", "/api/v1/live", "/none")) {
                HttpResponse<String> answer = web.get(path);
                assertEquals(401, answer.statusCode(), path);
                assertEquals("Basic realm=\"gw-01\", charset=\"UTF-8\"",
                    answer.headers().firstValue("www-authenticate").orElseThrow());
            }
            for (String wrong : List.of("Basic", "Basic !!!", "Bearer x", basic("alice"), basic("alice:"),
                basic("alice:bob-pw"), basic(":"), basic("carol:carol-pw"))) {
                assertEquals(401, web.get("/", "authorization", wrong).statusCode(), wrong);
            }
            assertEquals(13, web.health.value(Counter.WEB_LOGIN_REFUSED));
            assertEquals(200, web.get("/", "authorization", basic("alice:alice-pw")).statusCode());
            web.say(1, "1");
            String command = "{\"node\":\"" + TalkingMote.node(1) + "\",\"to\":\"udp/8765\",\"value\":\"x\"}";
            assertEquals(403, web.post("/api/v1/commands", command, "content-type", "application/json",
                "authorization", basic("bob:bob-pw")).statusCode());
            assertEquals(202, web.post("/api/v1/commands", command, "content-type", "application/json",
                "authorization", basic("alice:alice-pw")).statusCode());
            // The id that the server gives a command is no way around a rule.
            assertEquals(403, web.post("/api/v1/commands", command.replace("8765", "9"), "content-type",
                "application/json", "authorization", basic("alice:alice-pw")).statusCode());
        }
    }

    @Test
    void aReloadTakesInUsersAndRules() throws Exception {
        Path acl = Files.writeString(directory.resolve("acl"), "user alice\ntopic write slipway/gw-01/+/down/#\n");
        Path users = Path.of(users());
        try (WebFixture web = new WebFixture(directory, "\toption password_file '" + users
                + "'\n\toption acl_file '" + acl + "'\n")) {
            web.say(1, "1");
            String[] alice = {"content-type", "application/json", "authorization", basic("alice:alice-pw")};
            String command = "{\"node\":\"" + TalkingMote.node(1) + "\",\"to\":\"udp/8765\",\"value\":\"x\"}";
            assertEquals(202, web.post("/api/v1/commands", command, alice).statusCode());
            Files.writeString(acl, "user alice\ntopic read #\n");
            web.gateway.reload();
            assertEquals(403, web.post("/api/v1/commands", command, alice).statusCode());
            List<String> lines = Files.readAllLines(users);
            Files.writeString(users, "nonsense\n");
            web.gateway.reload();
            assertEquals(200, web.get("/", "authorization", basic("alice:alice-pw")).statusCode());
            lines.removeIf(line -> line.startsWith("alice:"));
            Files.write(users, lines);
            web.gateway.reload();
            assertEquals(401, web.get("/", "authorization", basic("alice:alice-pw")).statusCode());
            assertEquals(200, web.get("/", "authorization", basic("bob:bob-pw")).statusCode());
        }
    }

    @Test
    void withACertificateItIsHttps() throws Exception {
        OpenSsl files = new OpenSsl(directory).authority("authority");
        files.certified("localhost", "EC", "authority", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        try (WebFixture web = new WebFixture(directory, "\toption certificate '" + files.file("localhost.pem")
                + "'\n\toption key_file '" + files.file("localhost.key") + "'\n")) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            try (var in = Files.newInputStream(Path.of(files.file("authority.pem")))) {
                trusted.setCertificateEntry("a", CertificateFactory.getInstance("X.509").generateCertificate(in));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            HttpClient client = HttpClient.newBuilder().sslContext(tls).build();
            String root = web.root().replace("http:", "https:");
            HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(root + "/")).build(),
                HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("<main>"));
            assertThrows(IOException.class, () -> web.get("/"));
        }
    }

    @Test
    void beyondLoopbackThereMustBeUsers() {
        ConfigException refused = assertThrows(ConfigException.class, () -> Config.parse("f",
            "config gateway\noption id g\nconfig mesh\noption link tcp://h:1\nconfig web\n"
                + "option listen 0.0.0.0:8080\n"));
        assertEquals("f:6: option 'listen' of config web is '0.0.0.0:8080'; expected a loopback address; to serve a"
            + " network set password_file too", refused.getMessage());
    }

    @Test
    void aPortThatIsTakenIsSaidAtTheStart() throws Exception {
        try (WebFixture web = new WebFixture(directory, "")) {
            StartException refused = assertThrows(StartException.class, () -> Gateway.start(Config.parse("f",
                "config gateway\noption id g\noption data_dir '" + directory.resolve("other") + "'\nconfig mesh\n"
                + "option link tcp://127.0.0.1:1\nconfig broker\noption listen 127.0.0.1:0\nconfig web\n"
                + "option enabled 1\noption listen 127.0.0.1:" + web.gateway.webPort() + "\n"),
                new Health()));
            assertTrue(refused.getMessage().startsWith("The web server cannot listen on 127.0.0.1:"),
                refused.getMessage());
        }
    }
}
