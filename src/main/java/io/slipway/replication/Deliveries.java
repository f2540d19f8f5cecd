package io.slipway.replication;

import io.slipway.store.ReplicaFile;
import io.slipway.store.StoreException;
import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import io.slipway.sync.BlockStore;
import io.slipway.sync.Replica;
import io.slipway.sync.StreamKey;
import io.slipway.sync.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Blocks of readings for a database of this node's own, which other members are told it has: level 2. One thread. */
public final class Deliveries {
    private static final int MOST_BLOCKS = 64;
    private static final int MOST_BYTES = 256 << 10;
    /** A block of a few bytes can hold as many readings as one of many. */
    private static final int MOST_READINGS = 8192;

    private final Engine engine;
    /** Streams take turns at being the first. */
    private int turn;

    Deliveries(Engine engine) {
        this.engine = engine;
    }

    /** What a stream is called here. */
    public static String name(StreamKey key) {
        return key.origin + '/' + key.epoch;
    }

    /**
     * What is durable behind these places, 64 blocks at most, those of a stream in its order. Waits, for a bounded
     * time.
     *
     * @param stored by {@link #name} up to which block the database has committed a stream: the members are told
     * @throws StoreException if there is no answer; the message is for people
     */
    public List<Delivery> behind(final Map<String, Long> stored) throws StoreException {
        return new Inquiry<List<Delivery>>() {
            @Override
            List<Delivery> find(ReplicaFile file, Replica replica) {
                return find(replica.streams(), file.blocks(), replica, file.isDirty());
            }

            private List<Delivery> find(List<StreamState> streams, BlockStore blocks, Replica replica,
                                        boolean isDirty) {
                Round round = new Round(blocks, replica, isDirty);
                for (int i = 0; i < streams.size(); i++) {
                    StreamState stream = streams.get(Math.floorMod(turn + i, streams.size()));
                    if (stream.key.kind == StreamKey.TELEMETRY) {
                        Long place = stored.get(name(stream.key));
                        long from = place == null ? 0 : Math.min(place, stream.contig);
                        replica.delivered(stream.key, from);
                        round.take(stream, from);
                    }
                }
                turn++;
                return round.found;
            }
        }.ask(engine);
    }

    /** One answer as it is put together. The replication's thread. */
    private static final class Round {
        private final List<Delivery> found = new ArrayList<>();
        private final BlockStore blocks;
        private final Replica replica;
        private final boolean isDirty;
        private long bytes;
        private long readings;

        /** @param isDirty whether what the file shows may be taken back */
        Round(BlockStore blocks, Replica replica, boolean isDirty) {
            this.blocks = blocks;
            this.replica = replica;
            this.isDirty = isDirty;
        }

        boolean isFull() {
            return found.size() >= MOST_BLOCKS || bytes >= MOST_BYTES || readings >= MOST_READINGS;
        }

        void take(StreamState stream, long from) {
            long number = from + 1;
            while (!isFull() && number <= stream.contig) {
                Block block = blocks.read(stream.key, number);
                BlockGap gap = block == null ? blocks.gap(stream.key, number) : null;
                if (block != null) {
                    add(block);
                    number++;
                } else if (gap != null && (number < stream.low || !isDirty)) {
                    number = gap.to + 1;
                } else {
                    if (gap == null) {
                        // Nothing behind it goes before it was mended or given up.
                        replica.doubt(stream.key, number);
                    }
                    return;
                }
            }
        }

        private void add(Block block) {
            BlockGap gap = blocks.gap(block.key, block.number - 1);
            BlockGap first = gap;
            while (first != null && blocks.gap(block.key, first.from - 1) != null) {
                first = blocks.gap(block.key, first.from - 1);
            }
            Block before = first == null || first.from == 1 ? null : blocks.read(block.key, first.from - 1);
            found.add(new Delivery(block, gap, before != null && before.records.equals(block.records) ? before.last
                : 0));
            bytes += block.payload.length;
            readings += block.count;
        }
    }
}
