package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.cli.EmulatedMote;
import io.slipway.command.Commands;
import io.slipway.config.Config;
import io.slipway.config.MeshConfig;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.UdpPacket;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.mesh.Mesh;
import io.slipway.mesh.MeshListener;
import io.slipway.mesh.NodeRecord;
import io.slipway.reading.Eui64;
import io.slipway.reading.Topics;
import io.slipway.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command finds the mesh of its node, and its state topic says what became of it. */
class CommandsTest {
    private static final String ROOT = "slipway/gw-01/";

    private final Health health = new Health();
    private final List<String> reports = Collections.synchronizedList(new ArrayList<>());
    private final List<Ipv6Packet> first = Collections.synchronizedList(new ArrayList<>());
    private final List<Ipv6Packet> second = Collections.synchronizedList(new ArrayList<>());
    private final List<EmulatedMote> motes = new ArrayList<>();
    private final List<Mesh> meshes = new ArrayList<>();
    private final MemoryLedger ledger = new MemoryLedger();
    private Commands commands;

    @BeforeEach
    void start() throws Exception {
        motes.add(new EmulatedMote(0, first::add));
        motes.add(new EmulatedMote(0, second::add));
        Config config = Config.parse("test", "config gateway\n\toption id gw-01\n"
            + "config mesh mesh0\n\toption link tcp://127.0.0.1:" + motes.get(0).port() + "\n"
            + "config mesh mesh1\n\toption link tcp://127.0.0.1:" + motes.get(1).port() + "\n"
            + "\toption prefix 'fd01::/64'\n");
        for (MeshConfig mesh : config.meshes) {
            meshes.add(new Mesh(mesh, new MeshListener() {
                @Override
                public void uplink(Eui64 node, String source, int contentFormat, byte[] payload) {
                }

                @Override
                public void availability(Eui64 node, boolean online) {
                }

                @Override
                public void appeared(Eui64 node) {
                }

                @Override
                public void forgotten(Eui64 node) {
                }

                @Override
                public void heard(Eui64 node) {
                    commands.heard(node);
                }

                @Override
                public void changed(List<NodeRecord> records) {
                }
            }, health));
        }
        List<MeshRadio> radios = new ArrayList<>();
        for (int i = 0; i < meshes.size(); i++) {
            radios.add(new MeshRadio(config.meshes.get(i), meshes.get(i),
                new CoapService(config.meshes.get(i), config.coap, config.lwm2m, meshes.get(i), null, health)));
        }
        commands = new Commands(new Topics("gw-01"), config.commands, config.nodes, radios, ledger, ledger,
            (topic, payload) -> reports.add(topic + " " + new String(payload, StandardCharsets.UTF_8)), health);
        for (Mesh mesh : meshes) {
            mesh.start();
        }
        for (int i = 0; i < 2; i++) {
            EmulatedMote mote = motes.get(i);
            Await.until("the prefix", 30, mote::isConfigured);
            long prefix = 0xfd00_0000_0000_0000L + ((long) i << 48);
            mote.send(UdpPacket.encode(Ipv6Address.of(prefix, 0x0202_0002_0002_0002L + i), 8765,
                Ipv6Address.of(prefix, 1), 5678, new byte[1]));
        }
        Await.until("both nodes", 30, () -> health.value(Counter.MESH_UPLINKS) == 2);
    }

    @AfterEach
    void stop() throws Exception {
        commands.close();
        for (Mesh mesh : meshes) {
            mesh.close();
        }
        for (EmulatedMote mote : motes) {
            mote.close();
        }
    }

    @Test
    void goesToTheMeshThatKnowsTheNode() {
        commands.command(ROOT + "0002000200020003/down/udp/8765", new byte[] {1, 2});
        Await.until("the packet", 30, () -> second.size() == 1);
        assertEquals("fd01::202:2:2:3", second.get(0).dst().toString());
        assertEquals(8765, second.get(0).udp().dstPort());
        Await.until("the reports", 30, () -> reports.size() == 2);
        String topic = ROOT + "0002000200020003/down/udp/8765/state ";
        assertEquals(List.of(topic + "{\"state\":\"queued\",\"id\":\"1-00000001-1\"}",
            topic + "{\"state\":\"sent\",\"id\":\"1-00000001-1\"}"), reports);
        assertEquals(0, first.size());
        assertEquals(0, health.value(Counter.DOWNLINK_REFUSED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0002000200020002/down/udp/0", "0002000200020002/down/udp/65536",
        "0002000200020002/down/udp/-1", "0002000200020002/down/udp/", "0002000200020002/down/udp/8765/x",
        "0002000200020002/down/udp/99999999999", "0002000200020002/down/tcp/8765", "0002000200020002/down/udp",
        "000200020002000/down/udp/8765", "00020002000200020/down/udp/8765", "000200020002000g/down/udp/8765",
        "x/down/udp/8765", "/down/udp/8765", "0002000200020002/down/"})
    void aTopicThatIsNotACommandsIsRefusedInWords(String topic) {
        commands.command(ROOT + topic, new byte[1]);
        assertEquals(List.of(ROOT + topic + "/state {\"state\":\"refused\",\"kind\":\"invalid\","
            + "\"reason\":\"the topic is not slipway/<gateway>/<16 hex digits>/down/udp/<port>, "
            + "…/down/coap/<method>/<path> or …/down/forget\"}"), reports);
        assertEquals(1, health.value(Counter.DOWNLINK_REFUSED));
    }

    @Test
    void anUnknownNodeIsRefusedInWords() {
        commands.command(ROOT + "00000000000000ff/down/udp/8765", new byte[1]);
        Await.until("the report", 30, () -> !reports.isEmpty());
        assertEquals(List.of(ROOT + "00000000000000ff/down/udp/8765/state {\"state\":\"refused\","
            + "\"kind\":\"unknown_node\",\"reason\":\"the node was never heard of\"}"), reports);
        assertEquals(1, health.value(Counter.DOWNLINK_REFUSED));
    }

    @Test
    void aTooLongPayloadIsRefusedOnce() {
        commands.command(ROOT + "0002000200020002/down/udp/8765", new byte[1001]);
        Await.until("the report", 30, () -> !reports.isEmpty());
        assertEquals(List.of(ROOT + "0002000200020002/down/udp/8765/state {\"state\":\"refused\","
            + "\"kind\":\"invalid\",\"reason\":\"longer than 1000 bytes\"}"), reports);
        assertEquals(1, health.value(Counter.DOWNLINK_REFUSED));
    }

    @Test
    void theDigitsMayBeOfEitherCase() {
        commands.command(ROOT + "0002000200020002/down/udp/08765", new byte[] {7});
        Await.until("the packet", 30, () -> first.size() == 1);
        commands.command(ROOT + "000200020002000A/down/udp/8765", new byte[] {7});
        Await.until("a refusal", 30, () -> reports.toString().contains("never heard of"));
    }
}
