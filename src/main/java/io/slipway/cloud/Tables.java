package io.slipway.cloud;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The tables, alike in both databases, as numbered steps; a step that was released is never changed. Moments are
 * milliseconds since 1970 by the clock of the process that wrote them, and 0 where there was none.
 *
 * <pre>
 * gateway  what each says of itself: state, since when; version, and when it last told what it holds
 * stream   one life of a gateway: contig, up to which everything is stored or gone for good, and since when; top, the
 *          highest number stored; told, the highest it told of; how often it was asked for what is missing,
 *          and when it may be again
 * held     numbers that batches went over: n readings from first to last; the others among them never come
 * gap      what the gateway said will not come: n readings of those from first to last, NULL where nobody knows;
 *          settled 1 where no number of the range needs to be waited for; sid NULL: lives that nobody remembers
 * aside    messages that could not be used, as they came
 * reading  one row each; sid is the stream's. at: NULL where the time is not known. clock: 0 it could be trusted, 1 at
 *          was worked out later, 2 neither; mono: with 1 and 2, ms since the gateway's start. One of num, txt, raw
 * copied   up to which block readings of the cluster are stored, by stream: the gateway's id and the life that sealed
 *          it
 * readings the same with names instead of numbers, for people
 * </pre>
 */
final class Tables {
    /** The version that this program writes. */
    static final int VERSION = 2;

    private Tables() {
    }

    /** Steps from one version to the next, in which {@code %id}, {@code %bytes} … stand for the database's words. */
    private static final String[][] STEPS = {
        {
            "CREATE TABLE gateway(origin TEXT PRIMARY KEY, state TEXT NOT NULL, state_at BIGINT NOT NULL,"
                + " version TEXT, extent_at BIGINT NOT NULL)",
            "CREATE TABLE stream(sid %id, origin TEXT NOT NULL, epoch TEXT NOT NULL, contig BIGINT NOT NULL,"
                + " contig_at BIGINT NOT NULL, top BIGINT NOT NULL, told BIGINT NOT NULL, came_at BIGINT NOT NULL,"
                + " last_at BIGINT NOT NULL, asks INTEGER NOT NULL, ask_at BIGINT NOT NULL, UNIQUE(origin, epoch))",
            // Few of many streams lack something.
            "CREATE INDEX stream_open ON stream(contig_at) WHERE contig < top OR contig < told",
            "CREATE TABLE held(sid BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL, n BIGINT NOT NULL,"
                + " PRIMARY KEY(sid, first))",
            "CREATE TABLE gap(id %id, origin TEXT NOT NULL, sid BIGINT, first BIGINT NOT NULL, last BIGINT NOT NULL,"
                + " n BIGINT, reason TEXT NOT NULL, settled INTEGER NOT NULL, told_at BIGINT NOT NULL)",
            "CREATE INDEX gap_sid ON gap(sid, first)",
            "CREATE TABLE aside(id %id, came_at BIGINT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL,"
                + " properties TEXT NOT NULL, payload %bytes NOT NULL)",
            "CREATE TABLE reading(sid BIGINT NOT NULL, seq BIGINT NOT NULL, node BIGINT NOT NULL, at %time,"
                + " mono BIGINT, clock SMALLINT NOT NULL, source TEXT NOT NULL, num %number, txt TEXT, raw %bytes,"
                + " PRIMARY KEY(sid, seq)) %rows",
            "%timeindex",
            "CREATE VIEW readings AS SELECT s.origin, s.epoch, r.seq, %hex AS node, r.source, r.at, r.clock, r.num,"
                + " r.txt, r.raw FROM reading r JOIN stream s ON s.sid = r.sid",
        },
        {
            "CREATE TABLE copied(stream TEXT PRIMARY KEY, number BIGINT NOT NULL)",
        },
    };

    /**
     * Makes the tables or brings them up to date, within a transaction of its own.
     *
     * @param words pairs of a word with {@code %} and what this database has for it
     * @throws SQLException also where a newer program wrote them
     */
    static void upgrade(Connection connection, String... words) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS slipway_cloud(version INTEGER NOT NULL)");
            int version = 0;
            try (ResultSet row = statement.executeQuery("SELECT max(version) FROM slipway_cloud")) {
                version = row.next() ? row.getInt(1) : 0;
            }
            if (version > VERSION) {
                throw new SQLException("the tables are of version " + version + ", this program knows up to " + VERSION
                    + ": a newer slipway wrote them");
            }
            for (int step = version; step < VERSION; step++) {
                for (String sql : STEPS[step]) {
                    statement.execute(worded(sql, words));
                }
                statement.execute("INSERT INTO slipway_cloud(version) VALUES(" + (step + 1) + ")");
            }
            connection.commit();
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        }
    }

    private static String worded(String sql, String[] words) {
        String text = sql;
        for (int i = 0; i < words.length; i += 2) {
            text = text.replace(words[i], words[i + 1]);
        }
        return text;
    }
}
