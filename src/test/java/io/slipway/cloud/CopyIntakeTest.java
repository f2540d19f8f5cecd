package io.slipway.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.slipway.config.CloudConfig;
import io.slipway.health.Counter;
import io.slipway.health.Health;
import io.slipway.reading.Epoch;
import io.slipway.reading.Eui64;
import io.slipway.reading.Reading;
import io.slipway.testing.Await;
import io.slipway.testing.Postgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks into a real SQLite file, from a source that hands out what it is given and looks at what it is told. */
class CopyIntakeTest {
    private static final Epoch EPOCH = new Epoch(3, 7);
    private static final String STREAM = "gw-01/" + EPOCH;

    @TempDir
    Path directory;
    private final Health health = new Health();
    private final List<Copy> held = new ArrayList<>();
    private final Queue<String> tooEarly = new ConcurrentLinkedQueue<>();
    private volatile long told;
    private String url;
    private CloudConfig config;
    private CopyIntake intake;

    @BeforeEach
    void prepare() throws Exception {
        use("jdbc:sqlite:" + directory.resolve("cloud.db"));
    }

    private void use(String database) throws Exception {
        url = database;
        Path file = directory.resolve("cloud.conf");
        Files.write(file, List.of("config cloud", "option url 'mqtt://127.0.0.1'", "option database '" + url + "'"));
        config = CloudConfig.load(file);
        Books.open(config, null).close();
    }

    @AfterEach
    void end() {
        if (intake != null) {
            intake.close();
        }
    }

    private void start() {
        intake = new CopyIntake(config, null, this::behind, health);
        intake.start();
    }

    private List<Copy> behind(Map<String, Long> stored) {
        long place = stored.getOrDefault(STREAM, 0L);
        if (place > number("SELECT number FROM copied") || place > 0 && number("SELECT count(*) FROM reading") == 0) {
            tooEarly.add("told " + place);
        }
        told = place;
        List<Copy> copies = new ArrayList<>();
        for (Copy copy : held) {
            if (copy.number > place) {
                copies.add(copy);
            }
        }
        return copies;
    }

    private long number(String sql) {
        try (Connection connection = DriverManager.getConnection(url);
             Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private String row(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
             Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            StringBuilder text = new StringBuilder();
            while (row.next()) {
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    text.append(row.getString(i)).append(' ');
                }
            }
            return text.toString().trim();
        }
    }

    private static List<Reading> readings(String source, long... numbers) {
        List<Reading> readings = new ArrayList<>();
        for (long seq : numbers) {
            readings.add(new Reading("gw-01", EPOCH, seq, 1_700_000_000_000L + seq, true, seq, Eui64.LAN, source,
                ("r" + seq).getBytes(StandardCharsets.UTF_8)));
        }
        return readings;
    }

    private static Copy block(long number, long... numbers) {
        return new Copy(STREAM, number, "gw-01", EPOCH, new long[] {numbers[0], numbers[numbers.length - 1]},
            readings("udp/1", numbers));
    }

    private void awaitTold(long number) {
        Await.until("block " + number, 60, () -> told == number);
        assertEquals(List.of(), new ArrayList<>(tooEarly));
    }

    @Test
    void nothingIsToldBeforeTheDatabaseHasCommittedIt() throws Exception {
        held.add(block(1, 1, 2, 3));
        held.add(block(2, 4, 5));
        try (Connection other = DriverManager.getConnection(url); Statement statement = other.createStatement()) {
            statement.execute("CREATE TRIGGER no BEFORE INSERT ON copied BEGIN SELECT RAISE(ABORT, 'not now'); END");
            start();
            Await.until("two attempts", 60, () -> health.value(Counter.CLOUD_FAILED) > 1);
            assertEquals(0, told);
            assertEquals(0, number("SELECT count(*) FROM reading"));
            statement.execute("DROP TRIGGER no");
        }
        awaitTold(2);
        assertEquals("5 5 1 5 5", row("SELECT contig, top, first, last, n FROM stream JOIN held USING(sid)"));
        assertEquals(5, number("SELECT count(*) FROM reading"));
    }

    @Test
    void whatABatchBroughtAlreadyIsNotStoredTwice() throws Exception {
        try (Books books = Books.open(config, null)) {
            Group group = new Group();
            group.packs.add(new Pack("gw-01", EPOCH, readings("udp/1", 2, 3, 4)));
            new Account(books, health).store(group, 1);
        }
        held.add(block(1, 1, 2, 3));
        held.add(block(2, 4, 5, 7));
        start();
        awaitTold(2);
        // Number 6 was passed over within a block: it never comes.
        assertEquals("7 7 1 7 6", row("SELECT contig, top, first, last, n FROM stream JOIN held USING(sid)"));
        assertEquals(3, health.value(Counter.CLOUD_DUPLICATES));
    }

    private void storeTimed(long... offsets) throws Exception {
        Reading late = new Reading("gw-01", EPOCH, 1, 0, false, 5000, Eui64.LAN, "udp/1", new byte[] {'x'});
        for (long offset : offsets) {
            try (Books books = Books.open(config, null)) {
                Group group = new Group();
                group.packs.add(new Pack("gw-01", EPOCH, List.of(offset == 0 ? late : late.timedBy(offset))));
                new Account(books, health).store(group, 1);
            }
        }
    }

    @Test
    void aTimeThatABlockDidNotKnowComesWithTheBatch() throws Exception {
        storeTimed(0, 1_700_000_000_000L, 0, 7);
        assertEquals("1700000005000 1 5000", row("SELECT at, clock, mono FROM reading"));
        try (Postgres database = new Postgres("fsync=off")) {
            use(database.url());
            storeTimed(0, 1_700_000_000_000L, 0, 7);
            assertEquals("1700000005000 1 5000",
                row("SELECT (extract(epoch FROM at) * 1000)::bigint, clock, mono FROM reading"));
        }
    }

    @Test
    void aGapOfTheClusterIsWrittenDownAndItsNumbersAreLeftForTheGatewayToSend() throws Exception {
        held.add(block(1, 1, 2));
        held.add(block(5, 9, 10).behindGap("pressure", 2));
        start();
        awaitTold(5);
        assertEquals("2 10", row("SELECT contig, top FROM stream"));
        assertEquals("3 8 null cluster_pressure 0", row("SELECT first, last, n, reason, settled FROM gap"));
        // It had them all the same.
        try (Books books = Books.open(config, null)) {
            Group group = new Group();
            group.packs.add(new Pack("gw-01", EPOCH, readings("udp/1", 3, 4, 5, 6, 7, 8)));
            new Account(books, health).store(group, 1);
        }
        assertEquals("10", row("SELECT contig FROM stream"));
    }

    @Test
    void aBlockThatCannotBeReadOrStoredHoldsUpNoOther() throws Exception {
        held.add(new Copy(STREAM, 1, "gw-01", EPOCH, new long[] {1, 2}, null));
        held.add(new Copy(STREAM, 2, "gw-01", EPOCH, new long[] {3, 4}, readings("a\0b", 3, 4)));
        held.add(new Copy(STREAM, 3, "gw-01", EPOCH, new long[] {5, 9}, readings("udp/1", 5, 6)));
        held.add(block(4, 10, 11));
        start();
        awaitTold(4);
        assertEquals(3, health.value(Counter.CLOUD_BLOCKS_BAD));
        assertEquals(2, number("SELECT count(*) FROM reading"));
        assertEquals("1 2 3 4 5 9", row("SELECT first, last FROM gap WHERE reason = 'cluster_unreadable' ORDER BY 1"));
    }

    @Test
    void whatTheDatabaseRefusesIsGivenUpAloneAndTheRestIsStored() throws Exception {
        try (Postgres database = new Postgres("fsync=off")) {
            use(database.url());
            Reading far = new Reading("gw-01", EPOCH, 4, Long.MAX_VALUE, true, 1, Eui64.LAN, "udp/1", new byte[] {'x'});
            held.add(block(1, 1, 2, 3));
            held.add(new Copy(STREAM, 2, "gw-01", EPOCH, new long[] {4, 4}, List.of(far)));
            held.add(block(3, 5, 6));
            start();
            awaitTold(3);
            assertEquals("1 2 3 5 6", row("SELECT seq FROM reading ORDER BY 1"));
            assertEquals("4 4 cluster_unreadable", row("SELECT first, last, reason FROM gap"));
            assertEquals("3 6", row("SELECT contig, top FROM stream"));
            end();
        }
    }
}
