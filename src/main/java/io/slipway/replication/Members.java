package io.slipway.replication;

import io.slipway.config.PeerConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.sync.Carrier;
import io.slipway.sync.Replica;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tinylog.Logger;

/**
 * The other gateways, the ways to them, and whether they live. One way a member; the core knows each way under a
 * number of its own. The replication's thread only, but for {@link #writeTo}.
 */
final class Members implements Carrier {
    /** What is sent where nothing else is: a sign of life. */
    private static final byte[] BEAT = {'B'};
    /** Strangers that know the password are members too; more of them than this are none. */
    private static final int MOST = 128;

    private final String self;
    private final String topicRoot;
    private final Lan lan;
    private final WallClock clock;
    private final Health health;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<Integer, Member> byLink = new LinkedHashMap<>();
    private int links;
    private long nowMs;
    private volatile Member[] shown = new Member[0];

    /** @param topicRoot {@code slipway/<gw>/peer/} */
    Members(String self, String topicRoot, List<PeerConfig> peers, Lan lan, WallClock clock, Health health) {
        this.self = self;
        this.topicRoot = topicRoot;
        this.lan = lan;
        this.clock = clock;
        this.health = health;
        for (PeerConfig peer : peers) {
            add(peer.id, true);
        }
    }

    private Member add(String id, boolean isConfigured) {
        Member member = new Member(id, isConfigured, clock.wallMs());
        members.put(id, member);
        shown = members.values().toArray(new Member[0]);
        return member;
    }

    /** Says of each member how it is, as nothing is retained over a restart. */
    void announce() {
        for (Member member : members.values()) {
            publish(member);
        }
    }

    private void publish(Member member) {
        lan.publish(topicRoot + member.id + "/state", member.state.text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The thread's clock of this turn. */
    void now(long ms) {
        nowMs = ms;
    }

    /**
     * A way was opened to a member. Where there is one already, the newer takes its place; but of two that were opened
     * from both ends at once, both ends keep the one of the smaller id.
     */
    void opened(String id, Way way, Replica replica) {
        Member member = members.get(id);
        if (id.equals(self) || member == null && members.size() >= MOST) {
            health.count(Counter.SYNC_PEERS_REFUSED);
            health.error(id.equals(self) ? "replication: a gateway with this very id, '" + id + "', connects"
                : "replication: more than " + MOST + " members connect");
            way.close();
            return;
        }
        member = member == null ? add(id, false) : member;
        if (member.way != null && member.way.isProof() && !way.isProof()) {
            // Directly is better.
            way.close();
            return;
        }
        if (member.way != null && member.way.isOurs() != way.isOurs()
            && way.isOurs() != self.compareTo(id) < 0) {
            way.close();
            return;
        }
        closed(member.way, replica);
        member.opened(++links, way, nowMs);
        byLink.put(member.link, member);
        Logger.info("Replication: {} is reached at {}", id, way.address());
        if (replica != null) {
            replica.linkUp(member.link, nowMs);
        }
    }

    /** A way has ended. */
    void closed(Way way, Replica replica) {
        for (Member member : members.values()) {
            if (way != null && member.way == way) {
                byLink.remove(member.link);
                if (replica != null) {
                    replica.linkDown(member.link, nowMs);
                }
                member.way = null;
                member.link = 0;
                way.close();
            }
        }
    }

    /** Something came over a way; {@code null} where it is the way of no member any more, or only a sign of life. */
    Member heard(Way way, byte[] frame) {
        for (Member member : members.values()) {
            if (member.way == way) {
                member.heard(nowMs);
                health.count(Counter.SYNC_BYTES_RECEIVED, frame.length);
                return frame.length == 1 && frame[0] == BEAT[0] ? null : member;
            }
        }
        return null;
    }

    @Override
    public boolean send(int link, byte[] frame) {
        Member member = byLink.get(link);
        if (member == null || !member.way.send(frame)) {
            health.count(Counter.SYNC_FRAMES_DROPPED);
            return false;
        }
        member.sentAt = nowMs;
        health.count(Counter.SYNC_FRAMES_SENT);
        health.count(Counter.SYNC_BYTES_SENT, frame.length);
        return true;
    }

    /** The core was begun anew: it hears of every way. */
    void reconnect(Replica replica) {
        byLink.clear();
        for (Member member : members.values()) {
            if (member.way != null) {
                member.link = ++links;
                byLink.put(member.link, member);
                replica.linkUp(member.link, nowMs);
            }
        }
    }

    /** Sends signs of life, and judges those of others. Once a second. */
    void tick(Replica replica) {
        for (Member member : members.values().toArray(new Member[0])) {
            if (member.way != null && nowMs - member.sentAt >= member.way.beatMs() && member.way.send(BEAT.clone())) {
                member.sentAt = nowMs;
            }
            PeerState state = member.judged(nowMs);
            if (state == PeerState.DOWN && member.way != null && member.way.isProof()) {
                // A connection that nobody answers on may be half of one: another is tried.
                closed(member.way, replica);
            }
            if (state != member.state) {
                Logger.info("Replication: {} is {}", member.id, state.text);
                member.state = state;
                member.since = clock.wallMs();
                publish(member);
            }
            long[] lag = member.way == null ? null : replica.lag(member.link);
            if (lag != null) {
                member.lagBlocks = lag[0];
                member.lagRecords = lag[1];
            }
        }
    }

    /** Whether there is a way to a member. Any thread. */
    boolean isReached(String id) {
        for (Member member : shown) {
            if (member.id.equals(id)) {
                return member.way != null;
            }
        }
        return false;
    }

    /** Whether a member lives, and there is a connection to it. Any thread. */
    boolean isUp(String id) {
        for (Member member : shown) {
            if (member.id.equals(id)) {
                Way way = member.way;
                return way != null && way.isProof() && member.state == PeerState.UP;
            }
        }
        return false;
    }

    /** Ends all ways. */
    void closeAll() {
        for (Member member : members.values()) {
            if (member.way != null) {
                member.way.close();
                member.way = null;
            }
        }
    }

    /**
     * Writes {@code peers} into the object that is open. Any thread; what it says may be a second old.
     *
     * @param tcp knows who was found
     */
    void writeTo(JsonWriter json, TcpPeers tcp) {
        json.array("peers");
        for (Member member : shown) {
            Way way = member.way;
            json.object().field("name", member.id).field("state", member.state.text)
                .field("known", member.isConfigured ? "configured" : tcp.hasFound(member.id) ? "found" : "connected")
                .field("since_ms", member.since)
                .field("address", way == null ? "" : way.address()).field("lag_blocks", member.lagBlocks)
                .field("lag_records", member.lagRecords).endObject();
        }
        json.endArray();
    }
}
