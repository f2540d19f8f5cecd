package io.slipway.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.config.Config;
import io.slipway.config.ConfigException;
import io.slipway.config.MeshConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A mesh on a TCP link to a port of this machine, and what came out of it. */
final class MeshFixture implements Closeable {
    static final Eui64 NODE = Eui64.parse("0002000200020002");
    static final int PATIENCE_S = 30;

    final Health health = new Health();
    /** {@code NODE SOURCE HEX}, {@code NODE online}, {@code NODE offline}. */
    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    /** What was to be kept, in its order. */
    final List<NodeRecord> saved = Collections.synchronizedList(new ArrayList<>());
    final Mesh mesh;
    private final AtomicInteger uplinks = new AtomicInteger();
    private int told;

    /** @param options lines such as {@code node_limit 2} */
    MeshFixture(int port, String... options) throws ConfigException {
        StringBuilder text = new StringBuilder("config gateway\n\toption id gw-01\nconfig mesh mesh0\n"
            + "\toption link 'tcp://127.0.0.1:" + port + "'\n");
        for (String option : options) {
            text.append("\toption ").append(option).append('\n');
        }
        MeshConfig config = Config.parse("test", text.toString()).meshes.get(0);
        mesh = new Mesh(config, new MeshListener() {
            @Override
            public void uplink(Eui64 node, String source, int contentFormat, byte[] payload) {
                events.add(node + " " + source + " " + HexFormat.of().formatHex(payload));
                uplinks.incrementAndGet();
            }

            @Override
            public void availability(Eui64 node, boolean online) {
                events.add(node + (online ? " online" : " offline"));
            }

            @Override
            public void appeared(Eui64 node) {
            }

            @Override
            public void forgotten(Eui64 node) {
                events.add(node + " forgotten");
            }

            @Override
            public void heard(Eui64 node) {
            }

            @Override
            public void changed(List<NodeRecord> records) {
                saved.addAll(records);
            }
        }, health);
        mesh.start();
    }

    void awaitEvents(int count) {
        Await.until(count + " events", PATIENCE_S, () -> events.size() >= count);
    }

    void awaitState(String state) {
        Await.until("state '" + state + "'", PATIENCE_S, () -> state.equals(health.stateOf("mesh0")));
    }

    void awaitCount(Counter counter, long count) {
        Await.until(count + " " + counter.label(), PATIENCE_S, () -> health.value(counter) >= count);
    }

    /** The mesh has heard mote 2 once its datagram from 8765 to 5678 is out. */
    void introduce(LineEnd line) throws Exception {
        line.sendFrame(Packets.uplink(Packets.mote(2), 8765, 5678, "hi"));
        int count = ++told;
        // Not the counter, which runs ahead of the event.
        Await.until(count + " uplinks", PATIENCE_S, () -> uplinks.get() >= count);
    }

    /** Sends a command and returns what its listener hears. */
    Heard send(Eui64 node, int port, byte[] payload) {
        Heard heard = new Heard();
        heard.known = mesh.send(node, port, payload, heard);
        return heard;
    }

    Heard send(int port, String payload) {
        return send(NODE, port, Packets.ascii(payload));
    }

    /** What became of a command, one entry for each station. */
    static final class Heard implements CommandListener {
        final List<String> states = Collections.synchronizedList(new ArrayList<>());
        boolean known;

        @Override
        public void became(State state, Refusal refusal) {
            states.add(refusal == null ? state.label() : state.label() + ": " + refusal.reason);
        }

        void await(String... expected) {
            List<String> wanted = List.of(expected);
            try {
                Await.until("" + wanted, PATIENCE_S, () -> states.size() >= wanted.size());
            } finally {
                assertEquals(wanted, List.copyOf(states));
            }
        }
    }

    @Override
    public void close() {
        mesh.close();
    }
}
