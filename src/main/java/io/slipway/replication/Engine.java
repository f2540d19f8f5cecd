package io.slipway.replication;

import io.slipway.config.ClusterConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.health.Pulse;
import io.slipway.reading.Epoch;
import io.slipway.store.ReplicaFile;
import io.slipway.store.Store;
import io.slipway.store.StoreException;
import io.slipway.sync.Block;
import io.slipway.sync.Replica;
import io.slipway.sync.Rules;
import io.slipway.sync.StreamKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The thread that owns the replica: its file, its rules, the members, the shared values. It takes events from a
 * bounded queue, commits in groups, and waits for nobody but its own disk and, for own readings, the store's thread.
 */
final class Engine implements Runnable {
    private static final long TICK_MS = 1000;
    /** Of blocks that come within this time one sync of the disk makes all durable. */
    private static final long COMMIT_MS = 100;
    private static final long RETRY_MS = 1000;
    private static final long TRIM_MS = 10_000;
    /** How often so many blocks of the own copy are looked at: some 35,000 a day. */
    private static final long SCRUB_MS = 10_000;
    private static final int SCRUB_BLOCKS = 4;
    private static final int EVENTS_AT_ONCE = 256;

    private final ClusterConfig config;
    private final String origin;
    private final Path directory;
    /** {@code null} for a member that takes no readings in. */
    private final Store store;
    private final WallClock clock;
    private final Health health;
    private final Members members;
    private final SharedValues values;
    private final Trim trim;
    private final SyncCounts counts;
    private final Events events = new Events();
    private final List<Reply> waiting = new ArrayList<>();
    private final long startNs = System.nanoTime();
    private final Random random = new SecureRandom();
    private volatile boolean closing;
    private volatile long usedBytes;
    private Epoch life;
    private ReplicaFile file;
    private Replica replica;
    private OwnReadings own;
    private long tickAt;
    private long trimAt = TRIM_MS;
    private long scrubAt = SCRUB_MS;
    /** When what is open is to be committed; the largest long while nothing is. */
    private long commitAt = Long.MAX_VALUE;
    /** After a commit failed, nothing is tried before this. */
    private long holdUntil;
    private long lastTicket;

    Engine(ClusterConfig config, String origin, Path directory, Store store, WallClock clock, Members members,
           SharedValues values, Health health) {
        this.config = config;
        this.origin = origin;
        this.directory = directory;
        this.store = store;
        this.life = store == null ? null : store.epoch();
        this.clock = clock;
        this.health = health;
        this.members = members;
        this.values = values;
        this.trim = new Trim(config.keepBytes, config.keepDays, health);
        this.counts = new SyncCounts(health);
    }

    // For other threads.

    /** A way was opened to a member whose name was ascertained. */
    void opened(final String id, final Way way) {
        boolean taken = events.offer(new Runnable() {
            @Override
            public void run() {
                members.opened(id, way, replica);
            }
        });
        if (!taken) {
            way.close();
        }
    }

    /** A way has ended; where it cannot be said now, silence says the same. */
    void ended(final Way way) {
        events.offer(new Runnable() {
            @Override
            public void run() {
                members.closed(way, replica);
            }
        });
    }

    /** A frame came over a way. It is dropped where too much waits: the rules send again. */
    void received(final Way way, final byte[] frame) {
        boolean taken = events.offer(new Runnable() {
            @Override
            public void run() {
                events.taken(frame.length);
                Member member = members.heard(way, frame);
                if (member != null && replica != null) {
                    replica.received(member.link, frame, nowMs());
                }
            }
        }, frame.length);
        if (!taken) {
            health.count(Counter.SYNC_FRAMES_DROPPED);
        }
    }

    /**
     * Changes a shared value; {@code reply} hears once it is durable, or why it is refused.
     *
     * @param ifMatch see {@link SharedValues#write}
     */
    void write(final String key, final byte[] value, final String ifMatch, final Reply reply) {
        boolean taken = events.offer(new Runnable() {
            @Override
            public void run() {
                change(key, value, ifMatch, reply);
            }
        });
        if (!taken) {
            health.count(Counter.SHARED_REFUSED);
            reply.done("replication is too busy");
        }
    }

    /** Has a question answered by this thread. */
    boolean ask(final Inquiry<?> inquiry) {
        return events.offer(new Runnable() {
            @Override
            public void run() {
                inquiry.answer(file, replica);
            }
        });
    }

    /** The members, to be asked only what any thread may ask. */
    Members members() {
        return members;
    }

    /** Bytes of the file that were in use some seconds ago. */
    long usedBytes() {
        return usedBytes;
    }

    /** Ends the thread soon; what is open is committed. */
    void close() {
        closing = true;
        events.offer(new Runnable() {
            @Override
            public void run() {
                // Only wakes the thread.
            }
        });
    }

    // The thread.

    @Override
    public void run() {
        Pulse pulse = health.pulse("replication", true);
        try {
            while (!closing) {
                turn(pulse);
            }
            if (file != null) {
                own.seal(file, stream(StreamKey.TELEMETRY), nowMs());
                commit();
            }
        } catch (InterruptedException stop) {
            // Nobody else has a reason to interrupt this thread than one who wants it to end.
        } catch (StoreException failed) {
            health.error("the last readings are in no block for other gateways yet: " + failed.getMessage());
        } finally {
            members.closeAll();
            if (file != null) {
                file.close();
            }
        }
    }

    private long nowMs() {
        return (System.nanoTime() - startNs) / 1_000_000;
    }

    private StreamKey stream(int kind) {
        return new StreamKey(origin, life, kind);
    }

    private void turn(Pulse pulse) throws InterruptedException {
        long now = nowMs();
        pulse.rest();
        Runnable event = events.next(Math.max(0, Math.min(tickAt, commitAt) - now));
        pulse.work();
        members.now(nowMs());
        for (int i = 0; event != null; i++) {
            event.run();
            if (file != null && replica.isFull() && nowMs() >= holdUntil) {
                commit();
            }
            event = i < EVENTS_AT_ONCE ? events.next(0) : null;
        }
        now = nowMs();
        members.now(now);
        if (now >= tickAt) {
            tickAt = now + TICK_MS;
            tick(now);
        }
        if (file == null) {
            return;
        }
        if (file.isDirty() && commitAt == Long.MAX_VALUE) {
            commitAt = Math.max(holdUntil, now + COMMIT_MS);
        }
        if (now >= commitAt) {
            commit();
        }
        if (file.isDamaged() || counts.takeLifeInDoubt()) {
            beginAnew();
        }
    }

    private void tick(long now) {
        if (file == null && !open()) {
            return;
        }
        replica.tick(now, clock.wallMs(), clock.isTrusted());
        if (own.dueAt(now) <= now && now >= holdUntil) {
            seal(now);
        }
        members.tick(replica);
        if (now >= trimAt) {
            trimAt = now + TRIM_MS;
            usedBytes = file.usedBytes();
            trim.apply(file, replica.retention(), clock.wallMs(), clock.isTrusted());
        }
        if (now >= scrubAt) {
            scrubAt = now + SCRUB_MS;
            replica.scrub(SCRUB_BLOCKS, now);
        }
        int wounds = replica.wounds();
        health.state("replica", wounds == 0 ? "whole" : "damaged in " + wounds + " streams, under repair");
    }

    private boolean open() {
        try {
            file = ReplicaFile.open(directory);
            own = OwnReadings.of(store, file, config.blockAgeS * 1000L, health);
            life = life == null ? NextLife.of(origin, file, random) : life;
            begin();
            values.announce(file);
            members.announce();
            health.state("replication", "open");
            return true;
        } catch (StoreException failed) {
            health.state("replication", "not open");
            health.error("replication: " + failed.getMessage());
            if (file != null) {
                file.close();
                file = null;
            }
            return false;
        }
    }

    private void begin() {
        Set<String> all = new LinkedHashSet<>();
        all.add(origin);
        for (int i = 0; i < config.peers.size(); i++) {
            all.add(config.peers.get(i).id);
        }
        Set<String> interest = config.interest == null ? null : new LinkedHashSet<>(config.interest);
        replica = new Replica(origin, life, new Rules(all, new LinkedHashSet<>(config.requiredSinks), 1, Rules.ALL,
            interest), file.blocks(), file.values(), members, counts, random);
        members.reconnect(replica);
    }

    /** Goes on in a life that nobody has seen anything of (I6), on a new file where the old one is broken. */
    private void beginAnew() {
        try {
            if (file.isDirty()) {
                commit();
            }
            life = new Epoch(life.boot(), random.nextInt());
            if (!file.isDamaged()) {
                begin();
                return;
            }
            health.count(Counter.SYNC_ALARMS);
            health.error("replication: " + ReplicaFile.FILE_NAME + " is damaged; it is set aside, and fetched anew");
            file.close();
            file = null;
            replica = null;
            commitAt = Long.MAX_VALUE;
            lastTicket = 0;
            ReplicaFile.setAsideIn(directory);
        } catch (StoreException failed) {
            health.error("replication: " + failed.getMessage());
        }
    }

    private void seal(long now) {
        try {
            own.seal(file, stream(StreamKey.TELEMETRY), now);
            commit();
        } catch (StoreException failed) {
            rolledBack(failed);
        }
    }

    private void change(String key, byte[] value, String ifMatch, Reply reply) {
        if (file == null) {
            health.count(Counter.SHARED_REFUSED);
            reply.done("the replica is not open");
            return;
        }
        String refusal = values.write(file, replica.dataset(), key, value, ifMatch);
        if (refusal != null) {
            reply.done(refusal);
        } else {
            waiting.add(reply);
            commitAt = Math.min(commitAt, nowMs() + COMMIT_MS);
        }
    }

    private void commit() {
        try {
            long ticket = file.commit();
            commitAt = Long.MAX_VALUE;
            committed(ticket, nowMs());
        } catch (StoreException failed) {
            rolledBack(failed);
        }
    }

    private void committed(long ticket, long now) {
        health.count(Counter.SYNC_BLOCKS_RECEIVED, ticket - lastTicket);
        lastTicket = ticket;
        replica.committed(ticket, now);
        for (Block block : file.takeSealed()) {
            replica.sealed(block.key, block.number, file.blocks().total(block.key, block.number), block.hash, now);
            health.count(Counter.SYNC_BLOCKS_SEALED);
        }
        own.committed();
        trim.committed(replica, now);
        values.committed(file, file.values().takeChanged());
        reply(null);
    }

    private void rolledBack(StoreException why) {
        health.count(Counter.SYNC_COMMITS_FAILED);
        health.error("replication: a commit failed: " + why.getMessage());
        long now = nowMs();
        commitAt = Long.MAX_VALUE;
        holdUntil = now + RETRY_MS;
        file.rollback();
        replica.rolledBack(now);
        own.rolledBack(now);
        trim.rolledBack();
        reply("the disk refused it: " + why.getMessage());
    }

    private void reply(String refusal) {
        for (Reply one : waiting) {
            one.done(refusal);
        }
        waiting.clear();
    }
}
