package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.testing.Await;
import io.slipway.testing.Mosquitto;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a password for everything, whose log says all that it can: none of them is in what anybody reads. */
class SecretsIT {
    private static final String USER = "user-secret-of-alice";
    private static final String GUESS = "guess-of-a-stranger";
    private static final String CLOUD = "cloud-secret-of-gw01";
    private static final String CLUSTER = "cluster-secret-of-sixteen";

    @TempDir
    private Path directory;

    @Test
    void noPasswordIsInTheLogOrInWhatIsAnswered() throws Exception {
        Path users = directory.resolve("users");
        assertEquals(0, new ProcessBuilder("mosquitto_passwd", "-b", "-c", users.toString(), "alice", USER).inheritIO()
            .start().waitFor());
        String hash = Files.readAllLines(users).get(0).split("\\$")[4];
        secret("cloud", CLOUD);
        secret("cluster", CLUSTER);
        int web = Mosquitto.freePort();
        try (ServerSocket mote = new ServerSocket(0);
             Mosquitto cloud = new Mosquitto(directory, "allow_anonymous true").start();
             GatewayProcess gateway = new GatewayProcess(directory, "tcp://127.0.0.1:" + mote.getLocalPort(),
                 "\toption password_file '" + users + "'\n"
                 + "config web\n\toption enabled '1'\n\toption listen '127.0.0.1:" + web
                 + "'\n\toption password_file '" + users + "'\n"
                 + "config upstream 'cloud'\n\toption url 'mqtt://127.0.0.1:" + cloud.port()
                 + "'\n\toption username 'gw-01'\n\toption password_file '" + directory.resolve("cloud") + "'\n"
                 + "config cluster\n\toption name 'test'\n\toption listen '127.0.0.1:" + Mosquitto.freePort()
                 + "'\n\toption password_file '" + directory.resolve("cluster") + "'\n"
                 + "config peer\n\toption id 'gw-02'\n\toption url 'tcp://127.0.0.1:" + Mosquitto.freePort() + "'\n"
                 + "config log\n\toption level 'trace'\n")) {
            gateway.hearingHangUps().start();
            assertEquals(0, publish(gateway.lanPort, USER));
            assertTrue(publish(gateway.lanPort, GUESS) != 0);
            assertEquals(200, get(web, USER));
            assertEquals(401, get(web, GUESS));
            Await.until("the cloud", 60, () -> run("status", "--config", gateway.config().toString())
                .contains("connected"));
            gateway.hangUp();
            Await.until("the reload", 60, () -> gateway.log().contains("Reloaded."));
            Map<String, String> said = new LinkedHashMap<>();
            for (String question : new String[] {"status --json", "status", "reload", "doctor --seconds 1"}) {
                said.put(question, run((question + " --config " + gateway.config()).split(" ")));
            }
            said.put("check", run("check", gateway.config().toString()));
            said.put("log", gateway.log());
            for (Map.Entry<String, String> one : said.entrySet()) {
                assertTrue(one.getValue().length() > 1, one.getKey() + " says nothing");
                for (String secret : new String[] {USER, GUESS, CLOUD, CLUSTER, hash}) {
                    assertFalse(one.getValue().contains(secret), one.getKey() + " tells " + secret);
                    assertFalse(one.getValue().contains(basic(secret)), one.getKey() + " tells its base 64");
                }
            }
        }
    }

    private void secret(String name, String password) throws Exception {
        Path file = Files.writeString(directory.resolve(name), password + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static int publish(int port, String password) throws Exception {
        return new ProcessBuilder("mosquitto_pub", "-h", "127.0.0.1", "-p", "" + port, "-u", "alice", "-P", password,
            "-t", "a", "-m", "b", "-q", "1").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start().waitFor();
    }

    private static String basic(String password) {
        return Base64.getEncoder().encodeToString(("alice:" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static int get(int port, String password) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
            + "/api/v1/status")).header("authorization", "Basic " + basic(password)).build(),
            HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private static String run(String... command) throws Exception {
        Process process = GatewayProcess.command(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
