package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.sync.StreamKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The readings of other gateways that a replica holds, in slices, stream by stream. A reading that a later life of its
 * gateway sealed may come twice. The thread of the {@link ReplicaFile}; where no gateway runs, that of who opened it.
 */
public final class ReplicaHistory implements History {
    private static final int LOOKS = 64;
    private static final int SLICE_BYTES = 32 << 10;

    private final Database database;
    private final ReplicaStreams streams;
    private final String origin;
    /** What keeps gateways out meanwhile; {@code null} where the file is its owner's. */
    private final StoreFile guard;

    /** What a file that is open holds of this gateway. */
    ReplicaHistory(Database database, ReplicaStreams streams, String origin) {
        this.database = database;
        this.streams = streams;
        this.origin = origin;
        this.guard = null;
    }

    /**
     * Opens the replica of a gateway that does not run, without changing it.
     *
     * @param origin the gateway whose readings are wanted
     * @param guard the gateway's own file, which shows that it does not run, and is closed with this
     * @throws StoreException if there is none or it cannot be read; the message is for people
     */
    public ReplicaHistory(Path directory, String origin, StoreFile guard) throws StoreException {
        Path file = directory.resolve(ReplicaFile.FILE_NAME);
        if (!Files.isRegularFile(file)) {
            throw new StoreException("there is no replica " + file, null);
        }
        try {
            this.origin = origin;
            this.guard = guard;
            this.database = Database.openToRead(file);
            this.streams = new ReplicaStreams(database);
        } catch (SQLException | IOException failed) {
            throw new StoreException("cannot read " + file + ": " + failed.getMessage(), failed);
        }
    }

    @Override
    public Slice next(Position after, TimeRange range) throws StoreException {
        try {
            return slice(after, range);
        } catch (SQLException failed) {
            throw new StoreException("the replica cannot be read: " + failed.getMessage(), failed);
        }
    }

    private Slice slice(Position after, TimeRange range) throws SQLException {
        List<Run> runs = new ArrayList<>();
        int bytes = 0;
        ReplicaStreams.Row stream = streamFrom(after.sid);
        if (stream == null) {
            return new Slice(runs, null);
        }
        long number = stream.sid == after.sid ? after.seq : 0;
        try (PreparedStatement blocks = database.prepare("SELECT id, n, codec, rec_boot, rec_nonce, payload FROM blk"
                + " WHERE id>? AND id<? ORDER BY id LIMIT " + LOOKS)) {
            blocks.setLong(1, ReplicaBlocks.id(stream, Math.max(0, number)));
            blocks.setLong(2, ReplicaBlocks.id(stream, Blocks.STREAM_UNIT - 1));
            try (ResultSet row = blocks.executeQuery()) {
                while (bytes < SLICE_BYTES && row.next()) {
                    number = row.getLong(1) % Blocks.STREAM_UNIT;
                    Run run = new Run(origin, new Epoch(row.getInt(4), row.getInt(5)), row.getInt(2), null,
                        row.getInt(3), row.getBytes(6));
                    bytes += run.payloadBytes();
                    runs.add(run);
                }
            }
        }
        // Past the stream's last block, where there may be another stream.
        return new Slice(runs, runs.isEmpty() ? new Position(stream.sid + 1, 0) : new Position(stream.sid, number));
    }

    /** The first stream of readings of the gateway, from this number on. */
    private ReplicaStreams.Row streamFrom(long sid) {
        ReplicaStreams.Row first = null;
        for (ReplicaStreams.Row row : streams.all()) {
            if (row.sid >= sid && row.key.kind == StreamKey.TELEMETRY && row.key.origin.equals(origin)
                && (first == null || row.sid < first.sid)) {
                first = row;
            }
        }
        return first;
    }

    @Override
    public Extent extent() throws StoreException {
        try {
            return new Extent(database.usedBytes(), 0, 0, 0, 0, 0, 0);
        } catch (SQLException failed) {
            throw new StoreException("the replica cannot be read: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        if (guard != null) {
            database.close();
            guard.close();
        }
    }
}
