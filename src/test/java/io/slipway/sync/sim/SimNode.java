package io.slipway.sync.sim;

import io.slipway.reading.Epoch;
import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import io.slipway.sync.Checkpoints;
import io.slipway.sync.FramePeek;
import io.slipway.sync.Replica;
import io.slipway.sync.Retention;
import io.slipway.sync.Rules;
import io.slipway.sync.StreamKey;
import io.slipway.sync.SyncEvent;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** A node that can die at any moment and come back with what its disk has. */
final class SimNode {
    final int index;
    final String origin;
    final World world;
    final Rules rules;
    final Checkpoints notes = new Checkpoints();
    SimStore.Disk disk = new SimStore.Disk();
    SimStore.Disk backup;
    SimStore store;
    Replica replica;
    /** Most blocks of readings that it has room for; 0 for any number. */
    int room;
    boolean keepNewest;
    long clockOffset;
    /** Fails one commit in so many; 0 for none. */
    int failing;
    /** Whether it looks at its own copy by itself. */
    boolean scrubbing = true;
    private final Random random;
    private int seq;
    private int life;
    /** Of each node, which life of it this life has certainly heard of. */
    private final int[] heard = new int[16];
    private boolean isFull;
    private boolean isCommitDue;

    SimNode(World world, int index, String origin, Rules rules) {
        this.world = world;
        this.index = index;
        this.origin = origin;
        this.rules = rules;
        this.random = new Random(world.random.nextLong());
    }

    boolean isUp() {
        return replica != null;
    }

    int life() {
        return life;
    }

    /** A statement of that life came, which answers ours: from now on no other can be believed. */
    void heard(int index, int ofLife) {
        heard[index] = Math.max(heard[index], ofLife);
    }

    /** The link went down. */
    void unhear(int index) {
        heard[index] = 0;
    }

    void start() {
        life++;
        Arrays.fill(heard, 0);
        boolean goesOn = world.variant.continuesLife() && disk.lastLife != null;
        Epoch epoch = goesOn ? disk.lastLife : new Epoch(++disk.boot, random.nextInt());
        if (!goesOn) {
            world.truth.begins(origin, epoch);
        }
        disk.lastLife = epoch;
        seq = goesOn ? highestSeq(epoch) : 0;
        store = new SimStore(origin, epoch, disk, world.truth);
        isFull = false;
        isCommitDue = false;
        replica = new Replica(origin, epoch, rules, world.variant.blocks(store), world.variant.table(store.table),
            this::send, this::happened, random);
        world.trace("%s starts as %s", this, epoch);
        for (SimNode other : world.nodes) {
            if (other != this) {
                replica.linkUp(other.index, world.now);
            }
        }
        int thisLife = life;
        world.after(random.nextInt(1000), () -> tick(thisLife));
    }

    private int highestSeq(Epoch epoch) {
        int highest = 0;
        for (SimStore.Rec rec : disk.stage) {
            highest = rec.epoch().equals(epoch) ? Math.max(highest, rec.seq()) : highest;
        }
        for (Map.Entry<StreamKey, SimStream> one : disk.streams.entrySet()) {
            for (long n = 1; one.getKey().origin.equals(origin) && n <= one.getValue().contig(); n++) {
                Block block = one.getValue().block(n);
                highest = block != null && block.records.equals(epoch) ? Math.max(highest, (int) block.last) : highest;
            }
        }
        return highest;
    }

    /** The power goes. */
    void crash() {
        if (isUp()) {
            world.trace("%s crashes", this);
            replica = null;
            store = null;
            life++;
        }
    }

    private void tick(int ofLife) {
        if (ofLife != life) {
            return;
        }
        if (rules.requiredLevel > 1 && rules.requiredSinks.contains(origin)) {
            disk.streams.forEach((key, stream) -> replica.delivered(key, stream.contig()));
        }
        replica.tick(world.now, wallMs(), clockOffset == 0);
        if (scrubbing) {
            replica.scrub(40, world.now);
        }
        settle();
        world.after(1000, () -> tick(ofLife));
    }

    private long wallMs() {
        return Math.max(0, 1_700_000_000_000L + world.now + clockOffset);
    }

    void received(int link, byte[] frame) {
        if (isUp()) {
            replica.received(link, world.variant.read(notes, link, frame), world.now);
            settle();
        }
    }

    private boolean send(int link, byte[] frame) {
        FramePeek.claims(frame, (key, contig) -> {
            SimStream stream = disk.streams.get(key);
            world.truth.require(contig <= (stream == null ? 0 : stream.contig()),
                "I3: %s claims %s up to %d and has %d", this, key, contig, stream == null ? 0 : stream.contig());
        });
        return world.carry(this, link, frame);
    }

    private void happened(SyncEvent event, String detail) {
        world.happened(this, event, detail);
    }

    void write(int records) {
        for (int i = 0; isUp() && !isFull && i < records; i++) {
            store.write(new SimStore.Rec(store.life, ++seq, world.nextContent()));
        }
        settle();
    }

    void writeValue(String key, byte[] value) {
        if (isUp()) {
            replica.dataset().write(key, value, wallMs());
            settle();
        }
    }

    /** Something may have been appended: it is committed soon. */
    private void settle() {
        if (isUp() && world.variant.acknowledgesEarly()) {
            replica.committed(Long.MAX_VALUE, world.now);
        }
        if (!isCommitDue && isUp() && (store.isDirty() || !disk.stage.isEmpty())) {
            isCommitDue = true;
            int ofLife = life;
            world.after(50 + random.nextInt(200), () -> commit(ofLife));
        }
    }

    private void commit(int ofLife) {
        if (ofLife != life) {
            return;
        }
        isCommitDue = false;
        if (failing > 0 && random.nextInt(failing) == 0) {
            world.trace("%s cannot commit", this);
            store.rollback();
            replica.rolledBack(world.now);
            settle();
            return;
        }
        long ticket = store.commit(disk.stage.size() >= 16 || random.nextInt(4) == 0 || world.isQuiet());
        if (world.crashesInCommits && !world.isQuiet() && random.nextInt(300) == 0) {
            // Durable, and nobody was told.
            crash();
            world.after(500 + random.nextInt(8000), this::revive);
            return;
        }
        replica.committed(ticket, world.now);
        for (Block block : store.sealed) {
            replica.sealed(block.key, block.number, store.total(block.key, block.number), block.hash, world.now);
        }
        reclaim();
        settle();
    }

    void revive() {
        if (!isUp()) {
            start();
        }
    }

    /** Frees room: what is acknowledged first, then by policy. */
    private void reclaim() {
        int held = room > 0 ? held() : 0;
        held = reclaim(held, false);
        held = reclaim(held, true);
        isFull = room > 0 && held > room;
    }

    private int held() {
        int held = 0;
        for (Map.Entry<StreamKey, SimStream> one : disk.streams.entrySet()) {
            if (one.getKey().kind == StreamKey.TELEMETRY) {
                SimStream stream = one.getValue();
                for (long n = stream.low(); n <= stream.contig(); n++) {
                    held += stream.block(n) == null ? 0 : 1;
                }
            }
        }
        return held;
    }

    private int reclaim(int held, boolean pressed) {
        Retention retention = replica.retention();
        int left = held;
        for (Map.Entry<StreamKey, SimStream> one : disk.streams.entrySet()) {
            SimStream stream = one.getValue();
            boolean touched = false;
            for (long n = stream.low(); left > room && n <= stream.contig(); n++) {
                int reason = stream.block(n) == null ? Retention.KEEP
                    : retention.verdict(one.getKey(), n, pressed, keepNewest);
                if (reason != Retention.KEEP) {
                    check(one.getKey(), n, reason);
                    world.losing(this, one.getKey(), n);
                    stream.reclaim(n, reason);
                    touched = true;
                    left--;
                }
            }
            if (touched) {
                replica.reclaimed(one.getKey(), stream.low(), world.now);
            }
        }
        return left;
    }

    /** I5. */
    private void check(StreamKey key, long number, int reason) {
        world.trace("%s reclaims %s#%d, reason %d", this, key, number, reason);
        for (String sink : rules.requiredSinks) {
            world.truth.require(reason != BlockGap.RETENTION || sink.equals(origin)
                || world.truth.highest(sink, key) >= number, "I5: %s reclaims %s#%d, which %s never had", this, key,
                number, sink);
        }
        for (SimNode other : world.nodes) {
            if (reason == BlockGap.RETENTION && rules.requiredSinks.contains(other.origin)
                && !other.origin.equals(origin) && !world.isCloned(other) && other.isUp()
                && heard[other.index] == other.life) {
                SimStream stream = other.disk.streams.get(key);
                world.truth.require(stream != null && stream.contig() >= number,
                    "I5: %s reclaims %s#%d, which %s has not and did not say to have", this, key, number, other);
            }
        }
    }

    @Override
    public String toString() {
        return "n" + index + "(" + origin + ")";
    }
}
