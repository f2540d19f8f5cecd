package io.slipway.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.testing.Mosquitto;
import io.slipway.testing.OpenSsl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT.js, the client of web pages and Node.js programs, on every kind of listener. */
class MqttJsTest {
    /** Sends one message of each QoS to itself; says each as it comes back, or why it was turned away. */
    private static final String SCRIPT = String.join("\n",
        "const [url, ca, password] = process.argv.slice(1);",
        "const client = require('mqtt').connect(url, {ca: [require('fs').readFileSync(ca)], username: 'alice',",
        "    password, protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 30000});",
        "let count = 0;",
        "client.on('error', error => { console.log(error.message); client.end(true); });",
        "client.on('connect', () => client.subscribe('js/#', {qos: 2}, () => {",
        "    for (const qos of [0, 1, 2]) client.publish('js/' + qos, 'value ' + qos, {qos});",
        "}));",
        "client.on('message', (topic, payload, packet) => {",
        "    console.log(topic, payload.toString(), packet.qos);",
        "    if (++count === 3) client.end();",
        "});");

    @TempDir
    private Path dir;
    private RunningBroker running;
    private int[] ports;

    @BeforeEach
    void listen() throws Exception {
        OpenSsl pki = new OpenSsl(dir).authority("ca");
        pki.certified("server", "EC", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        assertEquals(0, new ProcessBuilder("mosquitto_passwd", "-b", "-c", dir.resolve("users").toString(), "alice",
            "secret").inheritIO().start().waitFor());
        ports = new int[] {Mosquitto.freePort(), Mosquitto.freePort(), Mosquitto.freePort(), Mosquitto.freePort()};
        running = new RunningBroker("data_dir " + dir, "listen '127.0.0.1:" + ports[0] + "'",
            "listen_tls '127.0.0.1:" + ports[1] + "'", "listen_ws '127.0.0.1:" + ports[2] + "'",
            "listen_wss '127.0.0.1:" + ports[3] + "'", "certificate '" + dir.resolve("server.pem") + "'",
            "key_file '" + dir.resolve("server.key") + "'", "password_file '" + dir.resolve("users") + "'");
    }

    @AfterEach
    void close() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "mqtts", "ws", "wss"})
    void publishesAndGetsItBackAndIsTurnedAwayWithAWrongPassword(String scheme) throws Exception {
        int port = ports[List.of("mqtt", "mqtts", "ws", "wss").indexOf(scheme)];
        String url = scheme + "://localhost:" + port;
        assertEquals("js/0 value 0 0\njs/1 value 1 1\njs/2 value 2 2\n", run(url, "secret"));
        assertEquals("Connection refused: Bad username or password\n", run(url, "guessed"));
    }

    private String run(String url, String password) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("node", "-e", SCRIPT, url, dir.resolve("ca.pem").toString(),
            password).redirectErrorStream(true);
        // Where Debian keeps it; a Node.js of another origin does not look there by itself.
        builder.environment().put("NODE_PATH", "/usr/share/nodejs");
        Process process = builder.start();
        byte[] said = process.getInputStream().readAllBytes();
        process.waitFor(60, TimeUnit.SECONDS);
        return new String(said, StandardCharsets.UTF_8);
    }
}
