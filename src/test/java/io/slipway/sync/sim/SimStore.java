package io.slipway.sync.sim;

import io.slipway.reading.Epoch;
import io.slipway.sync.Block;
import io.slipway.sync.BlockGap;
import io.slipway.sync.BlockStore;
import io.slipway.sync.Chain;
import io.slipway.sync.EntriesCodec;
import io.slipway.sync.Entry;
import io.slipway.sync.Rules;
import io.slipway.sync.StreamKey;
import io.slipway.sync.StreamState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A store with a commit: what is appended counts from {@link #commit} on, and a crash forgets the rest. It keeps no
 * more than a real one could: of blocks that are gone, only the last hash and total of each gap.
 */
final class SimStore implements BlockStore {
    /** A record: which life of its origin gave it which number, and what it says, which nothing else ever says. */
    record Rec(Epoch epoch, int seq, int content) {
    }

    /** What is durable. Copied for a backup; blocks are never changed. */
    static final class Disk {
        final Map<StreamKey, SimStream> streams = new LinkedHashMap<>();
        final Map<String, Long> marks = new LinkedHashMap<>();
        SimTable.Content table = new SimTable.Content();
        List<Rec> stage = new ArrayList<>();
        int boot;
        Epoch lastLife;

        Disk copy() {
            Disk copy = new Disk();
            streams.forEach((key, stream) -> copy.streams.put(key, stream.copy()));
            copy.marks.putAll(marks);
            copy.table = table.copy();
            copy.stage = new ArrayList<>(stage);
            copy.boot = boot;
            copy.lastLife = lastLife;
            return copy;
        }
    }

    final String origin;
    final Epoch life;
    final Disk disk;
    final SimTable table;
    private final Truth truth;
    private final List<Runnable> transaction = new ArrayList<>();
    private final List<Rec> written = new ArrayList<>();
    private int uncommitted;
    private long ticket;
    /** What the last commit sealed of this life. */
    final List<Block> sealed = new ArrayList<>();

    SimStore(String origin, Epoch life, Disk disk, Truth truth) {
        this.origin = origin;
        this.life = life;
        this.disk = disk;
        this.truth = truth;
        this.table = new SimTable(disk.table);
    }

    // What the gateway writes.

    void write(Rec rec) {
        written.add(rec);
    }

    boolean isDirty() {
        return !transaction.isEmpty() || !written.isEmpty() || table.isDirty();
    }

    /** Makes everything durable; seals what is staged if asked, and values always. Returns the last ticket. */
    long commit(boolean seal) {
        sealed.clear();
        for (Runnable one : transaction) {
            one.run();
        }
        transaction.clear();
        uncommitted = 0;
        disk.stage.addAll(written);
        for (Rec rec : written) {
            truth.acknowledged(origin, rec);
        }
        written.clear();
        if (!table.staged().isEmpty()) {
            sealValues();
        }
        table.commit();
        while (seal && !disk.stage.isEmpty()) {
            sealRecords();
        }
        return ticket;
    }

    void rollback() {
        transaction.clear();
        written.clear();
        table.rollback();
        uncommitted = 0;
    }

    private void sealValues() {
        StreamKey key = new StreamKey(origin, life, StreamKey.VALUES);
        List<Entry> entries = table.staged();
        SimStream stream = stream(key);
        long number = stream.contig() + 1;
        sealed.add(seal(stream, key, life, new long[] {number, number, 1}, EntriesCodec.encode(entries)));
        table.sealed(number);
    }

    private void sealRecords() {
        Epoch epoch = disk.stage.get(0).epoch();
        List<Rec> some = new ArrayList<>();
        while (!disk.stage.isEmpty() && disk.stage.get(0).epoch().equals(epoch) && some.size() < 16) {
            some.add(disk.stage.remove(0));
        }
        byte[] payload = new byte[some.size() * 8];
        ByteBuffer out = ByteBuffer.wrap(payload);
        for (Rec rec : some) {
            out.putInt(rec.seq()).putInt(rec.content());
        }
        StreamKey key = new StreamKey(origin, life, StreamKey.TELEMETRY);
        sealed.add(seal(stream(key), key, epoch,
            new long[] {some.get(0).seq(), some.get(some.size() - 1).seq(), some.size()}, payload));
    }

    private Block seal(SimStream stream, StreamKey key, Epoch records, long[] range, byte[] payload) {
        long at = truth.now();
        Block open = new Block(key, stream.contig() + 1, records, range, new long[] {at, at}, EntriesCodec.CODEC,
            new byte[Chain.LENGTH], payload);
        byte[] before = stream.headHash();
        Block block = new Block(key, open.number, records, range, new long[] {at, at}, open.codec,
            Chain.hash(before, open), payload);
        stream.add(block);
        truth.durable(block, stream.total(block.number));
        truth.stored(origin, key, block.number);
        return block;
    }

    /** The records of a block. */
    static List<Rec> records(Block block) {
        List<Rec> records = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(block.payload);
        while (in.hasRemaining()) {
            records.add(new Rec(block.records, in.getInt(), in.getInt()));
        }
        return records;
    }

    SimStream stream(StreamKey key) {
        return disk.streams.computeIfAbsent(key, k -> new SimStream());
    }

    // What the core needs.

    @Override
    public List<StreamState> streams() {
        List<StreamState> states = new ArrayList<>();
        disk.streams.forEach((key, s) -> states.add(new StreamState(key, s.low(), s.contig(),
            s.headHash(), s.total(s.contig()), s.closed)));
        return states;
    }

    @Override
    public Block read(StreamKey key, long number) {
        SimStream stream = disk.streams.get(key);
        return stream == null ? null : stream.block(number);
    }

    @Override
    public BlockGap gap(StreamKey key, long number) {
        SimStream stream = disk.streams.get(key);
        return stream == null ? null : stream.gap(number);
    }

    @Override
    public byte[] hash(StreamKey key, long number) {
        SimStream stream = disk.streams.get(key);
        return stream == null ? null : stream.hash(number);
    }

    @Override
    public long total(StreamKey key, long number) {
        return stream(key).total(number);
    }

    @Override
    public long since(StreamKey key, long ms) {
        return stream(key).since(ms);
    }

    @Override
    public long append(Block block) {
        transaction.add(() -> {
            stream(block.key).add(block);
            truth.durable(block, stream(block.key).total(block.number));
            truth.stored(origin, block.key, block.number);
        });
        return next();
    }

    @Override
    public long append(BlockGap gap) {
        if (gap.to - gap.from > 100_000) {
            return REFUSED;
        }
        transaction.add(() -> {
            stream(gap.key).add(gap);
            truth.stored(origin, gap.key, gap.to);
        });
        return next();
    }

    @Override
    public long replace(Block block) {
        transaction.add(() -> {
            stream(block.key).replace(block);
            truth.durable(block, stream(block.key).total(block.number));
        });
        return ++ticket;
    }

    @Override
    public long replace(BlockGap gap) {
        transaction.add(() -> stream(gap.key).replace(gap));
        return ++ticket;
    }

    private long next() {
        truth.require(++uncommitted <= Rules.MAX_UNCOMMITTED, "I7: %d blocks wait for the store", uncommitted);
        return ++ticket;
    }

    @Override
    public void close(StreamKey key) {
        transaction.add(() -> stream(key).closed = true);
    }

    @Override
    public void forget(StreamKey key) {
        transaction.add(() -> {
            SimStream stream = disk.streams.remove(key);
            truth.forgotten.add(key);
            truth.require(stream.low() > stream.contig(), "%s forgets %s, of which it holds blocks", origin, key);
        });
    }

    @Override
    public void mark(String sink, StreamKey key, long contig) {
        transaction.add(() -> disk.marks.put(sink + ' ' + key, contig));
    }

    @Override
    public long marked(String sink, StreamKey key) {
        return disk.marks.getOrDefault(sink + ' ' + key, 0L);
    }
}
