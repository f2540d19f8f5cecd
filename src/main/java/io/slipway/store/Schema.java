package io.slipway.store;

import java.sql.SQLException;

/**
 * The tables, as numbered steps from one version to the next; a step that was released is never changed.
 *
 * <pre>
 * meta      what there is once: the boot counter; what is known of files set aside, see Seed
 * strm      a stream of blocks: one a gateway, epoch and kind; low and contig name the first and last block held,
 *           hash is the last one's, which the next one's is chained to; ran is for how many milliseconds of monotonic
 *           time the epoch is known to have lasted, and those after it of which nothing else is left
 * stage     readings committed and not sealed yet, one row a commit
 * blk       sealed blocks; id is sid * 2^40 + number, rec_sid the stream of the epoch in which the readings were
 *           taken in (another than sid's where a later life sealed them), cls the priorities of what it holds, one
 *           bit each, bit 10 where it is what thinning left, bit 11 where other blocks held it before; ran when the
 *           last of its readings came, in milliseconds since the start of its epoch; timed 1 where each reading's
 *           clock could be trusted, so that tmin and tmax are true
 * sink_ack  up to which reading of which epoch a destination has acknowledged everything
 * gap       readings that were deleted or refused before every destination had acknowledged them: n of those from
 *           first to last; reported is how many of them the destination was told of. Where nobody knows how many, n
 *           is 0, and reported is 1 once the destination was told; last is then 2^53 - 1 where nobody knows the end,
 *           and rec_sid 0 where nobody knows whose they were
 * sink_ahead  stretches behind sink_ack that a destination acknowledged out of order: from the reading after from, to
 *           the reading to
 * clk       what to add to the monotonic time of a stream's readings to get the wall clock's, once that was known
 * node      what is known of a node; k is its EUI-64, v what the mesh keeps of it
 * cmd       a command that was accepted and has not ended; k is its number, v what the commands keep of it
 *
 * crc       of blk, stage, sink_ack, sink_ahead, node and cmd: see Checksum; NULL in rows that version 1 wrote
 * </pre>
 */
final class Schema {
    /** The version that this program writes. */
    static final int VERSION = 2;

    private static final String[][] STEPS = {
        {
            "CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID",
            "CREATE TABLE strm(sid INTEGER PRIMARY KEY, origin TEXT NOT NULL, boot INTEGER NOT NULL,"
                + " nonce INTEGER NOT NULL, kind INTEGER NOT NULL, low INTEGER NOT NULL, contig INTEGER NOT NULL,"
                + " hash BLOB NOT NULL, closed INTEGER NOT NULL, UNIQUE(origin, boot, nonce, kind))",
            "CREATE TABLE stage(id INTEGER PRIMARY KEY, rec_sid INTEGER NOT NULL, body BLOB NOT NULL)",
            "CREATE TABLE blk(id INTEGER PRIMARY KEY, rec_sid INTEGER NOT NULL, first INTEGER NOT NULL,"
                + " last INTEGER NOT NULL, n INTEGER NOT NULL, tmin INTEGER NOT NULL, tmax INTEGER NOT NULL,"
                + " codec INTEGER NOT NULL, hash BLOB NOT NULL, payload BLOB NOT NULL)",
            "CREATE INDEX blk_rec ON blk(rec_sid, last)",
            "CREATE INDEX blk_time ON blk(tmin, tmax)",
            "CREATE TABLE sink_ack(sink TEXT PRIMARY KEY, sid INTEGER NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID",
            "CREATE TABLE gap(id INTEGER PRIMARY KEY, sink TEXT NOT NULL, rec_sid INTEGER NOT NULL,"
                + " first INTEGER NOT NULL, last INTEGER NOT NULL, n INTEGER NOT NULL, reason TEXT NOT NULL)",
        },
        {
            // 32: bit 5, the priority of a reading that nothing is said about. -1: unknown.
            "ALTER TABLE blk ADD COLUMN cls INTEGER NOT NULL DEFAULT 32",
            "ALTER TABLE blk ADD COLUMN ran INTEGER NOT NULL DEFAULT -1",
            "ALTER TABLE strm ADD COLUMN ran INTEGER NOT NULL DEFAULT 0",
            // All of a block's header: to look through the blocks is to read this index and nothing else. Times are
            // looked for in it too, by way of the rows; an index of their own would cost a page with each block.
            "DROP INDEX blk_time",
            "DROP INDEX blk_rec",
            "CREATE INDEX blk_rec ON blk(rec_sid, last, first, n, cls, ran)",
            "ALTER TABLE blk ADD COLUMN crc INTEGER",
            "ALTER TABLE stage ADD COLUMN crc INTEGER",
            "ALTER TABLE sink_ack ADD COLUMN crc INTEGER",
            "ALTER TABLE gap ADD COLUMN reported INTEGER NOT NULL DEFAULT 0",
            "CREATE TABLE sink_ahead(sink TEXT NOT NULL, from_sid INTEGER NOT NULL, from_seq INTEGER NOT NULL,"
                + " to_sid INTEGER NOT NULL, to_seq INTEGER NOT NULL, crc INTEGER NOT NULL,"
                + " PRIMARY KEY(sink, from_sid, from_seq))"
                + " WITHOUT ROWID",
            // What an older program sealed is taken for doubtful, which costs time and nothing else.
            "ALTER TABLE blk ADD COLUMN timed INTEGER NOT NULL DEFAULT 0",
            "CREATE TABLE clk(sid INTEGER PRIMARY KEY, offset_ms INTEGER NOT NULL)",
            "CREATE TABLE node(k INTEGER PRIMARY KEY, v BLOB NOT NULL, crc INTEGER NOT NULL)",
            "CREATE TABLE cmd(k INTEGER PRIMARY KEY, v BLOB NOT NULL, crc INTEGER NOT NULL)",
        },
    };

    private Schema() {
    }

    /** Where nothing may be brought up to date: throws unless the tables are those of this program. */
    static void requireCurrent(Database database) throws SQLException, StoreException {
        long version = database.number("PRAGMA user_version");
        requireKnown(version);
        if (version < VERSION) {
            throw new StoreException("the database is of version " + version + ", this program reads " + VERSION
                + ": start the gateway once, which brings it up to date", null);
        }
    }

    /** Throws if only a newer program can read the tables. */
    static void requireKnown(long version) throws StoreException {
        if (version > VERSION) {
            throw new StoreException("the database is of version " + version + ", this program knows up to " + VERSION
                + ": it was written by a newer slipway; use that, or another data_dir", null);
        }
    }

    /**
     * Brings the tables to {@link #VERSION}, each step in a transaction of its own.
     *
     * @throws StoreException if the file is of a newer version, which is left as it is
     */
    static void upgrade(Database database) throws SQLException, StoreException {
        long version = database.number("PRAGMA user_version");
        requireKnown(version);
        for (int step = (int) version; step < VERSION; step++) {
            database.begin();
            try {
                for (String sql : STEPS[step]) {
                    database.execute(sql);
                }
                database.execute("PRAGMA user_version=" + (step + 1));
                database.commit();
            } catch (SQLException failed) {
                database.rollback();
                throw failed;
            }
        }
    }
}
