package io.slipway.cloud;

import io.slipway.config.CloudConfig;
import io.slipway.reading.Reading;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One connection to the database: rows in and out, and transactions. What the rows mean is {@link Account}'s business.
 * Whoever changes something of a stream has its row locked, so processes take turns at one life of one gateway and at
 * nothing else. Used by one thread.
 */
abstract class Books implements Closeable {
    /** The SQLSTATE of data that cannot be written. */
    static final String DATA = "22000";
    private static final String COLUMNS =
        "sid, origin, epoch, contig, contig_at, top, told, came_at, last_at, asks, ask_at";

    final Connection connection;
    private final Gaps gaps;
    private final Cursors cursors;

    Books(Connection connection) {
        this.connection = connection;
        this.gaps = new Gaps(connection);
        this.cursors = new Cursors(connection);
    }

    /** The rows of the table {@code gap}. */
    Gaps gaps() {
        return gaps;
    }

    /** The rows of the table {@code copied}. */
    Cursors cursors() {
        return cursors;
    }

    /**
     * Connects, and makes the tables where they are missing.
     *
     * @param password {@code null} where there is none
     */
    static Books open(CloudConfig config, String password) throws SQLException {
        return config.database.startsWith("jdbc:sqlite:") ? SqliteBooks.open(config.database)
            : PostgresBooks.open(config, password);
    }

    /** Adds readings that are not there, and counts them in their pieces. */
    abstract void insert(List<Piece> pieces) throws SQLException;

    /** An expression for a moment, which is {@code ?} in milliseconds since 1970. */
    abstract String moment();

    /** Gives readings that were stored without a time the one that their gateway worked out since. */
    void mendTimes(List<Piece> pieces) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE reading SET at = " + moment()
                + ", clock = 1 WHERE sid = ? AND seq = ? AND clock = 2")) {
            for (Piece piece : pieces) {
                for (Reading reading : piece.readings) {
                    if (reading.estimated && piece.added < piece.readings.size()) {
                        bind(update, reading.at, piece.stream.sid, reading.seq);
                        update.addBatch();
                    }
                }
            }
            update.executeBatch();
        }
    }

    /** What has the selected rows of {@code stream} locked until the end of the transaction. */
    abstract String lock();

    /** What is to be done before rows are read that the transaction will change. */
    void claim() throws SQLException {
        // The rows' own locks are enough.
    }

    /** Whether this process is the one that listens to what gateways say of themselves, and asks. */
    abstract boolean tryToKeep() throws SQLException;

    /** Whether the failure lies in what was to be written, and not in the database. */
    static boolean isData(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException gone) {
            // It is not used again either way.
            return;
        }
    }

    /**
     * The rows of streams, made where they are missing, all locked in the order of their numbers.
     *
     * @param keys origin and epoch in turn
     */
    Map<String, StreamRow> streams(Collection<String[]> keys, long now) throws SQLException {
        Map<String, StreamRow> found = lockStreams(keys);
        if (found.size() == keys.size()) {
            return found;
        }
        // On their own, before anything is locked: two processes that make the same streams must not wait in a ring.
        connection.rollback();
        Map<String, String[]> sorted = new TreeMap<>();
        for (String[] key : keys) {
            sorted.put(key[0] + '/' + key[1], key);
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO stream(origin, epoch, contig,"
                + " contig_at, top, told, came_at, last_at, asks, ask_at) VALUES(?, ?, 0, ?, 0, 0, 0, 0, 0, 0)"
                + " ON CONFLICT DO NOTHING")) {
            for (String[] key : sorted.values()) {
                insert.setString(1, key[0]);
                insert.setString(2, key[1]);
                insert.setLong(3, now);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        connection.commit();
        return lockStreams(keys);
    }

    private Map<String, StreamRow> lockStreams(Collection<String[]> keys) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM stream WHERE (origin, epoch) IN (VALUES ");
        for (int i = 0; i < keys.size(); i++) {
            sql.append(i == 0 ? "(?, ?)" : ", (?, ?)");
        }
        Map<String, StreamRow> found = new LinkedHashMap<>();
        claim();
        try (PreparedStatement select = connection.prepareStatement(sql + ") ORDER BY sid" + lock())) {
            int at = 1;
            for (String[] key : keys) {
                select.setString(at++, key[0]);
                select.setString(at++, key[1]);
            }
            for (StreamRow row : rows(select)) {
                found.put(row.origin + '/' + row.epoch, row);
            }
        }
        return found;
    }

    /** Streams of gateways that are there, for whose missing numbers nothing has come since a moment; those due now. */
    List<StreamRow> waiting(long since, long now, int most) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS + " FROM stream s"
                + " WHERE (contig < top OR contig < told) AND contig_at <= ? AND ask_at <= ?"
                + " AND EXISTS (SELECT 1 FROM gateway g WHERE g.origin = s.origin AND g.state = 'online')"
                + " ORDER BY ask_at, sid LIMIT " + most)) {
            select.setLong(1, since);
            select.setLong(2, now);
            return rows(select);
        }
    }

    /** Streams of which something is missing. */
    List<StreamRow> open() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS
                + " FROM stream WHERE contig < top OR contig < told")) {
            return rows(select);
        }
    }

    List<StreamRow> ofGateway(String origin) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS
                + " FROM stream WHERE origin = ? ORDER BY sid")) {
            select.setString(1, origin);
            return rows(select);
        }
    }

    private static List<StreamRow> rows(PreparedStatement select) throws SQLException {
        List<StreamRow> rows = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                StreamRow stream = new StreamRow(row.getLong(1), row.getString(2), row.getString(3));
                stream.contig = row.getLong(4);
                stream.contigAt = row.getLong(5);
                stream.top = row.getLong(6);
                stream.told = row.getLong(7);
                stream.cameAt = row.getLong(8);
                stream.lastAt = row.getLong(9);
                stream.asks = row.getInt(10);
                stream.askAt = row.getLong(11);
                rows.add(stream);
            }
        }
        return rows;
    }

    void save(Collection<StreamRow> streams) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE stream SET contig = ?, contig_at = ?,"
                + " top = ?, told = ?, came_at = ?, last_at = ?, asks = ?, ask_at = ? WHERE sid = ?")) {
            for (StreamRow stream : streams) {
                long[] values = {stream.contig, stream.contigAt, stream.top, stream.told, stream.cameAt, stream.lastAt,
                    stream.asks, stream.askAt, stream.sid};
                bind(update, values);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    static void bind(PreparedStatement statement, long... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setLong(i + 1, values[i]);
        }
    }

    /** Ranges of {@code held} that touch one of the pieces: stream, first, last and n each. */
    List<long[]> heldAt(List<Piece> pieces) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT sid, first, last, n FROM held WHERE ");
        for (int i = 0; i < pieces.size(); i++) {
            sql.append(i == 0 ? "" : " OR ").append("sid = ? AND first <= ? AND last >= ?");
        }
        try (PreparedStatement select = connection.prepareStatement(sql.toString())) {
            int at = 1;
            for (Piece piece : pieces) {
                select.setLong(at++, piece.stream.sid);
                select.setLong(at++, piece.last + 1);
                select.setLong(at++, piece.first - 1);
            }
            return numbers(select, 4);
        }
    }

    /** Numbers of a stream behind {@code after} that are stored or gone: first and last each, in order of first. */
    List<long[]> settled(long sid, long after) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT first, last FROM held"
                + " WHERE sid = ? AND last > ? UNION ALL SELECT first, last FROM gap"
                + " WHERE sid = ? AND settled = 1 AND last > ? ORDER BY 1")) {
            bind(select, sid, after, sid, after);
            return numbers(select, 2);
        }
    }

    static List<long[]> numbers(PreparedStatement select, int columns) throws SQLException {
        List<long[]> rows = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                long[] values = new long[columns];
                for (int i = 0; i < columns; i++) {
                    values[i] = row.getLong(i + 1);
                }
                rows.add(values);
            }
        }
        return rows;
    }

    /** @param gone ranges as {@link #heldAt} has them, of which only stream and first count */
    void replaceHeld(List<long[]> gone, List<long[]> held) throws SQLException {
        if (!gone.isEmpty()) {
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM held WHERE sid = ? AND first = ?")) {
                for (long[] row : gone) {
                    bind(delete, row[0], row[1]);
                    delete.addBatch();
                }
                delete.executeBatch();
            }
        }
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO held(sid, first, last, n)"
                + " VALUES(?, ?, ?, ?) ON CONFLICT(sid, first) DO UPDATE SET last = excluded.last, n = excluded.n")) {
            for (long[] row : held) {
                bind(upsert, row);
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    /** How many numbers of a range are stored readings. */
    long count(long sid, long first, long last) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT count(*) FROM reading WHERE sid = ? AND seq BETWEEN ? AND ?")) {
            bind(select, sid, first, last);
            return numbers(select, 1).get(0)[0];
        }
    }

    void gateway(String origin, String state, long now) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO gateway(origin, state, state_at,"
                + " extent_at) VALUES(?, ?, ?, 0) ON CONFLICT(origin) DO UPDATE SET state = excluded.state,"
                + " state_at = excluded.state_at WHERE gateway.state <> excluded.state")) {
            upsert.setString(1, origin);
            upsert.setString(2, state);
            upsert.setLong(3, now);
            upsert.executeUpdate();
        }
    }

    void extent(String origin, String version, long now) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO gateway(origin, state, state_at,"
                + " version, extent_at) VALUES(?, 'unknown', 0, ?, ?) ON CONFLICT(origin) DO UPDATE SET"
                + " version = excluded.version, extent_at = excluded.extent_at")) {
            upsert.setString(1, origin);
            upsert.setString(2, version);
            upsert.setLong(3, now);
            upsert.executeUpdate();
        }
    }

    void aside(Message message, String reason, long now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO aside(came_at, topic, reason,"
                + " properties, payload) VALUES(?, ?, ?, ?, ?)")) {
            insert.setLong(1, now);
            insert.setString(2, message.topic);
            insert.setString(3, reason);
            insert.setString(4, new TreeMap<>(message.properties).toString());
            insert.setBytes(5, message.payload);
            insert.executeUpdate();
        }
    }
}
