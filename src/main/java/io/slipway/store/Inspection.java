package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Inflater;

/**
 * Looks whether a database is whole: the file itself, the chain of each stream's blocks, what the blocks hold, and that
 * what the other tables name is there. Reads everything once and changes nothing. One thread.
 */
public final class Inspection {
    /** Is told how far it is. */
    public interface Watcher {
        /** So many blocks were looked at, of so many that there are. Called by the inspecting thread. */
        void looked(long blocks, long all);
    }

    /** Of SQLite's complaints about the file: the rest would say the same. */
    private static final int COMPLAINTS = 20;

    private final Database database;
    private final Streams streams;
    private final Inflater inflater = new Inflater(true);
    private final List<String> problems = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    /** The last number in use, by stream: a cursor cannot be behind it. */
    private final Map<Long, Long> highest = new HashMap<>();
    private final Watcher watcher;
    private long allBlocks;
    private long blocks;
    private long readings;
    private long staged;
    /** Blocks whose forerunner was deleted, so that nothing says what they are chained to. */
    private long unchained;

    private Inspection(StoreFile file, Watcher watcher) throws SQLException {
        this.watcher = watcher;
        this.database = file.database();
        this.streams = new Streams(database);
    }

    /** As the other one, and tells nobody how far it is. */
    public static Inspection of(StoreFile file) throws StoreException {
        return of(file, new Watcher() {
            @Override
            public void looked(long blocks, long all) {
                // Nobody wants to know.
            }
        });
    }

    /**
     * Inspects a file.
     *
     * @throws StoreException if so little can be read that there is nothing to look at
     */
    public static Inspection of(StoreFile file, Watcher watcher) throws StoreException {
        try {
            Inspection inspection = new Inspection(file, watcher);
            try {
                inspection.lookAtAll();
            } finally {
                inspection.inflater.end();
            }
            return inspection;
        } catch (SQLException failed) {
            throw new StoreException("the database cannot be read: " + failed.getMessage(), failed);
        }
    }

    /** What is wrong, in plain words, one a line; empty where nothing is. */
    public List<String> problems() {
        return Collections.unmodifiableList(problems);
    }

    /** What was deleted before a destination had acknowledged it, one range a line. */
    public List<String> gaps() {
        return Collections.unmodifiableList(gaps);
    }

    /** Sealed blocks. */
    public long blocks() {
        return blocks;
    }

    /** Readings in blocks that can be read. */
    public long readings() {
        return readings;
    }

    /** Readings that are in no block yet. */
    public long staged() {
        return staged;
    }

    /** Blocks behind deleted ones: whether they are chained to the right one cannot be told any more. */
    public long unchained() {
        return unchained;
    }

    /** One part of the work, which may fail without the others. */
    private interface Part {
        void look() throws SQLException;
    }

    private void lookAtAll() {
        look("the file", new Part() {
            @Override
            public void look() throws SQLException {
                lookAtFile();
            }
        });
        look("the blocks", new Part() {
            @Override
            public void look() throws SQLException {
                lookAtBlocks();
            }
        });
        look("the stage", new Part() {
            @Override
            public void look() throws SQLException {
                lookAtStage();
            }
        });
        look("the cursors and gaps", new Part() {
            @Override
            public void look() throws SQLException {
                lookAtCursors();
                lookAtGaps();
            }
        });
    }

    private void look(String what, Part part) {
        try {
            part.look();
        } catch (SQLException failed) {
            problems.add(what + " cannot be read to the end: " + failed.getMessage());
        }
    }

    private void lookAtFile() throws SQLException {
        try (PreparedStatement check = database.prepare("PRAGMA integrity_check(" + COMPLAINTS + ")");
             ResultSet row = check.executeQuery()) {
            while (row.next()) {
                if (!"ok".equals(row.getString(1))) {
                    problems.add("the file: " + row.getString(1).trim());
                }
            }
        }
    }

    private void lookAtBlocks() throws SQLException {
        allBlocks = database.number("SELECT count(*) FROM blk");
        try (PreparedStatement all = database.prepare("SELECT sid, low, contig, hash FROM strm ORDER BY sid");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                lookAtStream(row.getLong(1), row.getLong(2), row.getLong(3), row.getBytes(4));
            }
        }
        long strangers = database.number("SELECT count(*) FROM blk WHERE id / " + Blocks.STREAM_UNIT
            + " NOT IN (SELECT sid FROM strm) OR rec_sid NOT IN (SELECT sid FROM strm)");
        if (strangers > 0) {
            problems.add(strangers + " blocks belong to streams that are not there");
        }
    }

    private void lookAtStream(long sid, long low, long end, byte[] hash) throws SQLException {
        Blocks.Head head = low == 1 ? new Blocks.Head(0, Blocks.NO_HASH, 0) : null;
        try (PreparedStatement all = database.prepare("SELECT id, rec_sid, last, hash FROM blk"
                + " WHERE id > ? AND id < ? ORDER BY id")) {
            all.setLong(1, sid * Blocks.STREAM_UNIT);
            all.setLong(2, (sid + 1) * Blocks.STREAM_UNIT);
            try (ResultSet row = all.executeQuery()) {
                while (row.next()) {
                    head = lookAtBlock(sid, head, row);
                }
            }
        }
        if (head != null && head.number > 0 && (head.number != end || !Arrays.equals(head.hash, hash))) {
            problems.add("stream " + name(sid) + " ends with block " + head.number + ", but should end with block "
                + end + (head.number == end ? " of another hash" : ""));
        } else if (low == 1 && end > 0 && (head == null || head.number == 0)) {
            problems.add("stream " + name(sid) + " should have blocks 1 to " + end + " and has none");
        }
    }

    /** @return the end of the stream so far */
    private Blocks.Head lookAtBlock(long sid, Blocks.Head head, ResultSet row) throws SQLException {
        long number = row.getLong(1) % Blocks.STREAM_UNIT;
        long recSid = row.getLong(2);
        String name = "block " + number + " of stream " + name(sid);
        byte[] hash = row.getBytes(4);
        Blocks.Head next = new Blocks.Head(number, hash, 0);
        blocks++;
        watcher.looked(blocks, allBlocks);
        note(recSid, row.getLong(3));
        BlockRow block = load(row.getLong(1), name);
        Epoch record = streams.epoch(recSid);
        if (block == null || record == null) {
            return next;
        }
        if (head == null || head.number + 1 != number) {
            unchained++;
        } else if (!Arrays.equals(hash, Blocks.hash(head, streams.epoch(sid), record,
                new long[] {block.first(), block.last(), block.count(), block.codec()}, block.payload))) {
            problems.add(name + " was changed: its hash is not that of what it holds and of the block before");
        }
        try {
            readings += block.readings(inflater, streams.origin(recSid), record).size();
        } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
            problems.add(name + " cannot be read: " + damaged.getMessage());
        }
        return next;
    }

    private BlockRow load(long id, String name) {
        try (PreparedStatement load = database.prepare(BlockRow.SELECT + " FROM blk WHERE id=?")) {
            BlockRow row = BlockRow.load(load, id);
            if (row == null || row.payload == null) {
                problems.add(name + " cannot be read: it is not there");
                return null;
            }
            return row;
        } catch (SQLException failed) {
            problems.add(name + " cannot be read: " + failed.getMessage());
            return null;
        }
    }

    private void lookAtStage() throws SQLException {
        try (PreparedStatement all = database.prepare("SELECT id, rec_sid, body, crc FROM stage ORDER BY id");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                long sid = row.getLong(2);
                try {
                    List<Reading> held = Stage.readings(row, streams.origin(sid), streams.epoch(sid));
                    staged += held.size();
                    note(sid, held.get(held.size() - 1).seq);
                } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
                    problems.add("row " + row.getLong(1) + " of the stage cannot be read: " + damaged.getMessage());
                }
                if (streams.epoch(sid) == null) {
                    problems.add("row " + row.getLong(1) + " of the stage is of stream " + sid
                        + ", which is not there");
                }
            }
        }
    }

    private void note(long sid, long seq) {
        Long before = highest.get(sid);
        highest.put(sid, before == null ? seq : Math.max(before, seq));
    }

    /** A cursor may stand behind what was deleted, never behind what was not taken in. */
    private void lookAtCursors() throws SQLException {
        try (PreparedStatement all = database.prepare("SELECT sink, sid, seq FROM sink_ack ORDER BY sink");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                long sid = row.getLong(2);
                Long last = highest.get(sid);
                if (streams.epoch(sid) == null || last != null && row.getLong(3) > last) {
                    problems.add("the cursor of '" + row.getString(1) + "' stands behind reading " + row.getLong(3)
                        + " of stream " + name(sid) + (streams.epoch(sid) == null ? ", which is not there"
                        : ", which has only " + last));
                }
            }
        }
    }

    private void lookAtGaps() throws SQLException {
        try (PreparedStatement all = database.prepare("SELECT sink, rec_sid, first, last, n, reason FROM gap"
                + " ORDER BY id"); ResultSet row = all.executeQuery()) {
            while (row.next()) {
                gaps.add(gap(row.getLong(5), row.getLong(2), row.getLong(3), row.getLong(4)) + ", gone before '"
                    + row.getString(1) + "' had acknowledged them (" + row.getString(6) + ")");
            }
        }
    }

    private String gap(long count, long sid, long first, long last) {
        String what = count == 0 ? "an unknown number of readings" : count + " readings";
        if (sid == 0) {
            return what + " of unknown lives";
        }
        return what + ", " + name(sid) + "/" + first + (last == Gaps.UNKNOWN_END ? " and up" : " to " + last);
    }

    private String name(long sid) {
        return streams.epoch(sid) == null ? String.valueOf(sid) : streams.origin(sid) + "/" + streams.epoch(sid);
    }
}
