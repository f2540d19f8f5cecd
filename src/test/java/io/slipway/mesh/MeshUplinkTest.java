package io.slipway.mesh;

import static io.slipway.mesh.Packets.HOST;
import static io.slipway.mesh.Packets.ascii;
import static io.slipway.mesh.Packets.mote;
import static io.slipway.mesh.Packets.unchecked;
import static io.slipway.mesh.Packets.uplink;
import static io.slipway.mesh.Packets.withChecksum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.frame.Captures;
import io.slipway.frame.Ipv6Address;
import io.slipway.health.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What motes send becomes readings and nodes; everything else is counted and nothing more. */
class MeshUplinkTest extends OnALine {
    private static final String HI = " udp/5678 6869";

    /** Sends it, then a good datagram: once that is through, nothing but the counter may have changed. */
    private void isOnlyCounted(Counter counter, byte[] frame) throws Exception {
        isOnlyCounted(counter, frame, true);
    }

    private void isOnlyCounted(Counter counter, byte[] bytes, boolean asFrame) throws Exception {
        long before = fixture.health.value(counter);
        int events = fixture.events.size();
        int nodes = fixture.mesh.nodes().size();
        if (asFrame) {
            line.sendFrame(bytes);
        } else {
            line.send(bytes);
        }
        fixture.introduce(line);
        fixture.awaitEvents(events + 1);
        assertEquals(before + 1, fixture.health.value(counter), counter.label());
        assertEquals(events + 1, fixture.events.size());
        assertEquals(nodes, fixture.mesh.nodes().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cng-udp.m2h", "6lbr-udp.m2h", "cng-coap.m2h", "6lbr-mqttsn.m2h", "mux-cc2538.m2h"})
    void everyDatagramOfARealMoteComesOutInItsOrder(String capture) throws Exception {
        startUnheard();
        line.send(Captures.raw(capture));
        List<String> expected = new ArrayList<>();
        for (JsonNode frame : Captures.json(capture + ".expected.json").get("frames")) {
            if (frame.has("udp") && frame.get("udp").get("checksum_ok").asBoolean()) {
                expected.add("udp/" + frame.get("udp").get("dport").asInt() + " "
                    + frame.get("udp").get("payload").asText());
            }
        }
        fixture.awaitCount(Counter.MESH_UPLINKS, expected.size());
        assertTrue(expected.size() > 2);
        List<String> heard = new ArrayList<>();
        fixture.introduce(line);
        for (String event : List.copyOf(fixture.events)) {
            if (!event.endsWith("online")) {
                heard.add(event.substring(event.indexOf(' ') + 1));
            }
        }
        assertEquals(expected, heard.subList(0, expected.size()));
    }

    @Test
    void damagedDatagramsAreCounted() throws Exception {
        startUnheard();
        fixture.introduce(line);
        byte[] bad = uplink(mote(3), 1, 2, "bad");
        bad[bad.length - 1] ^= 1;
        isOnlyCounted(Counter.MESH_BAD_CHECKSUM, bad);
        byte[] none = uplink(mote(3), 1, 2, "none");
        none[46] = 0;
        none[47] = 0;
        isOnlyCounted(Counter.MESH_BAD_CHECKSUM, none);
        byte[] shorter = uplink(mote(3), 1, 2, "short");
        shorter[45] -= 2;
        isOnlyCounted(Counter.MESH_BAD_CHECKSUM, withChecksum(shorter, 46));
        byte[] badIcmp = Packets.error(1, 4, mote(3), uplink(HOST, 1, 2, "x"));
        badIcmp[43] ^= 1;
        isOnlyCounted(Counter.MESH_BAD_CHECKSUM, badIcmp);
        byte[] cut = uplink(mote(3), 1, 2, "cut off");
        isOnlyCounted(Counter.FRAME_BAD_IPV6, Arrays.copyOf(cut, cut.length - 3));
    }

    @Test
    void whatIsNoReadingIsCounted() throws Exception {
        startUnheard();
        fixture.introduce(line);
        byte[] tcp = uplink(mote(3), 1, 2, "twelve bytes..");
        tcp[6] = 6;
        isOnlyCounted(Counter.MESH_UNHANDLED, tcp);
        byte[] echo = Packets.error(129, 0, mote(3), ascii("pong"));
        isOnlyCounted(Counter.MESH_UNHANDLED, echo);
        byte[] noHeader = Arrays.copyOf(uplink(mote(3), 1, 2, ""), 44);
        noHeader[5] = 4;
        isOnlyCounted(Counter.MESH_UNHANDLED, noHeader);
        isOnlyCounted(Counter.MESH_ICMP_ERRORS, Packets.error(1, 4, mote(3), uplink(HOST, 1, 2, "not ours")));
        isOnlyCounted(Counter.MESH_ICMP_ERRORS, Packets.error(1, 4, mote(3), ascii("what?")));
        isOnlyCounted(Counter.FRAME_TEXT, ascii("[INFO: Main      ] Starting\n"));
        isOnlyCounted(Counter.FRAME_TEXT, ascii("\rdebug\n"));
        isOnlyCounted(Counter.FRAME_UNRECOGNISED, new byte[] {(byte) 0xfe, 1, 2, 3});
        isOnlyCounted(Counter.FRAME_UNEXPECTED, ascii("!Q"));
    }

    @Test
    void brokenFramesAreCountedAndTheNextOneIsHeard() throws Exception {
        startUnheard();
        fixture.introduce(line);
        isOnlyCounted(Counter.SLIP_ESCAPE_THEN_END, HexFormat.of().parseHex("c060dbc0"), false);
        isOnlyCounted(Counter.SLIP_BAD_ESCAPE, HexFormat.of().parseHex("c060db41c0"), false);
        byte[] endless = new byte[5000];
        Arrays.fill(endless, (byte) 0x81);
        isOnlyCounted(Counter.SLIP_OVERSIZE, endless, false);
        isOnlyCounted(Counter.SLIP_FRAMES, new byte[] {(byte) 0xc0, (byte) 0xc0, (byte) 0xc0}, false);
    }

    @Test
    void sourcesThatNoNodeCanHaveAreForeign() throws Exception {
        startUnheard();
        for (Ipv6Address source : List.of(
                Ipv6Address.of(0xfe80_0000_0000_0000L, Packets.IID),     // link-local
                Ipv6Address.of(0xff02_0000_0000_0000L, 1),               // multicast
                Ipv6Address.of(0, 0), Ipv6Address.of(0, 1),              // unspecified, loopback
                Ipv6Address.of(Packets.PREFIX, 0x0200_0000_0000_0000L))) { // EUI-64 zero is the LAN
            line.sendFrame(unchecked(source, 1, HOST, 2, "x"));
        }
        fixture.introduce(line);
        assertEquals(5, fixture.health.value(Counter.MESH_FOREIGN_SOURCE));
        assertEquals(1, fixture.mesh.nodes().size());
    }

    @Test
    void aNodeIsKnownByItsEuiWithHopsAndTimes() throws Exception {
        startUnheard();
        long before = System.currentTimeMillis();
        line.sendFrame(uplink(mote(2), 8765, HOST, 5678, 62, ascii("a")));
        fixture.awaitCount(Counter.MESH_UPLINKS, 1);
        NodeView first = fixture.mesh.nodes().get(0);
        line.sendFrame(uplink(mote(2), 8765, HOST, 5678, 64, ascii("b")));
        fixture.awaitCount(Counter.MESH_UPLINKS, 2);
        NodeView second = fixture.mesh.nodes().get(0);
        assertEquals("0002000200020002", first.node.toString());
        assertEquals("fd00::202:2:2:2", first.address);
        assertEquals(List.of(2, 0), List.of(first.hops, second.hops));
        assertEquals(List.of(1L, 2L), List.of(first.uplinks, second.uplinks));
        assertTrue(first.online && first.firstSeen >= before && first.lastSeen == first.firstSeen);
        assertEquals(first.firstSeen, second.firstSeen);
        assertTrue(second.lastSeen >= first.lastSeen);
        line.sendFrame(uplink(mote(2), 8765, HOST, 5678, 128, ascii("c")));
        fixture.awaitCount(Counter.MESH_UPLINKS, 3);
        assertEquals(-1, fixture.mesh.nodes().get(0).hops, "a hop limit that no mote starts with tells nothing");
        assertEquals(1, fixture.health.gaugeValue("mesh0_nodes"));
    }

    @Test
    void theNodeThatWasSilentLongestMakesRoomAndIsForgotten() throws Exception {
        startUnheard("node_limit 2");
        for (int number : new int[] {2, 3, 2, 4}) {
            line.sendFrame(uplink(mote(number), 8765, 5678, "hi"));
        }
        fixture.awaitEvents(8);
        assertEquals(List.of("0002000200020002 online", "0002000200020002" + HI, "0002000200020003 online",
            "0002000200020003" + HI, "0002000200020002" + HI, "0002000200020003 forgotten", "0002000200020004 online",
            "0002000200020004" + HI), List.copyOf(fixture.events));
        assertEquals(List.of("0002000200020002", "0002000200020004"),
            fixture.mesh.nodes().stream().map(node -> node.node.toString()).toList());
        assertEquals(1, fixture.health.value(Counter.MESH_NODES_FORGOTTEN));
        assertEquals(2, fixture.health.gaugeValue("mesh0_nodes_online"));
    }

    @Test
    void aSilentNodeGoesOfflineOnceAndComesBack() throws Exception {
        startUnheard("node_timeout_s 1");
        fixture.introduce(line);
        fixture.awaitEvents(3);
        assertEquals(0, fixture.health.gaugeValue("mesh0_nodes_online"));
        assertEquals(1, fixture.health.gaugeValue("mesh0_nodes"));
        // Another node's traffic does not keep it from being missed, nor is it missed twice.
        line.sendFrame(uplink(mote(3), 8765, 5678, "hi"));
        fixture.awaitEvents(6);
        fixture.introduce(line);
        fixture.awaitEvents(8);
        assertEquals(List.of("0002000200020002 online", "0002000200020002" + HI, "0002000200020002 offline",
            "0002000200020003 online", "0002000200020003" + HI, "0002000200020003 offline",
            "0002000200020002 online", "0002000200020002" + HI), List.copyOf(fixture.events).subList(0, 8));
    }

    @Test
    void aNodeFallsSilentWhileTheLinkIsDown() throws Exception {
        startUnheard("node_timeout_s 1");
        fixture.introduce(line);
        line.close();
        fixture.awaitState("link down");
        fixture.awaitEvents(3);
        assertEquals("0002000200020002 offline", fixture.events.get(2));
    }
}
