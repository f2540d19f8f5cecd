package io.slipway.store;

import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads slices of the history off a database, by whoever owns that: the store's thread, or {@link StoreFile} where no
 * gateway runs. Each call costs little, so that commits are not held up.
 */
final class HistoryQuery {
    /** Blocks to look at in one call, most of them skipped by their times. */
    private static final int LOOKS = 128;
    /** Of payload after which a slice is large enough. */
    private static final int SLICE_BYTES = 32 << 10;
    /** The newest blocks, from which the figures of {@link Extent} are taken. */
    private static final int RECENT = 256;

    private final Database database;
    private final Streams streams;
    private final Clocks clocks;

    HistoryQuery(Database database, Streams streams, Clocks clocks) {
        this.database = database;
        this.streams = streams;
        this.clocks = clocks;
    }

    /** See {@link History#next}. */
    Slice next(Position after, TimeRange range) throws SQLException {
        List<Run> runs = new ArrayList<>();
        int looks = 0;
        int bytes = 0;
        Position last = after;
        try (PreparedStatement blocks = database.prepare("SELECT id, rec_sid, last, n, timed, tmin, tmax"
                + " FROM blk WHERE (rec_sid, last) > (?, ?) ORDER BY rec_sid, last LIMIT " + LOOKS)) {
            blocks.setLong(1, after.sid);
            blocks.setLong(2, after.seq);
            try (ResultSet row = blocks.executeQuery()) {
                while (bytes < SLICE_BYTES && row.next()) {
                    looks++;
                    last = new Position(row.getLong(2), row.getLong(3));
                    boolean outside = row.getInt(5) == 1 && (row.getLong(6) >= range.to || row.getLong(7) < range.from);
                    if (!outside) {
                        Run run = block(row.getLong(1), row.getLong(2), row.getInt(4));
                        bytes += run.payloadBytes();
                        runs.add(run);
                    }
                }
            }
        }
        if (looks > 0) {
            return new Slice(runs, last);
        }
        // The stage whole, and with it the end: what is sealed meanwhile would be looked for in the wrong place.
        addStage(runs);
        return new Slice(runs, null);
    }

    private Run block(long id, long recSid, int count) throws SQLException {
        // A query of its own: the header may be good where the pages of the payload are not.
        try (PreparedStatement load = database.prepare(BlockRow.SELECT + " FROM blk WHERE id=?")) {
            BlockRow row = BlockRow.load(load, id);
            if (row == null) {
                return damaged(recSid, count, "the block is not there");
            }
            row.check(streams.epoch(recSid));
            return run(recSid, count, row.codec(), row.payload);
        } catch (IllegalArgumentException changed) {
            return damaged(recSid, count, changed.getMessage());
        } catch (SQLException failed) {
            if (!Database.isDamage(failed)) {
                throw failed;
            }
            return damaged(recSid, count, failed.getMessage());
        }
    }

    private Run damaged(long recSid, int count, String why) throws SQLException {
        run(recSid, count, 0, new byte[0]);
        return Run.damaged(streams.origin(recSid), streams.epoch(recSid), count, why);
    }

    private Run run(long recSid, int count, int codec, byte[] payload) throws SQLException {
        if (streams.epoch(recSid) == null) {
            throw Database.damage("readings of stream " + recSid + ", which is not there");
        }
        return new Run(streams.origin(recSid), streams.epoch(recSid), count, clocks.offset(recSid), codec, payload);
    }

    private void addStage(List<Run> runs) throws SQLException {
        try (PreparedStatement stage = database.prepare("SELECT rec_sid, body, crc FROM stage ORDER BY id");
             ResultSet row = stage.executeQuery()) {
            while (row.next()) {
                long sid = row.getLong(1);
                try {
                    int count = Stage.readings(row, streams.origin(sid), streams.epoch(sid)).size();
                    runs.add(run(sid, count, BlockRow.PLAIN, row.getBytes(2)));
                } catch (IllegalArgumentException damaged) {
                    runs.add(damaged(sid, 0, damaged.getMessage()));
                }
            }
        }
    }

    /** See {@link History#extent}. */
    Extent extent() throws SQLException {
        int readings = 0;
        long payload = 0;
        int blocks = 0;
        List<Reading> newest = new ArrayList<>();
        long oldestId = 0;
        // Of one epoch only: between two of them the monotonic clock says nothing.
        try (PreparedStatement recent = database.prepare("SELECT id, n, length(payload) FROM blk"
                + " WHERE rec_sid=(SELECT max(rec_sid) FROM blk) ORDER BY last DESC LIMIT " + RECENT);
             ResultSet row = recent.executeQuery()) {
            while (row.next()) {
                oldestId = row.getLong(1);
                readings += row.getInt(2);
                payload += row.getInt(3);
                newest = blocks++ == 0 ? readings(oldestId) : newest;
            }
        }
        List<Reading> oldest = readings(oldestId);
        long spanMs = newest.isEmpty() || oldest.isEmpty() ? 0
            : newest.get(newest.size() - 1).mono - oldest.get(0).mono;
        return new Extent(database.usedBytes(), blocks, readings, payload, Math.max(0, spanMs), 0, 0);
    }

    /** Those of one block; none where it is damaged. */
    private List<Reading> readings(long id) throws SQLException {
        try (PreparedStatement header = database.prepare("SELECT rec_sid, n FROM blk WHERE id=?")) {
            header.setLong(1, id);
            try (ResultSet row = header.executeQuery()) {
                return row.next() ? block(id, row.getLong(1), row.getInt(2)).readings()
                    : Collections.<Reading>emptyList();
            }
        } catch (StoreException damaged) {
            return Collections.emptyList();
        }
    }
}
