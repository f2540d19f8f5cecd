package io.slipway.store;

import io.slipway.config.StoreConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.testing.DiskFaults;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A program, to be run on a disk that fails: has each call of a {@link FaultyLife} fail in turn, 1, 2, 3 and so on
 * until a life passes untouched, in each way that there is, beginning with no database, one that is full, and one that
 * was left by a crash. Arguments: a directory, of which the disk watches {@code root}; every how many calls; the seed.
 * Ends with status 1 and the reason where something is not true that must be.
 */
final class FaultyLives {
    private static final long STUCK_MS = 60_000;
    private static final int CHECKPOINT_STEP = 3;

    /** What is there when a life begins. */
    private enum Beginning { NOTHING, FULL, CRASHED }

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
        for (Beginning beginning : Beginning.values()) {
            for (DiskFaults.Kind kind : List.of(DiskFaults.Kind.IO_ERROR, DiskFaults.Kind.NO_SPACE,
                    DiskFaults.Kind.HALF)) {
                all.each(beginning, kind, false, 40);
                all.each(beginning, kind, true, 40);
            }
        }
        all.checkpoint();
        System.out.println("lives " + all.lives + ", committed " + all.committed + ", lost and counted " + all.lost
            + ", set aside " + all.aside);
    }

    /** Databases to begin with, made while nothing fails. */
    private void prepare() throws Exception {
        Health health = new Health();
        Path live = Files.createDirectory(templates.resolve("FULL"));
        try (Store store = Store.open(config, live, "gw-01", health, "cloud")) {
            for (int seq = 1; health.value(Counter.STORE_EXPIRED) == 0; seq++) {
                byte[] payload = new byte[900];
                random.nextBytes(payload);
                store.append(StoreFixture.reading(store, seq, payload));
                if (seq % 16 == 0) {
                    store.flush();
                }
            }
            full.putAll(FaultyLife.drain(store.outbox("template")));
            copy(live, Files.createDirectory(templates.resolve("CRASHED")));
        }
        Files.createDirectory(templates.resolve("NOTHING"));
    }

    /** Enough readings for a checkpoint in the middle, and so many calls that some of them must do. */
    private void checkpoint() throws Exception {
        step *= CHECKPOINT_STEP;
        each(Beginning.FULL, DiskFaults.Kind.IO_ERROR, false, 500);
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
                life.live(readings);
                life.check(faults);
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
