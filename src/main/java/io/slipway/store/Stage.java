package io.slipway.store;

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
    private final PreparedStatement insert;

    Stage(Database database) throws SQLException {
        this.database = database;
        this.insert = database.prepare("INSERT INTO stage(rec_sid, body) VALUES(?, ?)");
    }

    /** Adds readings of one epoch. */
    void add(long recSid, List<Reading> readings) throws SQLException {
        insert.setLong(1, recSid);
        insert.setBytes(2, ReadingsCodec.encode(readings));
        insert.executeUpdate();
    }

    /** Empties it: a block has all of it. */
    void clear() throws SQLException {
        database.execute("DELETE FROM stage");
    }

    /** What an earlier life left, by the stream of the epoch, each in the order of its numbers. */
    Map<Long, List<Reading>> leftovers(Streams streams) throws SQLException {
        Map<Long, List<Reading>> leftovers = new LinkedHashMap<>();
        try (PreparedStatement all = database.prepare("SELECT rec_sid, body FROM stage ORDER BY id");
             ResultSet row = all.executeQuery()) {
            while (row.next()) {
                long recSid = row.getLong(1);
                List<Reading> readings = leftovers.get(recSid);
                if (readings == null) {
                    readings = new ArrayList<>();
                    leftovers.put(recSid, readings);
                }
                readings.addAll(ReadingsCodec.decode(row.getBytes(2), streams.origin(recSid), streams.epoch(recSid)));
            }
        } catch (IllegalArgumentException damaged) {
            throw Database.damage("the stage: " + damaged.getMessage());
        }
        return leftovers;
    }
}
