package io.slipway.gateway;

import io.slipway.command.Commands;
import io.slipway.config.Config;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Mesh;
import io.slipway.reading.Eui64;
import io.slipway.reading.PayloadForm;
import io.slipway.reading.Topics;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/** A mesh with CoAP and the commands to it, on a TCP link to an emulated mote. */
final class CoapFixture implements AutoCloseable {
    static final int PATIENCE_S = 60;
    private static final String ROOT = "slipway/gw-01/";

    final Health health = new Health();
    /** {@code NODE SOURCE PAYLOAD}. */
    final List<String> readings = Collections.synchronizedList(new ArrayList<>());
    /** {@code TOPIC JSON}. */
    final List<String> reports = Collections.synchronizedList(new ArrayList<>());
    final Mesh mesh;
    private final CoapService service;
    final MemoryLedger ledger;
    private final Commands commands;

    /** @param sections of the configuration, further options of the mesh first */
    CoapFixture(int port, String sections) throws Exception {
        this("tcp://127.0.0.1:" + port, sections, new MemoryLedger());
    }

    CoapFixture(String link, String sections, MemoryLedger ledger) throws Exception {
        this.ledger = ledger;
        Config config = Config.parse("test", "config gateway\n\toption id gw-01\nconfig mesh mesh0\n"
            + "\toption link '" + link + "'\n\toption frame_gap_ms 10\n" + sections);
        Uplinks listener = new Uplinks() {
            @Override
            public void uplink(Eui64 node, String source, int contentFormat, byte[] payload) {
                readings.add(node + " " + source + " " + (PayloadForm.of(payload) == PayloadForm.BYTES
                    ? HexFormat.of().formatHex(payload) : new String(payload, StandardCharsets.UTF_8)));
            }

            @Override
            public void heard(Eui64 node) {
                commands.heard(node);
            }
        };
        mesh = new Mesh(config.meshes.get(0), listener, health);
        service = new CoapService(config.meshes.get(0), config.coap, config.lwm2m, mesh, listener,
            health);
        mesh.add(service);
        commands = new Commands(new Topics("gw-01"), config.commands, config.nodes,
            List.of(new MeshRadio(config.meshes.get(0), mesh, service)), ledger, ledger,
            (topic, payload) -> reports.add(topic + " " + new String(payload, StandardCharsets.UTF_8)), health);
        mesh.start();
        service.start();
    }

    void command(Eui64 node, String request, String payload) {
        commands.command(ROOT + node + "/down/coap/" + request, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** A command to the node on {@code down/…}. */
    void publish(Eui64 node, String down, String payload) {
        commands.command(ROOT + node + "/down/" + down, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** The states that were reported on {@code down/…}, in their order. */
    List<String> states(Eui64 node, String down) {
        List<String> states = new ArrayList<>();
        String topic = ROOT + node + "/down/" + down + "/state {\"state\":\"";
        for (String report : List.copyOf(reports)) {
            if (report.startsWith(topic)) {
                states.add(report.substring(topic.length(), report.indexOf('"', topic.length())));
            }
        }
        return states;
    }

    /** Waits until these are the states that were reported on {@code down/…}. */
    void awaitStates(Eui64 node, String down, String... expected) {
        Await.until(down + " to be " + List.of(expected) + ", not " + states(node, down), PATIENCE_S,
            () -> states(node, down).equals(List.of(expected)));
    }

    /** Gives the commands what an earlier life left in the ledger. */
    void restore() {
        commands.found(ledger.records);
    }

    /** Sends a command and waits for the last report on it. */
    String ask(Eui64 node, String request, String payload) {
        int before = reports.size();
        command(node, request, payload);
        Await.until("the answer to " + request, PATIENCE_S, () -> reports.size() > before
            && !last().contains("\"queued\"") && !last().contains("\"sent\""));
        return last().substring((ROOT + node + "/down/coap/" + request + "/state ").length());
    }

    private String last() {
        return reports.get(reports.size() - 1);
    }

    void awaitCount(Counter counter, long count) {
        Await.until(count + " " + counter.label(), PATIENCE_S, () -> health.value(counter) >= count);
    }

    void awaitReading(String reading) {
        Await.until("the reading " + reading, PATIENCE_S, () -> readings.contains(reading));
    }

    @Override
    public void close() {
        commands.hold();
        mesh.close();
        commands.close();
    }
}
