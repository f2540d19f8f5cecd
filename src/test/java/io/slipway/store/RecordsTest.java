package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.health.Counter;
import io.slipway.testing.Await;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Small records outlive the store, and cost few writes. */
class RecordsTest extends StoreFixture {
    /** Whose records they are. */
    private static final class Owned implements Records.Owner {
        final Map<Long, byte[]> found = Collections.synchronizedMap(new LinkedHashMap<>());
        volatile int lost;

        @Override
        public void found(Map<Long, byte[]> records) {
            found.putAll(records);
        }

        @Override
        public void lost() {
            lost++;
        }
    }

    private static Owned own(Store store, Records records) throws StoreException {
        Owned owned = new Owned();
        store.own(records, owned);
        return owned;
    }

    /** Waits until a record is on the disk. */
    private static void putDurably(Records records, long key, int body) {
        List<Boolean> receipts = Collections.synchronizedList(new ArrayList<>());
        records.put(key, new byte[] {(byte) body}, receipts::add);
        Await.until("the receipt", 60, () -> receipts.equals(List.of(true)));
    }

    @Test
    void whatIsPutIsFoundInTheNextLifeAndWhatIsRemovedIsNot() throws Exception {
        try (Store store = open("")) {
            assertEquals(Map.of(), own(store, store.nodes()).found);
            store.nodes().put(-1, new byte[] {1});
            store.nodes().put(2, new byte[] {2});
            store.nodes().put(2, new byte[] {3});
            store.nodes().put(4, new byte[] {4});
            store.nodes().remove(4);
            store.commands().put(2, new byte[] {9});
        }
        try (Store store = open("")) {
            Owned nodes = own(store, store.nodes());
            assertEquals(List.of(-1L, 2L), new ArrayList<>(nodes.found.keySet()));
            assertArrayEquals(new byte[] {3}, nodes.found.get(2L));
            assertArrayEquals(new byte[] {9}, own(store, store.commands()).found.get(2L));
            store.nodes().remove(2);
        }
        try (Store store = open("")) {
            assertEquals(List.of(-1L), new ArrayList<>(own(store, store.nodes()).found.keySet()));
        }
    }

    @Test
    void aReceiptSaysThatAPowerCutCannotTakeIt() throws Exception {
        Store store = open("");
        try {
            putDurably(store.commands(), 1, 7);
            // What the disk holds now, and the store goes on: as after a power cut.
            Path copy = Files.createDirectory(directory.resolve("copy"));
            for (String part : List.of(Store.FILE_NAME, Store.FILE_NAME + "-wal")) {
                Files.copy(directory.resolve(part), copy.resolve(part));
            }
            try (Store after = Store.open(config(""), copy, "gw-01", health)) {
                assertArrayEquals(new byte[] {7}, own(after, after.commands()).found.get(1L));
            }
        } finally {
            store.close();
        }
    }

    @Test
    void whatIsNotUrgentWaitsForReadings() throws Exception {
        try (Store store = open("")) {
            long before = health.value(Counter.STORE_COMMITS);
            for (int i = 0; i < 1000; i++) {
                store.nodes().put(i, new byte[] {1});
            }
            assertEquals(before, health.value(Counter.STORE_COMMITS));
            store.append(reading(store, 1, new byte[1]));
            awaitCommitted(1);
            assertEquals(before + 1, health.value(Counter.STORE_COMMITS));
        }
        try (Store store = open("")) {
            assertEquals(1000, own(store, store.nodes()).found.size());
        }
    }

    @Test
    void aDamagedRecordIsLeftOut() throws Exception {
        try (Store store = open("")) {
            store.nodes().put(1, new byte[] {1});
            store.nodes().put(2, new byte[] {2});
        }
        try (Connection raw = raw(); Statement statement = raw.createStatement()) {
            statement.execute("UPDATE node SET v=x'05' WHERE k=1");
        }
        try (Store store = open("")) {
            assertEquals(List.of(2L), new ArrayList<>(own(store, store.nodes()).found.keySet()));
        }
    }

    @Test
    void whoMustNotWaitIsToldThatTheDiskRefuses() throws Exception {
        Store store = open("");
        List<Boolean> receipts = Collections.synchronizedList(new ArrayList<>());
        try {
            Files.move(directory.resolve(Store.FILE_NAME), directory.resolve("elsewhere"));
            store.commands().put(1, new byte[] {1}, receipts::add);
            Await.until("the receipt", 60, () -> !receipts.isEmpty());
            assertEquals(List.of(false), receipts);
            Files.move(directory.resolve("elsewhere"), directory.resolve(Store.FILE_NAME));
            putDurably(store.commands(), 2, 2);
        } finally {
            store.close();
        }
        try (Store after = open("")) {
            assertEquals(List.of(1L, 2L), new ArrayList<>(own(after, after.commands()).found.keySet()));
        }
    }

    @Test
    void aStoreThatIsClosedRefusesAtOnce() throws Exception {
        Store store = open("");
        store.close();
        List<Boolean> receipts = Collections.synchronizedList(new ArrayList<>());
        store.commands().put(1, new byte[] {1}, receipts::add);
        assertEquals(List.of(false), receipts);
    }

    @Test
    void whatADamagedDatabaseHeldIsInTheNextOne() throws Exception {
        try (Store store = open("")) {
            store.nodes().put(1, new byte[] {1});
            store.commands().put(2, new byte[] {2});
        }
        long page;
        try (Connection raw = raw(); Statement statement = raw.createStatement()) {
            page = statement.executeQuery("SELECT rootpage FROM sqlite_master WHERE name='blk'").getLong(1);
        }
        try (RandomAccessFile file = new RandomAccessFile(directory.resolve(Store.FILE_NAME).toFile(), "rw")) {
            file.seek((page - 1) * 512);
            file.write(new byte[512]);
        }
        try (Store store = open("")) {
            assertEquals(1, health.value(Counter.STORE_SET_ASIDE));
            assertEquals(List.of(1L), new ArrayList<>(own(store, store.nodes()).found.keySet()));
            assertEquals(List.of(2L), new ArrayList<>(own(store, store.commands()).found.keySet()));
        }
    }
}
