package io.slipway.sync.sim;

import io.slipway.sync.Block;
import io.slipway.sync.BlockStore;
import io.slipway.sync.Chain;
import io.slipway.sync.Checkpoints;
import io.slipway.sync.Entry;
import io.slipway.sync.EntryTable;
import io.slipway.sync.FramePeek;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** How the nodes of a simulation are built; the subclasses break one rule each, on purpose. */
class Variant {
    /** The table that the core gets. */
    EntryTable table(EntryTable table) {
        return table;
    }

    /** The blocks that the core gets. */
    BlockStore blocks(SimStore store) {
        return store;
    }

    /** Whether what is appended is called committed at once. */
    boolean acknowledgesEarly() {
        return false;
    }

    /** Whether a start goes on with the life that the database names. */
    boolean continuesLife() {
        return false;
    }

    /** What a node reads of a frame; {@code notes} are its own and outlive a restart. */
    byte[] read(Checkpoints notes, int link, byte[] frame) {
        return frame;
    }

    /** What arrives last holds. */
    static final class MergeByArrival extends Variant {
        @Override
        EntryTable table(EntryTable table) {
            return new EntryTable() {
                @Override
                public Entry find(String key) {
                    return null;
                }

                @Override
                public void put(Entry entry) {
                    table.put(entry);
                }

                @Override
                public void remove(String key) {
                    table.remove(key);
                }

                @Override
                public List<Entry> history(String key) {
                    return List.of();
                }

                @Override
                public void history(String key, List<Entry> latestFirst) {
                    table.history(key, latestFirst);
                }

                @Override
                public List<Entry> tombstones(int most) {
                    return List.of();
                }

                @Override
                public void stage(Entry entry) {
                    table.stage(entry);
                }

                @Override
                public long highest() {
                    return table.highest();
                }

                @Override
                public void highest(long hlc) {
                    table.highest(hlc);
                }

                @Override
                public long floor() {
                    return 0;
                }

                @Override
                public void floor(long hlc) {
                    table.floor(hlc);
                }
            };
        }
    }

    /** Acknowledges what a crash can still take. */
    static final class AcknowledgeBeforeCommit extends Variant {
        @Override
        boolean acknowledgesEarly() {
            return true;
        }
    }

    /** Takes a restored database for where it left off. */
    static final class ContinueAfterRestore extends Variant {
        @Override
        boolean continuesLife() {
            return true;
        }
    }

    /** Believes what it noted about a neighbour rather than the neighbour. */
    static final class BelieveCheckpoint extends Variant {
        @Override
        byte[] read(Checkpoints notes, int link, byte[] frame) {
            return notes.read(link, frame);
        }
    }

    /** Takes what the disk gives for what was written, and a hash that does not go with it for the error. */
    static final class RottenCounts extends Variant {
        @Override
        BlockStore blocks(SimStore store) {
            return (BlockStore) Proxy.newProxyInstance(BlockStore.class.getClassLoader(),
                new Class<?>[] {BlockStore.class}, (proxy, method, about) -> {
                    try {
                        return method.getName().equals("read") ? read(store.disk.streams.get(about[0]), (long) about[1])
                            : method.invoke(store, about);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
        }

        private static Block read(SimStream stream, long number) {
            Block is = stream == null ? null : stream.unchecked(number);
            byte[] before = is == null ? null : number == 1 ? Chain.start() : stream.hash(number - 1);
            return before == null ? is : new Block(is.key, number, is.records,
                new long[] {is.first, is.last, is.count}, new long[] {is.tmin, is.tmax}, is.codec,
                Chain.hash(before, is), is.payload);
        }
    }

    /** Never hears what it fetched: nothing is ever put right. */
    static final class NeverFetches extends Variant {
        @Override
        byte[] read(Checkpoints notes, int link, byte[] frame) {
            byte[] read = frame.clone();
            if (FramePeek.isFetch(frame)) {
                // Of another session then, which is passed over.
                read[4] ^= 1;
            }
            return read;
        }
    }
}
