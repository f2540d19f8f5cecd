package io.slipway.store;

import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import io.slipway.sync.BlockStore;
import io.slipway.sync.StreamKey;
import io.slipway.sync.StreamState;
import java.sql.SQLException;
import java.util.List;

/** The blocks of a replica's file as the rules of replication see them. One thread, that of the {@link ReplicaFile}. */
final class StoredBlocks implements BlockStore {
    private static final long MAX_GAP = 1L << 32;

    private final ReplicaTransaction transaction;
    private final ReplicaStreams streams;
    private final ReplicaBlocks blocks;
    private long ticket;

    StoredBlocks(ReplicaTransaction transaction, ReplicaStreams streams, ReplicaBlocks blocks) {
        this.transaction = transaction;
        this.streams = streams;
        this.blocks = blocks;
    }

    /** The last one that was given out. */
    long ticket() {
        return ticket;
    }

    @Override
    public List<StreamState> streams() {
        return streams.states();
    }

    @Override
    public Block read(StreamKey key, long number) {
        ReplicaStreams.Row stream = streams.find(key);
        try {
            return stream == null ? null : blocks.load(stream, number);
        } catch (SQLException failed) {
            transaction.unreadable(failed);
            return null;
        }
    }

    @Override
    public BlockGap gap(StreamKey key, long number) {
        ReplicaStreams.Row stream = streams.find(key);
        try {
            return stream == null ? null : blocks.gap(stream, number);
        } catch (SQLException failed) {
            transaction.unreadable(failed);
            return null;
        }
    }

    @Override
    public byte[] hash(StreamKey key, long number) {
        ReplicaStreams.Row stream = streams.find(key);
        if (stream == null) {
            return null;
        }
        try {
            byte[] held = blocks.hash(stream, number);
            BlockGap gap = held == null ? blocks.gap(stream, number) : null;
            return held != null ? held : gap != null && gap.to == number ? gap.hash : null;
        } catch (SQLException failed) {
            transaction.unreadable(failed);
            return null;
        }
    }

    @Override
    public long total(StreamKey key, long number) {
        ReplicaStreams.Row stream = streams.find(key);
        if (stream == null || number <= 0) {
            return 0;
        }
        try {
            long held = blocks.total(stream, number);
            BlockGap gap = held < 0 ? blocks.gap(stream, number) : null;
            return held >= 0 ? held : gap == null ? 0 : gap.total;
        } catch (SQLException failed) {
            transaction.unreadable(failed);
            return 0;
        }
    }

    @Override
    public long since(StreamKey key, long ms) {
        ReplicaStreams.Row stream = streams.find(key);
        try {
            return stream == null ? 1 : blocks.since(stream, ms);
        } catch (SQLException failed) {
            transaction.unreadable(failed);
            return stream.contig + 1;
        }
    }

    @Override
    public long append(Block block) {
        try {
            transaction.begin();
            streams.append(streams.of(block.key), block, blocks);
            return ++ticket;
        } catch (SQLException failed) {
            transaction.failed(failed);
            return REFUSED;
        }
    }

    @Override
    public long append(BlockGap gap) {
        try {
            if (gap.to - gap.from > MAX_GAP) {
                return REFUSED;
            }
            transaction.begin();
            ReplicaStreams.Row stream = streams.of(gap.key);
            blocks.insert(stream, gap);
            if (stream.low > stream.contig) {
                stream.low = gap.to + 1;
            }
            stream.contig = gap.to;
            stream.hash = gap.hash;
            stream.total = gap.total;
            streams.save(stream);
            return ++ticket;
        } catch (SQLException failed) {
            transaction.failed(failed);
            return REFUSED;
        }
    }

    @Override
    public long replace(Block block) {
        try {
            transaction.begin();
            ReplicaStreams.Row stream = streams.of(block.key);
            blocks.remove(stream, block.number);
            long total = total(block.key, block.number - 1) + block.count;
            blocks.insert(stream, block, total);
            return replaced(stream, block.number, block.hash, total);
        } catch (SQLException failed) {
            transaction.failed(failed);
            return REFUSED;
        }
    }

    @Override
    public long replace(BlockGap gap) {
        try {
            transaction.begin();
            ReplicaStreams.Row stream = streams.of(gap.key);
            blocks.remove(stream, gap.to);
            blocks.insert(stream, gap);
            if (stream.low == gap.to) {
                stream.low = blocks.heldAfter(stream, gap.to);
            }
            return replaced(stream, gap.to, gap.hash, gap.total);
        } catch (SQLException failed) {
            transaction.failed(failed);
            return REFUSED;
        }
    }

    private long replaced(ReplicaStreams.Row stream, long number, byte[] hash, long total) throws SQLException {
        if (number == stream.contig) {
            stream.hash = hash;
            stream.total = total;
        }
        streams.save(stream);
        return ++ticket;
    }

    @Override
    public void close(StreamKey key) {
        try {
            ReplicaStreams.Row stream = streams.find(key);
            if (stream != null && !stream.closed) {
                transaction.begin();
                stream.closed = true;
                streams.save(stream);
            }
        } catch (SQLException failed) {
            transaction.failed(failed);
        }
    }

    @Override
    public void forget(StreamKey key) {
        try {
            ReplicaStreams.Row stream = streams.find(key);
            if (stream != null) {
                transaction.begin();
                blocks.forget(stream);
                streams.remove(stream);
            }
        } catch (SQLException failed) {
            transaction.failed(failed);
        }
    }

    @Override
    public void mark(String sink, StreamKey key, long contig) {
        try {
            transaction.begin();
            blocks.mark(sink, streams.of(key), contig);
        } catch (SQLException failed) {
            transaction.failed(failed);
        }
    }

    @Override
    public long marked(String sink, StreamKey key) {
        ReplicaStreams.Row stream = streams.find(key);
        try {
            return stream == null ? 0 : blocks.marked(sink, stream);
        } catch (SQLException failed) {
            transaction.failed(failed);
            return 0;
        }
    }
}
