package io.slipway.cloud;

import io.slipway.reading.PayloadForm;
import io.slipway.reading.Reading;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Properties;
import org.sqlite.JDBC;

/** SQLite, for a desk: one writer at a time. A number that is not whole is a double there. */
final class SqliteBooks extends Books {
    private SqliteBooks(Connection connection) {
        super(connection);
    }

    static SqliteBooks open(String url) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("busy_timeout", "10000");
        properties.setProperty("journal_mode", "WAL");
        properties.setProperty("synchronous", "FULL");
        Connection connection = new JDBC().connect(url, properties);
        connection.setAutoCommit(false);
        Tables.upgrade(connection, "%id", "INTEGER PRIMARY KEY", "%bytes", "BLOB", "%timeindex",
            "CREATE INDEX reading_at ON reading(at)", "%time", "INTEGER", "%number", "NUMERIC", "%rows",
            "WITHOUT ROWID", "%hex", "printf('%016x', r.node)");
        return new SqliteBooks(connection);
    }

    @Override
    String moment() {
        return "?";
    }

    @Override
    String lock() {
        return "";
    }

    @Override
    void claim() throws SQLException {
        // Changes no row, but makes us the one that writes: a transaction that only read cannot become that any more
        // once another one has written. The driver's IMMEDIATE would be that between transactions too.
        try (PreparedStatement nothing = connection.prepareStatement("UPDATE stream SET top = top WHERE sid IS NULL")) {
            nothing.executeUpdate();
        }
    }

    @Override
    boolean tryToKeep() {
        return true;
    }

    @Override
    void insert(List<Piece> pieces) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO reading(sid, seq, node, at, mono,"
                + " clock, source, num, txt, raw) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
            for (Piece piece : pieces) {
                for (Reading reading : piece.readings) {
                    insert.setLong(1, piece.stream.sid);
                    insert.setLong(2, reading.seq);
                    insert.setLong(3, reading.node.bits());
                    setOrNull(insert, 4, reading.hasTime(), reading.at);
                    setOrNull(insert, 5, !reading.clockOk, reading.mono);
                    insert.setInt(6, reading.clockOk ? 0 : reading.estimated ? 1 : 2);
                    insert.setString(7, reading.source);
                    value(insert, reading.payload);
                    piece.added += insert.executeUpdate();
                }
            }
        }
    }

    private static void setOrNull(PreparedStatement insert, int at, boolean isThere, long value) throws SQLException {
        if (isThere) {
            insert.setLong(at, value);
        } else {
            insert.setNull(at, Types.BIGINT);
        }
    }

    private static void value(PreparedStatement insert, byte[] payload) throws SQLException {
        PayloadForm form = PayloadForm.of(payload);
        String text = form == PayloadForm.BYTES ? null : new String(payload, StandardCharsets.UTF_8);
        insert.setNull(8, Types.NUMERIC);
        insert.setString(9, form == PayloadForm.TEXT ? text : null);
        insert.setBytes(10, form == PayloadForm.BYTES ? payload : null);
        if (form == PayloadForm.NUMBER) {
            BigDecimal number = new BigDecimal(text);
            if (number.scale() <= 0 && number.precision() - number.scale() <= 18) {
                insert.setLong(8, number.longValueExact());
            } else {
                insert.setDouble(8, number.doubleValue());
            }
        }
    }
}
