package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is committed and in no block yet, a row a commit. The store's thread only, within the open transaction. */
final class Stage {
    private final Database database;
    private final Streams streams;
    private final PreparedStatement insert;

    Stage(Database database, Streams streams) throws SQLException {
        this.database = database;
        this.streams = streams;
        this.insert = database.prepare("INSERT INTO stage(rec_sid, body, crc) VALUES(?, ?, ?)");
    }

    /** Adds readings of one epoch. */
    void add(long recSid, List<Reading> readings) throws SQLException {
        byte[] body = ReadingsCodec.encode(readings);
        insert.setLong(1, recSid);
        insert.setBytes(2, body);
        insert.setLong(3, Checksum.stage(streams.epoch(recSid), recSid, body));
        insert.executeUpdate();
    }

    /** Empties it: a block has all of it. */
    void clear() throws SQLException {
        database.execute("DELETE FROM stage");
    }

    /** What an earlier life left, by the stream of the epoch, each in the order of its numbers. */
    Map<Long, List<Reading>> leftovers() throws SQLException {
        Map<Long, List<Reading>> leftovers = new LinkedHashMap<>();
        try (PreparedStatement all = database.prepare("SELECT rec_sid, body, crc FROM stage ORDER BY id");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                long recSid = row.getLong(1);
                List<Reading> readings = leftovers.get(recSid);
                if (readings == null) {
                    readings = new ArrayList<>();
                    leftovers.put(recSid, readings);
                }
                readings.addAll(readings(row, streams.origin(recSid), streams.epoch(recSid)));
            }
        } catch (IllegalArgumentException damaged) {
            throw Database.damage("the stage: " + damaged.getMessage());
        }
        return leftovers;
    }

    /**
     * The readings of a row.
     *
     * @param row whose columns end with {@code rec_sid, body, crc}
     * @param record the epoch of that stream, {@code null} where nobody knows it
     * @throws IllegalArgumentException if it is not as it was written
     */
    static List<Reading> readings(ResultSet row, String origin, Epoch record) throws SQLException {
        int columns = row.getMetaData().getColumnCount();
        long recSid = row.getLong(columns - 2);
        byte[] body = row.getBytes(columns - 1);
        long crc = row.getLong(columns);
        boolean checked = !row.wasNull();
        if (record == null || body == null || checked && crc != Checksum.stage(record, recSid, body)) {
            throw new IllegalArgumentException("it is not as it was written");
        }
        return ReadingsCodec.decode(body, origin, record);
    }
}
