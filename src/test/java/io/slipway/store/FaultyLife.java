package io.slipway.store;

import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.json.JsonWriter;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import io.slipway.testing.DiskFaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A store's life from opening to closing on a disk of which one call fails, and what must be true of it afterwards:
 * what it counted adds up, what it calls committed is in the file, and its destination gets it.
 */
final class FaultyLife {
    private static final String SINK = "cloud";
    private static final String ASIDE = Store.FILE_NAME + ".damaged-1";

    private final Path directory;
    private final StoreConfig config;
    /** What the database held before, by identity. */
    private final Map<String, byte[]> before;
    private final Health health = new Health();
    private final Map<String, byte[]> appended = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final Random random = new Random(1);
    private boolean setAside;

    FaultyLife(Path directory, StoreConfig config, Map<String, byte[]> before) {
        this.directory = directory;
        this.config = config;
        this.before = before;
    }

    /**
     * Always the same calls, whatever becomes of each: what is salvaged, a commit, seals, retention, batches, a cursor,
     * the end.
     */
    void live(int readings, DiskFaults faults) {
        Store store;
        try {
            store = Store.open(config, directory, "gw-01", health, SINK);
        } catch (StoreException refused) {
            return;
        }
        try {
            append(store, 0);
            while ("running".equals(health.stateOf("salvage")) && faults.strikes() == 0) {
                Await.pauseBriefly();
            }
            append(store, 5);
            append(store, readings);
            send(store, 24);
            append(store, 10);
            send(store, 24);
            append(store, 3);
        } finally {
            store.close();
            StoreFixture.awaitClosed(health);
        }
    }

    private void append(Store store, int count) {
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[random.nextInt(900)];
            random.nextBytes(payload);
            Reading reading = StoreFixture.reading(store, order.size() + 1, payload);
            if (store.append(reading)) {
                order.add(reading.id());
                appended.put(reading.id(), payload);
            }
        }
        StoreFixture.flush(store);
    }

    private void send(Store store, int max) {
        try {
            Batch batch = store.outbox(SINK).next(null, max, 1 << 20);
            if (batch != null) {
                store.outbox(SINK).acknowledge(batch);
                for (Reading reading : batch.readings) {
                    acknowledged.add(reading.id());
                }
            }
        } catch (StoreException refused) {
            // Nothing was handed out, or nothing was acknowledged: it comes again.
        }
    }

    /** Opens the database on a disk that is in order, waits for what is salvaged, and compares. */
    void check(DiskFaults faults, boolean wasDamaged) throws Exception {
        faults.end();
        long committed = health.value(Counter.STORE_COMMITTED);
        expect(order.size() == committed + health.value(Counter.STORE_LOST),
            order.size() + " appended, " + committed + " committed, " + health.value(Counter.STORE_LOST) + " lost");
        expect(health.value(Counter.STORE_QUEUE_DROPPED) == 0, "dropped");
        setAside = Files.exists(directory.resolve(ASIDE));
        if (setAside || !wasDamaged) {
            integrity();
        }
        expect(!setAside || wasDamaged || status().contains("set aside"), "set aside without a word");
        boolean isTransient = !wasDamaged && faults.strikes() <= 1;
        expect(!isTransient || !setAside, "one call failed: asked again, the disk answers");
        expect(!isTransient || health.value(Counter.STORE_DAMAGED) == 0, "one call failed, and a block was given up");
        Map<String, byte[]> all;
        Map<String, byte[]> unsent;
        List<Gap> gaps;
        Health after = new Health();
        try (Store store = Store.open(config, directory, "gw-01", after, SINK)) {
            StoreFixture.flush(store);
            Await.until("the salvage to end", 60, () -> !"running".equals(after.stateOf("salvage")));
            all = drain(store.outbox("check"));
            unsent = drain(store.outbox(SINK));
            gaps = store.outbox(SINK).gaps(Gaps.MOST);
        }
        StoreFixture.awaitClosed(after);
        setAside = Files.exists(directory.resolve(ASIDE));
        expectSent(all, unsent);
        compare(all, gaps, order.subList(0, (int) committed));
    }

    /** SQLite calls a file damaged of which it cannot read a page (SQLITE_IOERR_CORRUPTFS), and so that is legal. */
    boolean isSetAside() {
        return setAside;
    }

    /** What the cursor passed was acknowledged; or the block could not be read, and that was counted. */
    private void expectSent(Map<String, byte[]> all, Map<String, byte[]> unsent) {
        Set<String> passed = new HashSet<>(all.keySet());
        passed.removeAll(unsent.keySet());
        passed.removeAll(acknowledged);
        expect(passed.size() <= health.value(Counter.STORE_DAMAGED), "the cursor skips " + passed);
    }

    private void compare(Map<String, byte[]> all, List<Gap> gaps, List<String> committed) {
        for (String id : committed) {
            expect(all.containsKey(id) || setAside && isKnownToBeGone(id, gaps),
                id + " was counted as committed and is gone");
        }
        long old = 0;
        for (Map.Entry<String, byte[]> held : all.entrySet()) {
            byte[] was = appended.getOrDefault(held.getKey(), before.get(held.getKey()));
            expect(Arrays.equals(was, held.getValue()), held.getKey() + " is not what was appended");
            if (before.containsKey(held.getKey())) {
                old++;
            }
        }
        if (setAside) {
            for (String id : before.keySet()) {
                // Retention may have taken it before, which is on record too.
                expect(all.containsKey(id) || isKnownToBeGone(id, gaps), id + " was there before and is gone");
            }
            return;
        }
        long gone = before.size() - old;
        long expired = health.value(Counter.STORE_EXPIRED);
        // A commit whose sync failed may turn out to be in the file all the same.
        boolean inDoubt = health.value(Counter.STORE_FAILED) > 0;
        expect(gone == expired || inDoubt && gone > expired, gone + " readings are gone, " + expired + " expired");
    }

    /** What the destination had acknowledged, or will be told of. */
    private boolean isKnownToBeGone(String id, List<Gap> gaps) {
        boolean known = acknowledged.contains(id);
        long seq = Long.parseLong(id.substring(id.lastIndexOf('/') + 1));
        for (Gap gap : gaps) {
            known |= gap.epoch == null || id.startsWith(gap.origin + "/" + gap.epoch + "/") && gap.first <= seq
                && seq <= gap.last;
        }
        return known;
    }

    private void integrity() throws Exception {
        if (!Files.exists(directory.resolve(Store.FILE_NAME))) {
            return;
        }
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Store.FILE_NAME));
             Statement statement = database.createStatement()) {
            // Or it would map a file of shared memory, past the disk that fails.
            statement.execute("PRAGMA locking_mode=EXCLUSIVE");
            try (ResultSet row = statement.executeQuery("PRAGMA integrity_check")) {
                expect(row.next() && row.getString(1).equals("ok"), "the integrity check");
            }
        }
    }

    static Map<String, byte[]> drain(Outbox outbox) throws StoreException {
        Map<String, byte[]> drained = new HashMap<>();
        for (Batch batch = outbox.next(null, 512, 1 << 20); batch != null; batch = outbox.next(batch, 512, 1 << 20)) {
            for (Reading reading : batch.readings) {
                drained.put(reading.id(), reading.payload);
            }
        }
        return drained;
    }

    private void expect(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what + "\n" + status());
        }
    }

    private String status() {
        JsonWriter status = new JsonWriter().object();
        health.writeTo(status);
        return status.toString();
    }

    long committed() {
        return health.value(Counter.STORE_COMMITTED);
    }

    long lost() {
        return health.value(Counter.STORE_LOST);
    }
}
