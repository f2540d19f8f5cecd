package io.slipway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.cli.EmulatedMote;
import io.slipway.frame.Ipv6Address;
import io.slipway.frame.Ipv6Packet;
import io.slipway.frame.MqttFrame;
import io.slipway.frame.UdpPacket;
import io.slipway.reading.Eui64;
import io.slipway.slip.SlipEncoder;
import io.slipway.testing.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Two hundred nodes of four kinds behind one line, and an MQTT client on the line itself. The line loses and doubles
 * what can be repeated, both ways. Keeps a book of what was sent, and of what each node was told to do. Its monitor
 * guards everything; the test polls, the mote's thread brings what the gateway says.
 */
final class Crowd implements EmulatedMote.Radio, AutoCloseable {
    static final int NODES = 200;
    private static final long PREFIX = 0xfd00L << 48;
    private static final Ipv6Address GATEWAY = Ipv6Address.of(PREFIX, 1);
    private static final long FIRST = 0x0012_7400_0000_0001L;
    private static final double LOST = 0.1;
    private static final double DOUBLED = 0.15;

    final EmulatedMote mote = new EmulatedMote(0, this);
    final WiredNode wired = new WiredNode(this);
    private final Random random;
    private final List<CrowdNode> all = new ArrayList<>();
    private final List<Sent> book = new ArrayList<>();
    private final Map<String, Integer> deeds = new HashMap<>();
    private int lost;
    private int doubled;
    private String strange;

    /** @param each readings of every node */
    Crowd(Random random, int each) throws IOException {
        this.random = random;
        for (int i = 0; i < NODES; i++) {
            all.add(i % 10 < 3 ? new PlainNode(this, i, each) : i % 10 < 6 ? new CoapNode(this, i, each)
                : i % 10 < 9 ? new MqttSnNode(this, i, each) : new Lwm2mNode(this, i, each));
        }
        wired.limit = each;
        all.add(wired);
    }

    static Eui64 node(int index) {
        return Eui64.of(FIRST + index);
    }

    int random(int bound) {
        return random.nextInt(bound);
    }

    /** Notes a reading that is about to be sent for the first time. */
    Sent enter(Eui64 node, String source, byte[] payload) {
        Sent sent = new Sent(node, source, payload);
        book.add(sent);
        return sent;
    }

    /** Notes what a node was told, and did. */
    void did(Eui64 node, String what) {
        deeds.merge(node + " " + what, 1, Integer::sum);
    }

    /** How often a node did what it was told. */
    synchronized int deeds(int index, String what) {
        return deeds.getOrDefault(node(index) + " " + what + " " + index, 0);
    }

    /** Different things that were done. */
    synchronized int deeds() {
        return deeds.size();
    }

    /** A node did not understand what it got; told in the end, since nobody sees what the mote's thread throws. */
    void strange(String what) {
        strange = strange == null ? what : strange;
    }

    /** Sends over a line that loses and doubles; whether it came to the gateway's end of it. */
    boolean chance(CrowdNode from, int port, int gatewayPort, byte[] payload) {
        boolean arrived = false;
        for (int copies = copies(from); copies > 0; copies--) {
            arrived |= send(from, port, gatewayPort, payload);
        }
        return arrived;
    }

    /** How often the line carries a message of this node or for it. */
    int copies(CrowdNode node) {
        double fate = random.nextDouble();
        if (fate < LOST && node.mayLose()) {
            lost++;
            return 0;
        }
        doubled += fate > 1 - DOUBLED ? 1 : 0;
        return fate > 1 - DOUBLED ? 2 : 1;
    }

    /** Sends once, without a loss; false where no gateway is there. */
    boolean send(CrowdNode from, int port, int gatewayPort, byte[] payload) {
        if (from == wired) {
            byte[] frame = SlipEncoder.encode(payload);
            byte[] raw = new byte[frame.length + 1];
            raw[0] = (byte) 0xc0;
            System.arraycopy(frame, 0, raw, 1, frame.length);
            return mote.sendRaw(raw);
        }
        byte[] packet = UdpPacket.encode(Ipv6Address.of(PREFIX, from.node.interfaceId()), port, GATEWAY, gatewayPort,
            payload);
        packet[7] = 63;
        return mote.send(packet);
    }

    @Override
    public synchronized void received(Ipv6Packet packet) {
        long index = Eui64.ofInterfaceId(packet.dst().low()).bits() - FIRST;
        if (index < 0 || index >= NODES) {
            strange("a packet for " + packet.dst());
            return;
        }
        CrowdNode to = all.get((int) index);
        for (int copies = to.isLossy() ? copies(to) : 1; copies > 0; copies--) {
            to.received(packet.udp().srcPort(), packet.udp().payload());
        }
    }

    @Override
    public synchronized boolean wired(MqttFrame packet) {
        for (int copies = copies(wired); copies > 0; copies--) {
            wired.received(0, packet.bytes());
        }
        return true;
    }

    /** Has every node send what is due; whether all have sent everything, and know that it arrived. */
    synchronized boolean poll() {
        long now = System.nanoTime();
        boolean done = true;
        for (CrowdNode node : all) {
            done &= node.poll(now);
        }
        return done;
    }

    /** How many readings their nodes know to have arrived. */
    synchronized int acknowledged() {
        int count = 0;
        for (Sent sent : book) {
            count += sent.acknowledged ? 1 : 0;
        }
        return count;
    }

    /** Has a node send nothing, or begin. */
    synchronized void asleep(int index, boolean asleep) {
        ((PlainNode) all.get(index)).asleep = asleep;
    }

    /** Every reading that is known to have come to the gateway is from now on expected once, kill or no kill. */
    synchronized void settle() {
        for (Sent sent : book) {
            sent.settled |= sent.acknowledged || sent.exactly > 0;
        }
    }

    /** The highest number among the settled readings, by identity; 0 while one of them is not there. */
    synchronized long settledUpTo(Map<String, String> readings) {
        Map<String, Integer> counts = counts(readings.values());
        Set<String> wanted = new HashSet<>();
        for (Sent sent : book) {
            if (sent.settled) {
                wanted.add(sent.reading);
                if (counts.getOrDefault(sent.reading, 0) < Math.max(1, sent.exactly)) {
                    return 0;
                }
            }
        }
        long last = 0;
        for (Map.Entry<String, String> reading : readings.entrySet()) {
            if (wanted.contains(reading.getValue())) {
                String id = reading.getKey();
                last = Math.max(last, Long.parseLong(id.substring(id.lastIndexOf('/') + 1)));
            }
        }
        return last;
    }

    private static Map<String, Integer> counts(Collection<String> readings) {
        Map<String, Integer> counts = new HashMap<>();
        for (String reading : readings) {
            counts.merge(reading, 1, Integer::sum);
        }
        return counts;
    }

    /** How the gateway ends. */
    interface Killing {
        /** Returns when it is dead. */
        void kill() throws Exception;
    }

    /** Kills the gateway: what was not settled may be lost, where it is repeated it may be there twice. */
    void kill(Killing killing) throws Exception {
        synchronized (this) {
            killing.kill();
        }
        // What the gateway wrote before its end still comes.
        Await.until("the end of the connection", 30, () -> !mote.sendRaw(new byte[0]));
        synchronized (this) {
            for (Sent sent : book) {
                if (!sent.settled) {
                    boolean repeats = !sent.acknowledged && sent.exactly < 0;
                    sent.atLeast = repeats ? 1 : 0;
                    sent.atMost = sent.exactly < 0 ? 2 : sent.exactly;
                    sent.uncertain = true;
                }
            }
        }
    }

    /** How many of the readings nobody can be sure of. */
    synchronized int uncertain() {
        int count = 0;
        for (Sent sent : book) {
            count += sent.uncertain ? 1 : 0;
        }
        return count;
    }

    /** What must be there: readings in the book, with the copies that the line made of datagrams. */
    synchronized int expected() {
        int count = 0;
        for (Sent sent : book) {
            count += sent.exactly < 0 ? 1 : sent.exactly;
        }
        return count;
    }

    /** What must be there of one source. */
    synchronized int expected(String source) {
        int count = 0;
        for (Sent sent : book) {
            count += !sent.reading.contains(" " + source + "/") ? 0 : sent.exactly < 0 ? 1 : sent.exactly;
        }
        return count;
    }

    /** Holds what arrived somewhere, {@code NODE SOURCE HEX}, against the book. */
    synchronized void compare(String where, Collection<String> readings) {
        assertEquals(null, strange);
        Map<String, Integer> counts = counts(readings);
        for (Sent sent : book) {
            Integer found = counts.remove(sent.reading);
            int count = found == null ? 0 : found;
            int least = sent.uncertain ? sent.atLeast : sent.exactly < 0 ? 1 : sent.exactly;
            int most = sent.uncertain ? sent.atMost : least;
            assertTrue(count >= least && count <= most,
                () -> where + ": " + sent.reading + " is there " + count + " times, not " + least + " to " + most);
        }
        assertEquals(Map.of(), counts, where + ": nobody sent that");
    }

    @Override
    public synchronized String toString() {
        return book.size() + " readings, " + lost + " messages lost, " + doubled + " doubled, " + deeds.size()
            + " commands done";
    }

    @Override
    public void close() throws IOException {
        mote.close();
    }
}
