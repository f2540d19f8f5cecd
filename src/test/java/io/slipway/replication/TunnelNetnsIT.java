package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three gateways and a cloud's broker, each in a network namespace. The first one loses its way to the broker and keeps
 * the LAN; then the neighbour that helps is killed; then the way is back. The cloud has every reading in the end, and
 * nothing twice under one identity with two contents.
 */
class TunnelNetnsIT {
    private static final int GATEWAYS = 3;
    private static final int BROKER = 9;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMMAND = "slipway/gw-01/0012740200000001/down/udp/8765";

    @TempDir
    Path directory;
    private final List<SyncGateway> gateways = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private Netns net;
    private int fed;

    @AfterEach
    void end() throws Exception {
        for (SyncGateway gateway : gateways) {
            gateway.close();
        }
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        if (net != null) {
            net.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGatewayThatIsCutOffFromTheCloudGoesThroughItsNeighbours(boolean areFound) throws Exception {
        String obstacle = Netns.obstacle();
        assumeTrue(obstacle == null, obstacle);
        net = new Netns();
        startCloud();
        startGateways(areFound);
        SyncGateway cut = gateways.get(0);
        awaitState(cut, "connected");
        feed(cut, 200);

        net.deafTo(1, BROKER);
        net.deafTo(BROKER, 1);
        feed(cut, 200);
        awaitHelper();
        awaitAll(cut);
        send("on");
        Await.until("the command", 120, () -> cut.figure("upstream_commands") >= 1);

        SyncGateway first = awaitHelper();
        SyncGateway other = gateways.get(first == gateways.get(1) ? 2 : 1);
        feed(cut, 100);
        first.kill();
        feed(cut, 100);
        awaitState(cut, "connected via " + other.id);
        awaitAll(cut);

        net.heal();
        awaitState(cut, "connected");
        feed(cut, 200);
        awaitAll(cut);
    }

    private void startCloud() throws Exception {
        net.add(BROKER);
        Path config = Files.writeString(directory.resolve("mosquitto.conf"),
            "listener 1883 0.0.0.0\nallow_anonymous true\nuser root\n");
        run("broker", "/usr/sbin/mosquitto", "-c", config.toString());
        Await.until("the broker", 60, () -> cloud("mosquitto_pub", "-t", "probe", "-m", "x") == 0);
        run("batches", "mosquitto_sub", "-i", "cloud", "-q", "1", "-t", "slipway/gw-01/batch");
    }

    private void run(String log, String... words) throws IOException {
        processes.add(inCloud(words).redirectErrorStream(true).redirectOutput(directory.resolve(log).toFile()).start());
    }

    private ProcessBuilder inCloud(String... words) {
        List<String> command = new ArrayList<>(net.prefix(BROKER));
        command.addAll(List.of(words));
        return new ProcessBuilder(command);
    }

    private int cloud(String... words) throws Exception {
        return inCloud(words).redirectErrorStream(true).redirectOutput(directory.resolve("other").toFile()).start()
            .waitFor();
    }

    private void send(String payload) throws Exception {
        assertEquals(0, cloud("mosquitto_pub", "-q", "1", "-t", COMMAND, "-m", payload));
    }

    /** @param areFound whether they find each other on the LAN, rather than by their configuration */
    private void startGateways(boolean areFound) throws Exception {
        for (int i = 1; i <= GATEWAYS; i++) {
            net.add(i);
            SyncGateway gateway = new SyncGateway(directory, "gw-0" + i);
            gateway.prefix = net.prefix(i);
            gateway.host = "10.77.0." + i;
            gateway.section("config upstream 'cloud'", "option url 'mqtt://10.77.0." + BROKER + ":1883'",
                "option format 'senml+json'", "option retry_max_ms '3000'", "option keep_alive_s '5'",
                "option connect_timeout_s '5'", "option via_neighbour_after_s '3'", "option direct_retry_s '5'");
            gateways.add(areFound ? gateway.with("option discover '1'") : gateway);
        }
        for (int i = 0; i < GATEWAYS && !areFound; i++) {
            for (int k = 0; k < GATEWAYS; k++) {
                if (i < k) {
                    gateways.get(i).connectsTo(gateways.get(k));
                } else if (i > k) {
                    gateways.get(i).knows(gateways.get(k));
                }
            }
        }
        for (SyncGateway gateway : gateways) {
            gateway.start();
        }
    }

    private static void awaitState(SyncGateway at, String state) {
        Await.until(at.id + " to be " + state, 180,
            () -> at.status().contains("\"upstream cloud\":\"" + state + "\""));
    }

    private void feed(SyncGateway at, int count) throws Exception {
        at.publish(count);
        fed += count;
    }

    /** Whenever it connects anew it goes through nobody for a while. */
    private SyncGateway awaitHelper() {
        AtomicReference<SyncGateway> found = new AtomicReference<>();
        Await.until("help", 120, () -> {
            found.set(helper());
            return found.get() != null;
        });
        return found.get();
    }

    /** Through whom the first one goes; {@code null} for nobody. */
    private SyncGateway helper() throws Exception {
        String status = gateways.get(0).status();
        for (SyncGateway gateway : gateways) {
            if (status.contains("\"upstream cloud\":\"connected via " + gateway.id + "\"")) {
                return gateway;
            }
        }
        return null;
    }

    /** What the gateway was given and has committed is at the cloud, under the same identities. */
    private void awaitAll(SyncGateway of) throws Exception {
        Await.until("all of " + fed + " readings at the cloud", 180, () -> arrived().size() >= fed);
        Pattern identity = Pattern.compile("\"id\":\"([^\"]*)\"");
        TreeSet<String> committed = new TreeSet<>();
        identity.matcher(of.cli(0, "export")).results().forEach(found -> committed.add(found.group(1)));
        assertEquals(fed, committed.size());
        assertEquals(committed, new TreeSet<>(arrived().keySet()));
    }

    private Map<String, String> arrived() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String line : Files.readAllLines(directory.resolve("batches"), StandardCharsets.UTF_8)) {
            if (!line.endsWith("]")) {
                continue;
            }
            JsonNode pack = JSON.readTree(line);
            String epoch = pack.get(0).get("epoch").asText();
            for (JsonNode one : pack) {
                String id = "gw-01/" + epoch + "/" + one.get("seq").asLong();
                String content = one.has("vs") ? one.get("vs").asText() : one.toString();
                String before = found.put(id, content);
                assertEquals(before == null ? content : before, content, id);
            }
        }
        return found;
    }
}
