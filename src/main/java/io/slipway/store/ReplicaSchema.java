package io.slipway.store;

import java.sql.SQLException;

/**
 * The tables of a replica's file, as numbered steps from one version to the next.
 *
 * <pre>
 * meta      what there is once: id, a random name of this file; the highest stamp and that of removed tombstones; up
 *           to which reading of which epoch the gateway's own are sealed
 * strm      a stream: low and contig name the first and last block held, hash is the last one's, total how many
 *           records blocks 1 to contig had
 * blk       blocks; id is sid * 2^40 + number, total as above up to this block, crc: see Checksum
 * gap       blocks that are not held and will not come; total and hash are those of the last of them
 * mark      up to where a required sink has acknowledged a stream
 * entry     the value that holds for a key, NULL for a tombstone; number is the block of stream sid that states it
 * history   what lost against it, n = 0 the latest
 * </pre>
 */
final class ReplicaSchema {
    private static final int VERSION = 1;
    private static final String[] TABLES = {
        "CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID",
        "CREATE TABLE strm(sid INTEGER PRIMARY KEY, origin TEXT NOT NULL, boot INTEGER NOT NULL,"
            + " nonce INTEGER NOT NULL, kind INTEGER NOT NULL, low INTEGER NOT NULL, contig INTEGER NOT NULL,"
            + " hash BLOB, total INTEGER NOT NULL, closed INTEGER NOT NULL, UNIQUE(origin, boot, nonce, kind))",
        "CREATE TABLE blk(id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, n INTEGER NOT NULL,"
            + " tmin INTEGER NOT NULL, tmax INTEGER NOT NULL, codec INTEGER NOT NULL, total INTEGER NOT NULL,"
            + " rec_boot INTEGER NOT NULL, rec_nonce INTEGER NOT NULL, hash BLOB NOT NULL, payload BLOB NOT NULL,"
            + " crc INTEGER NOT NULL)",
        "CREATE TABLE gap(sid INTEGER NOT NULL, from_blk INTEGER NOT NULL, to_blk INTEGER NOT NULL,"
            + " reason INTEGER NOT NULL, total INTEGER NOT NULL, hash BLOB, PRIMARY KEY(sid, from_blk)) WITHOUT ROWID",
        "CREATE TABLE mark(sink TEXT NOT NULL, sid INTEGER NOT NULL, contig INTEGER NOT NULL, PRIMARY KEY(sink, sid))"
            + " WITHOUT ROWID",
        "CREATE TABLE entry(k TEXT PRIMARY KEY, v BLOB, hlc INTEGER NOT NULL, sid INTEGER NOT NULL,"
            + " number INTEGER NOT NULL)",
        "CREATE TABLE history(k TEXT NOT NULL, n INTEGER NOT NULL, v BLOB, hlc INTEGER NOT NULL, sid INTEGER NOT NULL,"
            + " number INTEGER NOT NULL, PRIMARY KEY(k, n))",
        "INSERT INTO meta(k, v) VALUES('id', lower(hex(randomblob(4))))",
    };

    private ReplicaSchema() {
    }

    /**
     * Makes the tables where there are none.
     *
     * @throws StoreException if a newer program wrote the file, which is left as it is
     */
    static void upgrade(Database database) throws SQLException, StoreException {
        long version = database.number("PRAGMA user_version");
        if (version > VERSION) {
            throw new StoreException("the replica is of version " + version + ", this program knows up to " + VERSION
                + ": it was written by a newer slipway", null);
        }
        if (version == VERSION) {
            return;
        }
        database.begin();
        try {
            for (String sql : TABLES) {
                database.execute(sql);
            }
            database.execute("PRAGMA user_version=" + VERSION);
            database.commit();
        } catch (SQLException failed) {
            database.rollback();
            throw failed;
        }
    }
}
