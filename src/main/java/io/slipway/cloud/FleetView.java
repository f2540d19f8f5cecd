package io.slipway.cloud;

import io.slipway.config.CloudConfig;
import java.io.Closeable;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the database of a cloud node says of its gateways, for people. Used by one thread. */
public final class FleetView implements Closeable {
    private static final int MOST_RANGES = 10_000;

    /** One gateway, as of the moment of the question. Moments are milliseconds since 1970, 0 where there is none. */
    public static final class Gateway {
        /** Its id. */
        public final String origin;
        /** {@code online}, {@code offline}; {@code unknown} where it has not said anything. */
        public String state = "unknown";
        /** Since when. */
        public long stateAt;
        /** Of its program; {@code null} where it has not said. */
        public String version;
        /** The latest time of one of its readings. */
        public long lastReadingAt;
        /** When a batch last came. */
        public long cameAt;
        /** Readings that are stored. */
        public long stored;
        /** Numbers that are neither stored nor gone, and after which others are stored. */
        public long missing;
        /** Numbers that the gateway has told of and that come after all that is stored. */
        public long awaited;
        /** Readings that the gateway said are gone for good. */
        public long gone;
        /** Gaps of which nobody knows how many readings they are. */
        public long gapsUnknown;

        Gateway(String origin) {
            this.origin = origin;
        }
    }

    /** Numbers of one epoch that are missing. */
    public static final class Missing {
        /** The epoch. */
        public final String epoch;
        /** The first number. */
        public final long first;
        /** The last number. */
        public final long last;
        /** How often the gateway was asked, since something of the epoch last came. */
        public final int asks;

        Missing(StreamRow stream, long[] range) {
            this.epoch = stream.epoch;
            this.first = range[0];
            this.last = range[1];
            this.asks = stream.asks;
        }
    }

    private final Books books;

    private FleetView(Books books) {
        this.books = books;
    }

    /** @throws IOException if a file cannot be read, or the database not be used; the message is for people */
    public static FleetView open(CloudConfig config) throws IOException {
        try {
            return new FleetView(Books.open(config, CloudNode.password(config)));
        } catch (SQLException failed) {
            throw failure(failed);
        }
    }

    private static IOException failure(SQLException failed) {
        return new IOException("database: " + failed.getMessage(), failed);
    }

    /** Every gateway that has said or sent anything, in the order of their ids. */
    public List<Gateway> gateways() throws IOException {
        try {
            Map<String, Gateway> found = new TreeMap<>();
            try (PreparedStatement select = prepare("SELECT origin, state, state_at, version FROM gateway");
                 ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Gateway one = of(found, row.getString(1));
                    one.state = row.getString(2);
                    one.stateAt = row.getLong(3);
                    one.version = row.getString(4);
                }
            }
            addStreams(found);
            addGaps(found);
            addMissing(found);
            books.commit();
            return new ArrayList<>(found.values());
        } catch (SQLException failed) {
            throw failure(failed);
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        return books.connection.prepareStatement(sql);
    }

    private static Gateway of(Map<String, Gateway> found, String origin) {
        Gateway one = found.get(origin);
        if (one == null) {
            one = new Gateway(origin);
            found.put(origin, one);
        }
        return one;
    }

    private void addStreams(Map<String, Gateway> found) throws SQLException {
        try (PreparedStatement select = prepare("SELECT origin, max(last_at), max(came_at), sum((SELECT"
                + " coalesce(sum(n), 0) FROM held h WHERE h.sid = s.sid)) FROM stream s GROUP BY origin");
             ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Gateway one = of(found, row.getString(1));
                one.lastReadingAt = row.getLong(2);
                one.cameAt = row.getLong(3);
                one.stored = row.getLong(4);
            }
        }
    }

    private void addGaps(Map<String, Gateway> found) throws SQLException {
        // What is absent was never a reading, or is in another gap with its reason.
        try (PreparedStatement select = prepare("SELECT origin, coalesce(sum(n), 0), count(*) - count(n) FROM gap"
                + " WHERE reason <> '" + Notice.ABSENT + "' GROUP BY origin");
             ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Gateway one = of(found, row.getString(1));
                one.gone = row.getLong(2);
                one.gapsUnknown = row.getLong(3);
            }
        }
    }

    private void addMissing(Map<String, Gateway> found) throws SQLException {
        for (StreamRow stream : books.open()) {
            Gateway one = of(found, stream.origin);
            for (long[] hole : holes(stream, Integer.MAX_VALUE)) {
                long behind = Math.max(0, hole[1] - Math.max(stream.top, hole[0] - 1));
                one.awaited += behind;
                one.missing += hole[1] - hole[0] + 1 - behind;
            }
        }
    }

    private List<long[]> holes(StreamRow stream, int most) throws SQLException {
        return Account.holes(books.settled(stream.sid, stream.contig), stream.contig, stream.end(), most);
    }

    /** What is missing of one gateway, oldest first, ten thousand ranges at most. */
    public List<Missing> missing(String origin) throws IOException {
        try {
            List<Missing> missing = new ArrayList<>();
            for (StreamRow stream : books.ofGateway(origin)) {
                for (long[] hole : holes(stream, MOST_RANGES - missing.size())) {
                    missing.add(new Missing(stream, hole));
                }
            }
            books.commit();
            return missing;
        } catch (SQLException failed) {
            throw failure(failed);
        }
    }

    @Override
    public void close() {
        books.close();
    }
}
