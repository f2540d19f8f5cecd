package io.slipway.mesh;

import static io.slipway.mesh.Packets.HOST;
import static io.slipway.mesh.Packets.ascii;
import static io.slipway.mesh.Packets.mote;
import static io.slipway.mesh.Packets.uplink;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.testing.Await;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of nodes goes over from one mesh to the next, as from one life of the gateway to the next. */
class NodeMemoryTest {
    private static final Map<String, String> ATTRIBUTES = Map.of("rt", "temperature", "obs", "");

    private LineEnd line;
    private MeshFixture fixture;

    @BeforeEach
    void listen() throws Exception {
        line = new LineEnd();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
        line.close();
    }

    private void start(String... options) throws Exception {
        fixture = new MeshFixture(line.port(), options);
        line.acceptGreeting();
    }

    private void hear(int... numbers) throws Exception {
        for (int number : numbers) {
            line.sendFrame(uplink(mote(number), 8765, HOST, 5678, 63, ascii("hi")));
        }
    }

    /** Ends the mesh and returns what is to be kept, the last of each node. */
    private List<NodeRecord> end() {
        fixture.close();
        Map<Eui64, NodeRecord> last = new LinkedHashMap<>();
        for (NodeRecord record : fixture.saved) {
            last.put(record.node, record);
        }
        return new ArrayList<>(last.values());
    }

    private List<NodeRecord> endAndBegin(String... options) throws Exception {
        List<NodeRecord> records = end();
        start(options);
        return records;
    }

    @Test
    void aNodeIsKnownAgainWithAllThatWasKnownOfIt() throws Exception {
        start();
        hear(2, 2, 2);
        fixture.awaitCount(Counter.MESH_UPLINKS, 3);
        fixture.mesh.offers(MeshFixture.NODE, List.of(new ResourceLink("/sensors/t", ATTRIBUTES)));
        NodeView before = fixture.mesh.nodes().get(0);
        List<NodeRecord> records = endAndBegin();
        fixture.mesh.restore(records, System.currentTimeMillis());
        NodeView after = fixture.mesh.nodes().get(0);
        assertEquals(List.of("" + before.node, before.address, before.firstSeen, before.lastSeen, before.hops,
            before.uplinks, before.kind, true), List.of("" + after.node, after.address, after.firstSeen,
            after.lastSeen, after.hops, after.uplinks, after.kind, after.online));
        assertEquals(3, after.uplinks);
        assertEquals("/sensors/t", after.links.get(0).target);
        assertEquals(ATTRIBUTES, after.links.get(0).attributes);
        assertEquals(List.of("0002000200020002 online"), fixture.events);
        assertEquals(1, fixture.health.gaugeValue("mesh0_nodes_online"));
    }

    @Test
    void aCommandGoesTheWayThatTheNodeUsedInItsEarlierLife() throws Exception {
        start();
        hear(2);
        fixture.awaitCount(Counter.MESH_UPLINKS, 1);
        List<NodeRecord> records = endAndBegin();
        fixture.mesh.restore(records, 0);
        fixture.send(8765, "x");
        byte[] wire = line.frame();
        assertEquals(5678, (wire[40] & 0xff) << 8 | wire[41] & 0xff);
    }

    @Test
    void aNodeThatFellSilentWhileTheGatewayWasOffIsOffline() throws Exception {
        start();
        hear(2);
        fixture.awaitCount(Counter.MESH_UPLINKS, 1);
        List<NodeRecord> records = endAndBegin();
        fixture.mesh.restore(records, System.currentTimeMillis() + 3_600_000);
        assertEquals(List.of("0002000200020002 offline"), fixture.events);
        fixture.mesh.restore(records, 0);
        assertEquals(1, fixture.mesh.nodes().size(), "once");
    }

    @Test
    void whatDoesNotFitOrCannotBeReadIsForgotten() throws Exception {
        start();
        hear(2);
        fixture.awaitCount(Counter.MESH_UPLINKS, 1);
        // The order is that of the clock in milliseconds.
        long heard = fixture.mesh.nodes().get(0).lastSeen;
        Await.until("another millisecond", 10, () -> System.currentTimeMillis() > heard);
        hear(3);
        fixture.awaitCount(Counter.MESH_UPLINKS, 2);
        List<NodeRecord> records = endAndBegin("node_limit 1");
        byte[] body = records.get(0).body;
        records.add(new NodeRecord(Eui64.of(7), Arrays.copyOf(body, body.length / 2)));
        fixture.mesh.restore(records, 0);
        assertEquals(List.of("0000000000000007 forgotten", "0002000200020002 forgotten", "0002000200020003 online"),
            fixture.events);
    }

    @Test
    void nodesOfAnotherMeshAreLeftToIt() throws Exception {
        start();
        hear(2);
        fixture.awaitCount(Counter.MESH_UPLINKS, 1);
        List<NodeRecord> records = end();
        byte[] body = records.get(0).body;
        body[7] = '1';
        start();
        fixture.mesh.restore(records, 0);
        assertEquals(List.of(), fixture.events);
    }

    @Test
    void thePacketsOfAKnownNodeAreNotWrittenDownOneByOne() throws Exception {
        start();
        hear(2);
        Await.until("the node to be kept", 30, () -> fixture.saved.size() == 1);
        for (int i = 0; i < 200; i++) {
            hear(2);
        }
        fixture.awaitCount(Counter.MESH_UPLINKS, 201);
        // A second look at what has changed has passed when another node's news is there.
        hear(3);
        Await.until("another node to be kept", 30, () -> fixture.saved.size() >= 2);
        assertEquals(2, fixture.saved.size());
        assertEquals(2, end().size());
        assertEquals(3, fixture.saved.size(), "the count of the first when the gateway stops");
    }

    @Test
    void aNodeIsForgottenOnDemand() throws Exception {
        start();
        hear(2);
        fixture.awaitEvents(2);
        assertTrue(fixture.mesh.forget(MeshFixture.NODE));
        assertFalse(fixture.mesh.forget(MeshFixture.NODE));
        assertEquals("0002000200020002 forgotten", fixture.events.get(2));
        assertEquals(0, fixture.health.gaugeValue("mesh0_nodes_online"));
        hear(2);
        fixture.awaitEvents(5);
        assertEquals("0002000200020002 online", fixture.events.get(3));
    }

    @Test
    void aNodeThatIsSilentForTooLongIsForgotten() throws Exception {
        start("node_forget_s 1");
        hear(2);
        fixture.awaitEvents(3);
        assertEquals("0002000200020002 forgotten", fixture.events.get(2));
        assertEquals(List.of(), fixture.mesh.nodes());
    }
}
