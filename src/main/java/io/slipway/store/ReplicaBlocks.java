package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The tables {@code blk} and {@code gap} of a replica: what is held, and what will not come. One thread. */
final class ReplicaBlocks {
    private static final String COLUMNS = "id, first, last, n, tmin, tmax, codec, total, rec_boot, rec_nonce, hash,"
        + " payload, crc";
    private static final int NUMBERS = 8;

    private final Database database;
    private final PreparedStatement insert;
    private final PreparedStatement load;
    private final PreparedStatement head;
    private final PreparedStatement advance;
    private final PreparedStatement gapAt;

    ReplicaBlocks(Database database) throws SQLException {
        this.database = database;
        this.insert = database.prepare("INSERT INTO blk(" + COLUMNS + ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
        this.load = database.prepare("SELECT " + COLUMNS + " FROM blk WHERE id=?");
        this.head = database.prepare("SELECT total, hash FROM blk WHERE id=?");
        this.advance = database.prepare("SELECT min(id) FROM blk WHERE id>? AND id<?");
        this.gapAt = database.prepare("SELECT from_blk, to_blk, reason, total, hash FROM gap WHERE sid=?"
            + " AND from_blk<=? ORDER BY from_blk DESC LIMIT 1");
    }

    /** What a block's number in its stream is in the table. */
    static long id(ReplicaStreams.Row stream, long number) {
        return stream.sid * Blocks.STREAM_UNIT + number;
    }

    /** Adds it within the open transaction. {@code total} is how many records there are up to it, it included. */
    void insert(ReplicaStreams.Row stream, Block block, long total) throws SQLException {
        long[] numbers = {id(stream, block.number), block.first, block.last, block.count, block.tmin, block.tmax,
            block.codec, total};
        for (int i = 0; i < NUMBERS; i++) {
            insert.setLong(i + 1, numbers[i]);
        }
        insert.setInt(9, block.records.boot());
        insert.setInt(10, block.records.nonce());
        insert.setBytes(11, block.hash);
        insert.setBytes(12, block.payload);
        insert.setLong(13, Checksum.block(block.records, numbers, block.hash, block.payload));
        insert.executeUpdate();
    }

    /**
     * The block as it was written; {@code null} where it is not held.
     *
     * @throws SQLException also where its checksum is wrong
     */
    Block load(ReplicaStreams.Row stream, long number) throws SQLException {
        load.setLong(1, id(stream, number));
        try (ResultSet row = load.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            long[] numbers = new long[NUMBERS];
            for (int i = 0; i < NUMBERS; i++) {
                numbers[i] = row.getLong(i + 1);
            }
            Epoch records = new Epoch(row.getInt(9), row.getInt(10));
            byte[] hash = row.getBytes(11);
            byte[] payload = row.getBytes(12);
            if (hash == null || payload == null
                || row.getLong(13) != Checksum.block(records, numbers, hash, payload)) {
                throw new SQLException("block " + number + " of " + stream.key + " is not as it was written");
            }
            return new Block(stream.key, number, records, new long[] {numbers[1], numbers[2], numbers[3]},
                new long[] {numbers[4], numbers[5]}, (int) numbers[6], hash, payload);
        }
    }

    /** Its hash; {@code null} where it is not held. */
    byte[] hash(ReplicaStreams.Row stream, long number) throws SQLException {
        head.setLong(1, id(stream, number));
        try (ResultSet row = head.executeQuery()) {
            return row.next() ? row.getBytes(2) : null;
        }
    }

    /** How many records there are up to it; -1 where it is not held. */
    long total(ReplicaStreams.Row stream, long number) throws SQLException {
        head.setLong(1, id(stream, number));
        try (ResultSet row = head.executeQuery()) {
            return row.next() ? row.getLong(1) : -1;
        }
    }

    /** The first block held behind this number; {@code contig + 1} for none. */
    long heldAfter(ReplicaStreams.Row stream, long number) throws SQLException {
        advance.setLong(1, id(stream, number));
        advance.setLong(2, id(stream, Blocks.STREAM_UNIT - 1));
        try (ResultSet row = advance.executeQuery()) {
            long id = row.next() ? row.getLong(1) : 0;
            return id == 0 ? stream.contig + 1 : id % Blocks.STREAM_UNIT;
        }
    }

    /** The first block held with a record at or after this time; {@code contig + 1} for none. */
    long since(ReplicaStreams.Row stream, long ms) throws SQLException {
        try (PreparedStatement query = database.prepare("SELECT min(id) FROM blk WHERE id>? AND id<? AND tmax>=?")) {
            query.setLong(1, id(stream, 0));
            query.setLong(2, id(stream, Blocks.STREAM_UNIT - 1));
            query.setLong(3, ms);
            try (ResultSet row = query.executeQuery()) {
                long id = row.next() ? row.getLong(1) : 0;
                return id == 0 ? stream.contig + 1 : id % Blocks.STREAM_UNIT;
            }
        }
    }

    /** The gap that this block lies in, or {@code null}. */
    BlockGap gap(ReplicaStreams.Row stream, long number) throws SQLException {
        gapAt.setLong(1, stream.sid);
        gapAt.setLong(2, number);
        try (ResultSet row = gapAt.executeQuery()) {
            return row.next() && row.getLong(2) >= number ? new BlockGap(stream.key, row.getLong(1), row.getLong(2),
                row.getInt(3), row.getLong(4), row.getBytes(5)) : null;
        }
    }

    /** Adds a gap within the open transaction; neighbouring ones of one reason become one, which knows its end only. */
    void insert(ReplicaStreams.Row stream, BlockGap gap) throws SQLException {
        BlockGap joined = gap;
        BlockGap before = gap(stream, gap.from - 1);
        if (before != null && before.reason == gap.reason) {
            joined = new BlockGap(gap.key, before.from, gap.to, gap.reason, gap.total, gap.hash);
            removeGap(stream, before.from);
        }
        BlockGap after = gap(stream, gap.to + 1);
        if (after != null && after.reason == gap.reason) {
            joined = new BlockGap(gap.key, joined.from, after.to, gap.reason, after.total, after.hash);
            removeGap(stream, after.from);
        }
        try (PreparedStatement add = database.prepare("INSERT INTO gap(sid, from_blk, to_blk, reason, total, hash)"
                + " VALUES(?,?,?,?,?,?)")) {
            add.setLong(1, stream.sid);
            add.setLong(2, joined.from);
            add.setLong(3, joined.to);
            add.setInt(4, joined.reason);
            add.setLong(5, joined.total);
            add.setBytes(6, joined.hash);
            add.executeUpdate();
        }
    }

    private void removeGap(ReplicaStreams.Row stream, long from) throws SQLException {
        database.execute("DELETE FROM gap WHERE sid=" + stream.sid + " AND from_blk=" + from);
    }

    /** Gives up a block that is held, within the open transaction. */
    void reclaim(ReplicaStreams.Row stream, long number, int reason) throws SQLException {
        BlockGap gap = new BlockGap(stream.key, number, number, reason, total(stream, number),
            trueHash(stream, number));
        remove(stream, number);
        insert(stream, gap);
    }

    /** Its hash for others to build on: {@code null} also where the row is not as it was written. */
    private byte[] trueHash(ReplicaStreams.Row stream, long number) {
        try {
            Block block = load(stream, number);
            return block == null ? null : block.hash;
        } catch (SQLException rotten) {
            return null;
        }
    }

    /** Takes out its row, if there is one, within the open transaction. */
    void remove(ReplicaStreams.Row stream, long number) throws SQLException {
        database.execute("DELETE FROM blk WHERE id=" + id(stream, number));
    }

    /** The time of the last record of a block by its writer's clock, ms since 1970; {@link Long#MAX_VALUE} for none. */
    long tmax(ReplicaStreams.Row stream, long number) throws SQLException {
        try (PreparedStatement query = database.prepare("SELECT tmax FROM blk WHERE id=?")) {
            query.setLong(1, id(stream, number));
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : Long.MAX_VALUE;
            }
        }
    }

    /** Removes the gaps of a stream of which no block is held, within the open transaction. */
    void forget(ReplicaStreams.Row stream) throws SQLException {
        database.execute("DELETE FROM gap WHERE sid=" + stream.sid);
        database.execute("DELETE FROM mark WHERE sid=" + stream.sid);
    }

    /** Notes within the open transaction up to where a sink has acknowledged. */
    void mark(String sink, ReplicaStreams.Row stream, long contig) throws SQLException {
        try (PreparedStatement mark = database.prepare("INSERT OR REPLACE INTO mark(sink, sid, contig)"
                + " VALUES(?,?,?)")) {
            mark.setString(1, sink);
            mark.setLong(2, stream.sid);
            mark.setLong(3, contig);
            mark.executeUpdate();
        }
    }

    /** What was noted of a sink; 0 for nothing. */
    long marked(String sink, ReplicaStreams.Row stream) throws SQLException {
        try (PreparedStatement query = database.prepare("SELECT contig FROM mark WHERE sink=? AND sid=?")) {
            query.setString(1, sink);
            query.setLong(2, stream.sid);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    void close() throws SQLException {
        insert.close();
        load.close();
        head.close();
        advance.close();
        gapAt.close();
    }
}
