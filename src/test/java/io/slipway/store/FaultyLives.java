package io.slipway.store;

import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.DiskFaults;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A program, to be run on a disk that fails: has each call of a {@link FaultyLife} fail in turn, 1, 2, 3 and so on
 * until a life passes untouched, in each way that there is, beginning with no database, one that is full, one that was
 * left by a crash, and one that is damaged. Arguments: a directory, of which the disk watches {@code root}; every how
 * many calls; the seed. Ends with status 1 and the reason where something is not true that must be.
 */
final class FaultyLives {
    private static final long STUCK_MS = 60_000;
    private static final int CHECKPOINT_STEP = 3;
    private static final int SALVAGE_STEP = 3;
    /** Of the database, in bytes. */
    private static final int PAGE = 512;

    /** What is there when a life begins; a damaged one is set aside and salvaged. */
    private enum Beginning { NOTHING, FULL, CRASHED, DAMAGED }

    private final Path root;
    private final Path templates;
    private final DiskFaults faults;
    private final StoreConfig config;
    private int step;
    private final Random random;
    private final Map<String, byte[]> full = new HashMap<>();
    private long lives;
    private long committed;
    private long lost;
    private long aside;

    private FaultyLives(Path directory, int step, long seed) throws Exception {
        this.root = Files.createDirectories(directory.resolve("root"));
        this.templates = Files.createDirectories(directory.resolve("templates"));
        this.faults = DiskFaults.at(directory.resolve("faults"));
        this.step = step;
        this.random = new Random(seed);
        // Only a flush commits: the calls are the same ones each time.
        this.config = StoreFixture.config("option commit_interval_ms '60000'\n option commit_readings '512'\n"
            + " option block_readings '16'\n option max_bytes '1M'");
    }

    public static void main(String[] args) throws Exception {
        FaultyLives all = new FaultyLives(Path.of(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
        all.prepare();
        for (Beginning beginning : List.of(Beginning.NOTHING, Beginning.FULL, Beginning.CRASHED)) {
            for (DiskFaults.Kind kind : List.of(DiskFaults.Kind.IO_ERROR, DiskFaults.Kind.NO_SPACE,
                    DiskFaults.Kind.HALF)) {
                all.each(beginning, kind, false, 40);
                all.each(beginning, kind, true, 40);
            }
        }
        all.checkpoint();
        all.salvage();
        System.out.println("lives " + all.lives + ", committed " + all.committed + ", lost and counted " + all.lost
            + ", set aside " + all.aside);
    }

    /** Databases to begin with, made while nothing fails. */
    private void prepare() throws Exception {
        Health health = new Health();
        Path live = Files.createDirectory(templates.resolve("FULL"));
        try (Store store = Store.open(config, live, "gw-01", health, "cloud")) {
            int seq = 1;
            while (health.value(Counter.STORE_EXPIRED) == 0) {
                appendBlock(store, seq);
                seq += 16;
            }
            // Just after the log was merged: a long one is read page by page at the start, one page like another.
            FileTime merged = Files.getLastModifiedTime(live.resolve(Store.FILE_NAME));
            while (Files.getLastModifiedTime(live.resolve(Store.FILE_NAME)).equals(merged)) {
                appendBlock(store, seq);
                seq += 16;
            }
            appendBlock(store, seq);
            full.putAll(FaultyLife.drain(store.outbox("template")));
            copy(live, Files.createDirectory(templates.resolve("CRASHED")));
        }
        StoreFixture.awaitClosed(health);
        Files.createDirectory(templates.resolve("NOTHING"));
        damage(live, Files.createDirectory(templates.resolve("DAMAGED")));
    }

    private void appendBlock(Store store, int from) {
        for (int seq = from; seq < from + 16; seq++) {
            byte[] payload = new byte[900];
            random.nextBytes(payload);
            store.append(StoreFixture.reading(store, seq, payload));
        }
        StoreFixture.flush(store);
    }

    /** The cursors cannot be read any more, which is found at the start; everything else can. */
    private void damage(Path from, Path to) throws Exception {
        copy(from, to);
        Path file = to.resolve(Store.FILE_NAME);
        long root;
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file);
             Statement statement = database.createStatement()) {
            // Or it would map a file of shared memory, past the disk that fails.
            statement.execute("PRAGMA locking_mode=EXCLUSIVE");
            try (ResultSet row = statement.executeQuery(
                    "SELECT rootpage FROM sqlite_master WHERE name='sink_ack'")) {
                root = row.getLong(1);
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, (int) (root - 1) * PAGE, (int) root * PAGE, (byte) 0x55);
        Files.write(file, bytes);
    }

    /** Enough readings for a checkpoint in the middle, and so many calls that some of them must do. */
    private void checkpoint() throws Exception {
        step *= CHECKPOINT_STEP;
        each(Beginning.FULL, DiskFaults.Kind.IO_ERROR, false, 500);
    }

    /** Several times as many calls, most of them alike. */
    private void salvage() throws Exception {
        step *= SALVAGE_STEP;
        each(Beginning.DAMAGED, DiskFaults.Kind.IO_ERROR, false, 40);
        each(Beginning.DAMAGED, DiskFaults.Kind.IO_ERROR, true, 40);
        each(Beginning.DAMAGED, DiskFaults.Kind.NO_SPACE, true, 40);
    }

    private static void copy(Path from, Path to) throws Exception {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
            for (Path file : files) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void remove(Path directory) throws Exception {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.isDirectory(file)) {
                    remove(file);
                } else {
                    Files.delete(file);
                }
            }
        }
        Files.delete(directory);
    }

    private void each(Beginning beginning, DiskFaults.Kind kind, boolean lasting, int readings) throws Exception {
        long at = 1 + random.nextInt(step);
        long calls = 0;
        int count = 0;
        do {
            calls = one(beginning, kind, lasting, readings, at);
            count++;
            at += step;
        } while (calls > 0);
        System.out.println(beginning + ", " + kind + (lasting ? " from then on" : " once") + ": " + count
            + " lives, up to call " + (at - step));
    }

    /** Returns how many calls failed. */
    private long one(Beginning beginning, DiskFaults.Kind kind, boolean lasting, int readings, long at)
            throws Exception {
        Path directory = root.resolve("life-" + lives++);
        Files.createDirectory(directory);
        copy(templates.resolve(beginning.name()), directory);
        FaultyLife life = new FaultyLife(directory, config, beginning == Beginning.NOTHING ? Map.of() : full);
        String where = beginning + ", " + kind + (lasting ? " from call " : " at call ") + at;
        Throwable[] failure = new Throwable[1];
        Thread living = new Thread(() -> {
            try {
                faults.begin(kind, at, lasting);
                life.live(readings, faults);
                life.check(faults, beginning == Beginning.DAMAGED);
            } catch (Exception | AssertionError failed) {
                failure[0] = failed;
            }
        });
        living.start();
        living.join(STUCK_MS);
        if (living.isAlive()) {
            System.out.println(where + ": stuck: " + Thread.getAllStackTraces());
            System.exit(1);
        }
        if (failure[0] != null) {
            throw new AssertionError(where + ": " + failure[0].getMessage(), failure[0]);
        }
        committed += life.committed();
        lost += life.lost();
        aside += life.isSetAside() ? 1 : 0;
        remove(directory);
        return faults.strikes();
    }
}
