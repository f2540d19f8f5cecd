package io.slipway.sync.scale;

import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import io.slipway.sync.BlockStore;
import io.slipway.sync.Chain;
import io.slipway.sync.StreamKey;
import io.slipway.sync.StreamState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** As little of a store as figures need: of what comes, the last hash; what it gives is made as it is asked for. */
final class BareStore implements BlockStore {
    private static final int BLOCK = 512;

    private final Map<StreamKey, StreamState> streams = new HashMap<>();
    private final List<byte[]> hashes = new ArrayList<>();
    private final StreamKey own;
    private final int readings;
    private final double bytesAReading;
    /** Where blocks of others were written, so that they need not be kept a second time. */
    private final Map<StreamKey, BareStore> writers;
    long ticket;
    long held;

    /** Blocks of so many readings of a stream of its own; {@code null} for none. */
    BareStore(StreamKey own, int readings, double bytesAReading, Map<StreamKey, BareStore> writers) {
        this.writers = writers;
        if (own != null) {
            writers.put(own, this);
        }
        this.own = own;
        this.readings = readings;
        this.bytesAReading = bytesAReading;
        byte[] before = Chain.start();
        for (long n = 1; own != null && n <= blocks(); n++) {
            before = Chain.hash(before, block(n, before));
            hashes.add(before);
        }
        if (own != null && readings > 0) {
            streams.put(own, new StreamState(own, 1, blocks(), before, readings, false));
        }
    }

    private long blocks() {
        return (readings + BLOCK - 1) / BLOCK;
    }

    private Block block(long number, byte[] hash) {
        long first = (number - 1) * BLOCK + 1;
        long last = Math.min(readings, number * BLOCK);
        return new Block(own, number, own.epoch, new long[] {first, last, last - first + 1},
            new long[] {1_700_000_000_000L, 1_700_000_060_000L}, 2, hash,
            new byte[(int) Math.ceil((last - first + 1) * bytesAReading)]);
    }

    /** Names a stream of which it has so many blocks, without having them. */
    void name(StreamState state) {
        streams.put(state.key, state);
    }

    @Override
    public List<StreamState> streams() {
        return new ArrayList<>(streams.values());
    }

    private boolean isHere(StreamKey key, long number) {
        StreamState state = streams.get(key);
        return number > 0 && state != null && number <= state.contig && writers.containsKey(key);
    }

    @Override
    public Block read(StreamKey key, long number) {
        return isHere(key, number) ? writers.get(key).block(number, hash(key, number)) : null;
    }

    @Override
    public BlockGap gap(StreamKey key, long number) {
        return null;
    }

    @Override
    public byte[] hash(StreamKey key, long number) {
        return isHere(key, number) ? writers.get(key).hashes.get((int) number - 1) : null;
    }

    @Override
    public long total(StreamKey key, long number) {
        return number * BLOCK;
    }

    @Override
    public long since(StreamKey key, long ms) {
        return 1;
    }

    @Override
    public long append(Block block) {
        streams.put(block.key, new StreamState(block.key, 1, block.number, block.hash, 0, false));
        held++;
        return ++ticket;
    }

    @Override
    public long append(BlockGap gap) {
        throw new AssertionError("a gap in a test without any: " + gap);
    }

    @Override
    public long replace(Block block) {
        throw new AssertionError("nothing here can be damaged: " + block);
    }

    @Override
    public long replace(BlockGap gap) {
        throw new AssertionError("nothing here can be damaged: " + gap);
    }

    @Override
    public void close(StreamKey key) {
        // No life ends here.
    }

    @Override
    public void forget(StreamKey key) {
        streams.remove(key);
    }

    @Override
    public void mark(String sink, StreamKey key, long contig) {
        // No sinks here.
    }

    @Override
    public long marked(String sink, StreamKey key) {
        return 0;
    }
}
