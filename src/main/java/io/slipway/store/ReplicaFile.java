package io.slipway.store;

import io.slipway.reading.Epoch;
import io.slipway.reading.Reading;
import io.slipway.sync.Block;
import io.slipway.sync.BlockStore;
import io.slipway.sync.Chain;
import io.slipway.sync.EntriesCodec;
import io.slipway.sync.StreamKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of a replica: blocks of all streams, the gateway's own and those of others, and the shared values. It
 * stands beside the gateway's database and apart from it, so that no commit of readings waits for a neighbour's, and
 * a file that is damaged or lost costs nothing but fetching it anew. One thread.
 *
 * <p>What is appended belongs to the open transaction, which begins by itself; {@link #commit} makes it durable. Once
 * a statement of a transaction has failed, everything is refused until {@link #rollback}.
 */
public final class ReplicaFile implements Closeable {
    /** The file's name within the data directory. */
    public static final String FILE_NAME = "replica.db";

    private final Database database;
    private final ReplicaTransaction transaction;
    private final StoredBlocks stored;
    private final ReplicaStreams streams;
    private final ReplicaBlocks blocks;
    private final ReplicaValues values;
    private final BlockPacker packer = new BlockPacker();
    private final List<Block> sealed = new ArrayList<>();
    private ReplicaFile(Database database) throws SQLException {
        this.database = database;
        this.transaction = new ReplicaTransaction(database);
        this.streams = new ReplicaStreams(database);
        this.blocks = new ReplicaBlocks(database);
        this.values = new ReplicaValues(this, transaction, database, streams);
        this.stored = new StoredBlocks(transaction, streams, blocks);
    }

    /**
     * Opens the file, makes it (readable by its owner only) where there is none. One that is damaged gets another
     * name, {@code replica.db.damaged}, in the place of one that had it, and a new one takes its place.
     *
     * @throws StoreException if it cannot be opened, or a newer program wrote it; the message is for people
     */
    public static ReplicaFile open(Path directory) throws StoreException {
        Path path = directory.resolve(FILE_NAME);
        try {
            try {
                return connect(path);
            } catch (SQLException failed) {
                if (!Database.isDamage(failed)) {
                    throw failed;
                }
                setAside(path);
                return connect(path);
            }
        } catch (SQLException failed) {
            throw new StoreException("cannot open " + path + ": " + Database.words(failed), failed);
        } catch (IOException failed) {
            throw new StoreException("cannot open " + path + ": " + failed.getMessage(), failed);
        }
    }

    private static ReplicaFile connect(Path path) throws SQLException, StoreException, IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Database database = Database.connect(path);
        boolean opened = false;
        try {
            ReplicaSchema.upgrade(database);
            ReplicaFile file = new ReplicaFile(database);
            opened = true;
            return file;
        } finally {
            if (!opened) {
                database.close();
            }
        }
    }

    private static void setAside(Path path) throws IOException {
        String aside = path.getFileName() + ".damaged";
        for (String end : new String[] {"-wal", "-journal", ""}) {
            Files.deleteIfExists(path.resolveSibling(aside + end));
            if (Files.exists(path.resolveSibling(path.getFileName() + end))) {
                Files.move(path.resolveSibling(path.getFileName() + end), path.resolveSibling(aside + end));
            }
        }
    }

    /** Whether SQLite or a checksum found the file broken: it is to be closed, and opened anew. */
    public boolean isDamaged() {
        return transaction.isDamaged();
    }

    /** Gives a file that {@link #isDamaged} another name. After {@link #close}. */
    public static void setAsideIn(Path directory) throws StoreException {
        try {
            setAside(directory.resolve(FILE_NAME));
        } catch (IOException failed) {
            throw new StoreException("cannot rename " + FILE_NAME + ": " + failed.getMessage(), failed);
        }
    }

    /** A random name of this very file, eight hexadecimal digits: another one where it was lost and made anew. */
    public String id() throws StoreException {
        try {
            return database.text("SELECT v FROM meta WHERE k='id'");
        } catch (SQLException failed) {
            throw new StoreException(failed.getMessage(), failed);
        }
    }

    /** The shared values. */
    public ReplicaValues values() {
        return values;
    }

    /** What is held of a gateway's readings, for who reads along. */
    public ReplicaHistory history(String origin) {
        return new ReplicaHistory(database, streams, origin);
    }

    /** Whether something was appended that {@link #commit} would make durable. */
    public boolean isDirty() {
        return transaction.isOpen();
    }

    /**
     * Seals readings into blocks of a stream of this life, within the open transaction; those that were sealed before
     * are passed over. A reading that fits into no block is left out.
     *
     * @param readings all of one epoch, ascending, not empty
     * @return how many fit into no block
     * @throws StoreException if it cannot: {@link #rollback} is to be called
     */
    public int seal(StreamKey own, List<Reading> readings) throws StoreException {
        try {
            transaction.begin();
            Epoch epoch = readings.get(0).epoch;
            String mark = own.origin + '/' + epoch;
            long last = mark.equals(database.text("SELECT v FROM meta WHERE k='own_epoch'"))
                ? database.number("SELECT v FROM meta WHERE k='own_seq'") : 0;
            List<Reading> fresh = new ArrayList<>(readings.size());
            for (Reading reading : readings) {
                if (reading.seq > last) {
                    fresh.add(reading);
                }
            }
            List<BlockPacker.Packed> packed = new ArrayList<>();
            int left = packer.pack(fresh, packed);
            for (BlockPacker.Packed one : packed) {
                seal(own, epoch, one.range, one.times, one.codec, one.payload);
            }
            if (!fresh.isEmpty()) {
                database.execute("INSERT OR REPLACE INTO meta(k, v) VALUES('own_epoch', '" + mark + "'), ('own_seq', "
                    + fresh.get(fresh.size() - 1).seq + ")");
            }
            return left;
        } catch (SQLException failed) {
            transaction.failed(failed);
            throw new StoreException(Database.words(failed), failed);
        }
    }

    Block sealValues(StreamKey own, byte[] payload) throws SQLException {
        long number = streams.of(own).contig + 1;
        long now = System.currentTimeMillis();
        return seal(own, own.epoch, new long[] {number, number, 1}, new long[] {now, now},
            EntriesCodec.CODEC, payload);
    }

    private Block seal(StreamKey own, Epoch records, long[] range, long[] times, int codec, byte[] payload)
            throws SQLException {
        ReplicaStreams.Row stream = streams.of(own);
        Block open = new Block(own, stream.contig + 1, records, range, times, codec, Chain.start(), payload);
        Block block = new Block(own, open.number, records, range, times, codec, Chain.hash(stream.hash, open), payload);
        streams.append(stream, block, blocks);
        sealed.add(block);
        return block;
    }

    /**
     * Makes durable what was appended, and seals the values that were written. When this returns, it survives a power
     * cut.
     *
     * @return the last ticket
     * @throws StoreException if nothing of it is durable: the transaction is rolled back
     */
    public long commit() throws StoreException {
        try {
            transaction.check();
            if (transaction.isOpen()) {
                values.seal();
                transaction.commit();
            }
            return stored.ticket();
        } catch (SQLException failed) {
            transaction.failed(failed);
            rollback();
            throw new StoreException(Database.words(failed), failed);
        }
    }

    /** Forgets what was appended since the last commit. */
    public void rollback() {
        transaction.rollback();
        sealed.clear();
        try {
            streams.load();
            values.rolledBack();
        } catch (SQLException unreadable) {
            transaction.failed(unreadable);
        }
    }

    /** The blocks of this life that were sealed since this was asked last; to be asked after a commit. */
    public List<Block> takeSealed() {
        List<Block> blocksSealed = new ArrayList<>(sealed);
        sealed.clear();
        return blocksSealed;
    }

    /** Bytes of the file that are in use. */
    public long usedBytes() {
        try {
            return database.usedBytes();
        } catch (SQLException unknown) {
            transaction.failed(unknown);
            return 0;
        }
    }

    /** The time of the last record of a block by its writer's clock, ms since 1970; the largest long for none. */
    public long lastTime(StreamKey key, long number) {
        ReplicaStreams.Row stream = streams.find(key);
        try {
            return stream == null ? Long.MAX_VALUE : blocks.tmax(stream, number);
        } catch (SQLException failed) {
            transaction.failed(failed);
            return Long.MAX_VALUE;
        }
    }

    /**
     * Gives up the first block of a stream that is held, within the open transaction.
     *
     * @return the first one that is left, {@code contig + 1} for none; -1 if it failed
     */
    public long reclaim(StreamKey key, long number, int reason) {
        try {
            transaction.begin();
            ReplicaStreams.Row stream = streams.of(key);
            blocks.reclaim(stream, number, reason);
            stream.low = blocks.heldAfter(stream, number);
            streams.save(stream);
            return stream.low;
        } catch (SQLException failed) {
            transaction.failed(failed);
            return -1;
        }
    }

    /** The blocks as the rules of replication see them. */
    public BlockStore blocks() {
        return stored;
    }

    /** How many streams there are. */
    public int streamCount() {
        return streams.all().size();
    }

    /** Closes the file; what was not committed is gone. */
    @Override
    public void close() {
        database.rollback();
        try {
            streams.close();
            blocks.close();
            values.close();
        } catch (SQLException ignored) {
            // The connection takes them with it.
        }
        database.close();
    }
}
