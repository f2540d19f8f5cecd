package io.slipway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.slipway.health.Counter;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

class StoreFileTest extends StoreFixture {
    @Test
    void theOldestGoFirstWhenTheDatabaseIsFullAndTheGapIsOnRecord() throws Exception {
        int count = 60_000;
        Random random = new Random(4);
        List<Reading> left;
        try (Store store = open("option max_bytes '1M'\n option queue_readings '100000'\n option queue_bytes '16M'")) {
            Outbox outbox = store.outbox("cloud");
            for (int seq = 1; seq <= count; seq++) {
                byte[] noise = new byte[40];
                random.nextBytes(noise);
                store.append(reading(store, seq, noise));
            }
            awaitCommitted(count);
            long lost = health.value(Counter.STORE_EXPIRED_UNSENT);
            assertEquals(count - lost, outbox.backlog());
            left = drain(outbox, 256, 1 << 20);
            assertEquals(count - lost, left.size());
            assertEquals(lost + 1, left.get(0).seq);
            assertEquals(count, left.get(left.size() - 1).seq);
        }
        awaitClosed(health);
        assertTrue(Files.size(directory.resolve(Store.FILE_NAME)) < 1_200_000);
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT sink, first, last, n FROM gap")) {
            assertTrue(row.next());
            assertEquals("cloud", row.getString(1));
            assertEquals(1, row.getLong(2));
            assertEquals(left.get(0).seq - 1, row.getLong(3));
            assertEquals(left.get(0).seq - 1, row.getLong(4));
            assertFalse(row.next());
        }
    }

    @Test
    void everyBlockIsChainedToTheOneBefore() throws Exception {
        List<Reading> all = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            try (Store store = open("option block_readings '32'")) {
                append(store, all, 150, new Random(life));
            }
        }
        open("").close();
        Map<Long, byte[]> heads = new HashMap<>();
        int blocks = 0;
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT b.id, s.boot, s.nonce, r.boot, r.nonce, first, last, n,"
                 + " codec, b.hash, payload FROM blk b JOIN strm s ON s.sid=b.id>>40 JOIN strm r ON r.sid=b.rec_sid"
                 + " ORDER BY b.id")) {
            while (row.next()) {
                long sid = row.getLong(1) >> 40;
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(heads.getOrDefault(sid, new byte[16]));
                java.nio.ByteBuffer header = java.nio.ByteBuffer.allocate(72);
                header.putLong(row.getInt(2)).putLong(row.getInt(3)).putLong(row.getLong(1) & (1L << 40) - 1)
                    .putLong(row.getInt(4)).putLong(row.getInt(5));
                for (int column = 6; column <= 9; column++) {
                    header.putLong(row.getLong(column));
                }
                digest.update(header.array());
                digest.update(row.getBytes(11));
                byte[] hash = Arrays.copyOf(digest.digest(), 16);
                assertEquals(Arrays.toString(row.getBytes(10)), Arrays.toString(hash));
                heads.put(sid, hash);
                blocks++;
            }
        }
        assertTrue(blocks >= 3 * 4 + 3, "blocks " + blocks);
    }

    @Test
    void blocksCostFewBytesForEachReading() throws Exception {
        Random random = new Random(5);
        try (Store store = open("")) {
            int[] values = new int[20];
            for (int seq = 1; seq <= 512; seq++) {
                int node = random.nextInt(20);
                values[node] += random.nextInt(21) - 10;
                store.append(new Reading("gw-01", store.epoch(), seq, 1_790_000_000_000L + seq * 37L, true, seq * 37L,
                    Eui64.of(node + 1), "udp/5678",
                    String.valueOf(20 + values[node] / 100.0).getBytes(StandardCharsets.US_ASCII)));
            }
        }
        try (Connection database = raw(); Statement statement = database.createStatement();
             ResultSet row = statement.executeQuery("SELECT n, codec, payload FROM blk")) {
            assertTrue(row.next());
            assertEquals(512, row.getInt(1));
            byte[] payload = row.getBytes(3);
            assertTrue(payload.length / 512.0 < 8, payload.length / 512.0 + " bytes a reading");
            byte[] plain = new InflaterInputStream(new ByteArrayInputStream(payload), new Inflater(true))
                .readAllBytes();
            assertEquals(512, ReadingsCodec.decode(plain, "gw-01", null).size());
        }
    }

    @Test
    void aDamagedDatabaseIsSetAsideAndTheGatewayStarts() throws Exception {
        try (Store store = open("")) {
            store.append(reading(store, 1, new byte[1]));
        }
        awaitClosed(health);
        Path file = directory.resolve(Store.FILE_NAME);
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 0, 2000, (byte) 0x55);
        Files.write(file, bytes);
        try (Store store = open("")) {
            assertEquals(1, store.epoch().boot());
            assertEquals(0, store.readings());
        }
        assertEquals(Arrays.toString(bytes),
            Arrays.toString(Files.readAllBytes(directory.resolve(Store.FILE_NAME + ".damaged-1"))));
    }

    @Test
    void aDatabaseOfANewerProgramIsLeftAlone() throws Exception {
        open("").close();
        try (Connection database = raw(); Statement statement = database.createStatement()) {
            statement.execute("PRAGMA user_version=" + (Schema.VERSION + 1));
        }
        byte[] before = Files.readAllBytes(directory.resolve(Store.FILE_NAME));
        StoreException refused = assertThrows(StoreException.class, () -> open(""));
        assertTrue(refused.getMessage().contains("newer slipway"), refused.getMessage());
        assertEquals(Arrays.toString(before),
            Arrays.toString(Files.readAllBytes(directory.resolve(Store.FILE_NAME))));
    }

    @Test
    void aSecondGatewayOnTheSameDirectoryIsRefused() throws Exception {
        try (Store store = open("")) {
            StoreException refused = assertThrows(StoreException.class,
                () -> Store.open(config(""), directory, "gw-01", health));
            assertTrue(refused.getMessage().endsWith("another gateway has it open"), refused.getMessage());
            assertTrue(store.append(reading(store, 1, new byte[1])));
        }
    }

    @Test
    void onlyTheOwnerCanReadTheFile() throws Exception {
        open("").close();
        assertEquals("rw-------", PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve(Store.FILE_NAME))));
    }
}
