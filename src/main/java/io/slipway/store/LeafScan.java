package io.slipway.store;

import io.slipway.reading.Epoch;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Blocks in a damaged file whose way from the root of their table is broken: every page is looked at as if it were a
 * leaf, and what looks like a row of {@code blk} and has the right checksum is one. Pages that are free by now may
 * still hold rows that were deleted; those below a stream's first block are known by that. One thread.
 *
 * <pre>
 * page  13 | 2 first free | 2 cells | 2 cell area | 1 fragments | 2 x cells: offset of each | … cells
 * cell  varint length of the record | varint rowid | record, or its beginning and 4 page number of the rest
 * rest  4 page number of the next, 0 at the end | bytes
 * log   32 header, salts at 16 | frames: 4 page number | 4 | 8 salts | 8 | page
 * </pre>
 * All as in https://sqlite.org/fileformat.html, sections 1.5, 1.6, 2.1 and 4.1.
 */
final class LeafScan implements Closeable {
    private static final int LEAF = 13;
    private static final int LEAF_HEADER = 8;
    /** The database's own header, which comes before the first page's. */
    private static final int FILE_HEADER = 100;
    private static final int LOG_HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int COLUMNS = 14;
    /** Columns in the order in which {@link Schema} adds them; {@link BlockRow} has another. */
    private static final int HASH = 8;
    private static final int PAYLOAD = 9;
    private static final int CRC = 12;
    private static final int[] NUMBERS = {0, 1, 2, 3, 4, 5, 6, 7, 13, 10, 11};
    /** A row that claims to be longer is none. */
    private static final long RECORD_LIMIT = 1 << 20;

    private final RandomAccessFile in;
    private final RandomAccessFile log;
    private final int pageBytes;
    private final long pages;
    /** Where in the log a page is that was not merged into the file. */
    private final Map<Long, Long> logged = new HashMap<>();
    /** Of each block that was found: its page, and where on it. */
    private final Map<Long, long[]> found = new HashMap<>();

    /** @param pageBytes of the database */
    LeafScan(Path file, int pageBytes) throws IOException {
        this.pageBytes = pageBytes;
        this.in = new RandomAccessFile(file.toFile(), "r");
        this.pages = in.length() / pageBytes;
        Path wal = file.resolveSibling(file.getFileName() + "-wal");
        this.log = Files.exists(wal) ? new RandomAccessFile(wal.toFile(), "r") : null;
        if (log != null) {
            readLog();
        }
    }

    private void readLog() throws IOException {
        byte[] header = new byte[FRAME_HEADER];
        byte[] salts = new byte[8];
        if (log.length() >= LOG_HEADER) {
            log.seek(16);
            log.readFully(salts);
        }
        long at = LOG_HEADER;
        boolean current = true;
        while (current && at + FRAME_HEADER + pageBytes <= log.length()) {
            log.seek(at);
            log.readFully(header);
            current = Arrays.equals(salts, Arrays.copyOfRange(header, 8, 16));
            if (current) {
                logged.put(ByteBuffer.wrap(header).getInt() & 0xffffffffL, at + FRAME_HEADER);
            }
            at += FRAME_HEADER + pageBytes;
        }
    }

    /**
     * Looks through the whole file.
     *
     * @param epochs of each stream
     * @param streams of each stream of blocks the first and the last number
     * @return the blocks' numbers
     */
    Iterable<Long> find(Map<Long, Epoch> epochs, Map<Long, long[]> streams) throws IOException {
        long last = pages;
        for (long number : logged.keySet()) {
            last = Math.max(last, number);
        }
        for (long number = 1; number <= last; number++) {
            byte[] page = page(number);
            int from = number == 1 ? FILE_HEADER : 0;
            if (page != null && page[from] == LEAF) {
                look(number, page, from, epochs, streams);
            }
        }
        return found.keySet();
    }

    private void look(long number, byte[] page, int from, Map<Long, Epoch> epochs, Map<Long, long[]> streams)
            throws IOException {
        int cells = unsigned(page, from + 3);
        for (int i = 0; i < cells && from + LEAF_HEADER + 2 * i + 2 <= pageBytes; i++) {
            int at = unsigned(page, from + LEAF_HEADER + 2 * i);
            BlockRow row = row(page, at);
            if (row == null) {
                continue;
            }
            long[] range = streams.get(row.id() / Blocks.STREAM_UNIT);
            long block = row.id() % Blocks.STREAM_UNIT;
            if (range != null && block >= range[0] && block <= range[1] && row.isSealed(epochs.get(row.recSid()))) {
                found.put(row.id(), new long[] {number, at});
            }
        }
    }

    /** A block that {@link #find} found; {@code null} where it did not. */
    BlockRow load(long id) throws IOException {
        long[] place = found.get(id);
        return place == null ? null : row(page(place[0]), (int) place[1]);
    }

    /** {@code null} where there is no such page. */
    private byte[] page(long number) throws IOException {
        byte[] page = new byte[pageBytes];
        Long inLog = logged.get(number);
        if (inLog != null) {
            log.seek(inLog);
            log.readFully(page);
        } else if (number >= 1 && number <= pages) {
            in.seek((number - 1) * pageBytes);
            in.readFully(page);
        } else {
            return null;
        }
        return page;
    }

    /** The row in a cell; {@code null} where it is none of the table's. */
    private BlockRow row(byte[] page, int at) throws IOException {
        try {
            ByteBuffer cell = ByteBuffer.wrap(page);
            cell.position(at);
            long length = varint(cell);
            long id = varint(cell);
            if (length < COLUMNS || length > RECORD_LIMIT) {
                return null;
            }
            byte[] record = record(cell, (int) length);
            return record == null ? null : parse(id, ByteBuffer.wrap(record));
        } catch (RuntimeException outOfBounds) {
            // Cells of other tables and noise: lengths that lead beyond the page or the record.
            return null;
        }
    }

    /** The record whole, however many pages it is on; {@code null} where the chain ends too early. */
    private byte[] record(ByteBuffer cell, int length) throws IOException {
        int most = pageBytes - 35;
        int least = (pageBytes - 12) * 32 / 255 - 23;
        int spill = least + (length - least) % (pageBytes - 4);
        int local = length <= most ? length : spill <= most ? spill : least;
        byte[] record = new byte[length];
        cell.get(record, 0, local);
        int have = local;
        long next = have < length ? cell.getInt() & 0xffffffffL : 0;
        while (have < length) {
            byte[] page = page(next);
            if (page == null) {
                return null;
            }
            int more = Math.min(length - have, pageBytes - 4);
            System.arraycopy(page, 4, record, have, more);
            have += more;
            next = ByteBuffer.wrap(page).getInt() & 0xffffffffL;
        }
        return record;
    }

    private static BlockRow parse(long id, ByteBuffer record) {
        ByteBuffer types = record.duplicate();
        record.position((int) varint(types));
        long[] values = new long[COLUMNS];
        byte[][] blobs = new byte[COLUMNS][];
        for (int column = 0; column < COLUMNS; column++) {
            long type = varint(types);
            if (type >= 12 && type % 2 == 0) {
                blobs[column] = new byte[(int) (type - 12) / 2];
                record.get(blobs[column]);
            } else {
                values[column] = integer(type, record);
            }
        }
        values[0] = id;
        if (blobs[HASH] == null || blobs[PAYLOAD] == null) {
            return null;
        }
        long[] numbers = new long[NUMBERS.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values[NUMBERS[i]];
        }
        return BlockRow.found(numbers, blobs[HASH], blobs[PAYLOAD], values[CRC]);
    }

    private static long integer(long type, ByteBuffer record) {
        if (type == 0 || type == 8 || type == 9) {
            return type == 9 ? 1 : 0;
        }
        int bytes = type <= 4 ? (int) type : type == 5 ? 6 : type == 6 ? 8 : -1;
        if (bytes < 0) {
            throw new IllegalArgumentException("no integer");
        }
        long value = record.get();
        for (int i = 1; i < bytes; i++) {
            value = value << 8 | record.get() & 0xff;
        }
        return value;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            byte b = in.get();
            value = value << 7 | b & 0x7f;
            if (b >= 0) {
                return value;
            }
        }
        return value << 8 | in.get() & 0xff;
    }

    private static int unsigned(byte[] page, int at) {
        return (page[at] & 0xff) << 8 | page[at + 1] & 0xff;
    }

    @Override
    public void close() throws IOException {
        in.close();
        if (log != null) {
            log.close();
        }
    }
}
