package io.slipway.cloud;

import io.slipway.config.CloudConfig;
import io.slipway.reading.PayloadForm;
import io.slipway.reading.Reading;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * PostgreSQL through its JDBC driver, which is not ours to bring and is looked for on the class path. Readings go in as
 * one statement with an array for each column, which is as fast as COPY and needs no table beside.
 */
final class PostgresBooks extends Books {
    private static final String DRIVER = "org.postgresql.Driver";
    /** Held while the tables are made; then by the process that keeps. Numbers of our own. */
    private static final long UPGRADE = 0x736c_6970_0001L;
    private static final long KEEP = 0x736c_6970_0002L;

    private PostgresBooks(Connection connection) {
        super(connection);
    }

    static PostgresBooks open(CloudConfig config, String password) throws SQLException {
        Properties properties = new Properties();
        // A server that is gone without a word must not be waited for by the hour.
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("ApplicationName", "slipway-cloud");
        if (config.databaseUser != null) {
            properties.setProperty("user", config.databaseUser);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        Connection connection = driver().connect(config.database, properties);
        if (connection == null) {
            throw new SQLException("the driver does not know the address in option 'database'");
        }
        try {
            connection.setAutoCommit(false);
            watchOver(connection);
            upgrade(connection);
            return new PostgresBooks(connection);
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    private static Driver driver() throws SQLException {
        try {
            return (Driver) Class.forName(DRIVER).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException missing) {
            throw new SQLException("PostgreSQL's JDBC driver is not on the class path: java -cp"
                + " slipway.jar:postgresql.jar io.slipway.gateway.Main cloud …", "08001", missing);
        }
    }

    /** Has the server notice within a minute that we are gone without a word: it holds our locks until then. */
    private static void watchOver(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10;"
                + " SET tcp_keepalives_count = 3");
        }
        // What is set within a transaction that is rolled back is as it was.
        connection.commit();
    }

    private static void upgrade(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + UPGRADE + ")");
        }
        Tables.upgrade(connection, "%id", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "%bytes", "BYTEA",
            "%timeindex", "CREATE INDEX reading_at ON reading USING brin(at)", "%time", "TIMESTAMPTZ", "%number",
            "NUMERIC", "%rows", "", "%hex", "lpad(to_hex(r.node), 16, '0')");
    }

    @Override
    String moment() {
        return "timestamptz 'epoch' + ? * interval '1 millisecond'";
    }

    @Override
    String lock() {
        return " FOR UPDATE OF stream";
    }

    @Override
    boolean tryToKeep() throws SQLException {
        try (Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(" + KEEP + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    @Override
    void insert(List<Piece> pieces) throws SQLException {
        Columns columns = new Columns(pieces);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO reading(sid, seq, node, at, mono,"
                + " clock, source, num, txt, raw) SELECT sid, seq, node,"
                + " timestamptz 'epoch' + at * interval '1 millisecond', mono, clock, source, num::numeric, txt, raw"
                + " FROM unnest(?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::int2[], ?::text[],"
                + " ?::text[], ?::text[], ?::bytea[])"
                + " AS r(sid, seq, node, at, mono, clock, source, num, txt, raw)"
                + " ON CONFLICT DO NOTHING RETURNING sid, seq")) {
            columns.bind(insert, connection);
            try (ResultSet row = insert.executeQuery()) {
                while (row.next()) {
                    count(pieces, row.getLong(1), row.getLong(2));
                }
            }
        }
    }

    private static void count(List<Piece> pieces, long sid, long seq) {
        for (Piece piece : pieces) {
            if (piece.stream.sid == sid && piece.holds(seq)) {
                piece.added++;
                return;
            }
        }
    }

    /** Readings by column. */
    private static final class Columns {
        private final Long[] sid;
        private final Long[] seq;
        private final Long[] node;
        private final Long[] at;
        private final Long[] mono;
        private final Short[] clock;
        private final String[] source;
        private final String[] num;
        private final String[] txt;
        private final byte[][] raw;

        Columns(List<Piece> pieces) {
            int size = 0;
            for (Piece piece : pieces) {
                size += piece.readings.size();
            }
            sid = new Long[size];
            seq = new Long[size];
            node = new Long[size];
            at = new Long[size];
            mono = new Long[size];
            clock = new Short[size];
            source = new String[size];
            num = new String[size];
            txt = new String[size];
            raw = new byte[size][];
            int i = 0;
            for (Piece piece : pieces) {
                for (Reading reading : piece.readings) {
                    put(i++, piece.stream.sid, reading);
                }
            }
        }

        private void put(int i, long stream, Reading reading) {
            sid[i] = stream;
            seq[i] = reading.seq;
            node[i] = reading.node.bits();
            at[i] = reading.hasTime() ? (Long) reading.at : null;
            mono[i] = reading.clockOk ? null : (Long) reading.mono;
            clock[i] = (short) (reading.clockOk ? 0 : reading.estimated ? 1 : 2);
            source[i] = reading.source;
            PayloadForm form = PayloadForm.of(reading.payload);
            if (form == PayloadForm.BYTES) {
                raw[i] = reading.payload;
            } else {
                String text = new String(reading.payload, StandardCharsets.UTF_8);
                num[i] = form == PayloadForm.NUMBER ? text : null;
                txt[i] = form == PayloadForm.TEXT ? text : null;
            }
        }

        void bind(PreparedStatement insert, Connection connection) throws SQLException {
            insert.setArray(1, connection.createArrayOf("int8", sid));
            insert.setArray(2, connection.createArrayOf("int8", seq));
            insert.setArray(3, connection.createArrayOf("int8", node));
            insert.setArray(4, connection.createArrayOf("int8", at));
            insert.setArray(5, connection.createArrayOf("int8", mono));
            insert.setArray(6, connection.createArrayOf("int2", clock));
            insert.setArray(7, connection.createArrayOf("text", source));
            insert.setArray(8, connection.createArrayOf("text", num));
            insert.setArray(9, connection.createArrayOf("text", txt));
            insert.setArray(10, connection.createArrayOf("bytea", raw));
        }
    }
}
