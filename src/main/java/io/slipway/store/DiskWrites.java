package io.slipway.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/**
 * How many bytes the store has had written to the disk, as near as can be known. Linux counts for each process what it
 * dirtied on file systems that go through its page cache, in whole pages of {@value #PAGE} bytes, because they are
 * written whole. Where it does not count (JFFS2, memory), our own count stands, which is rather too high: the pages
 * that each commit touched in the write-ahead log, and all that a merge may have taken into the file. What the file
 * system writes for itself, its journal above all, nobody counts for a process. The store's thread counts; any thread
 * may ask.
 */
final class DiskWrites {
    private static final int PAGE = 4096;
    /** Of the write-ahead log's header and of the header before each page in it (SQLite's file format, section 4). */
    private static final int LOG_HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final String KERNEL = "/proc/self/io";
    private static final String LINE = "write_bytes: ";

    /** The one in use; the size of its pages. */
    private Database database;
    private long pageBytes;
    private final long kernelAtStart;
    private long frames;
    private volatile long counted;

    DiskWrites() {
        this.kernelAtStart = kernel();
    }

    /** After a commit to the database in use. */
    void committed(Database current) throws SQLException {
        if (current != database) {
            counted += frames * pageBytes;
            frames = 0;
            pageBytes = current.pageBytes();
            database = current;
        }
        long now = database.logFrames();
        if (now < frames) {
            // The log was merged into the file and begun anew.
            counted += frames * pageBytes;
            frames = 0;
        }
        if (now > frames) {
            counted += (offset(now) - 1) / PAGE * PAGE - offset(frames) / PAGE * PAGE + PAGE;
        }
        frames = now;
    }

    private long offset(long frame) {
        return LOG_HEADER + frame * (FRAME_HEADER + pageBytes);
    }

    /** Since the store was opened. */
    long bytes() {
        long kernel = kernel() - kernelAtStart;
        return kernel > counted / 2 ? kernel : counted;
    }

    /** Our own count alone. */
    long counted() {
        return counted;
    }

    /** What the kernel says, since the process began; 0 where it says nothing. */
    private static long kernel() {
        byte[] text = new byte[512];
        int length;
        try (RandomAccessFile file = new RandomAccessFile(KERNEL, "r")) {
            length = file.read(text);
        } catch (IOException | RuntimeException unknown) {
            return 0;
        }
        String all = new String(text, 0, Math.max(0, length), StandardCharsets.US_ASCII);
        int at = all.indexOf('\n' + LINE);
        long bytes = 0;
        for (int i = at + 1 + LINE.length(); at >= 0 && i < all.length() && Character.isDigit(all.charAt(i)); i++) {
            bytes = bytes * 10 + all.charAt(i) - '0';
        }
        return bytes;
    }
}
