package io.slipway.replication;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.Inflater;

/**
 * Reads replica files by what docs/sync.md says of them and with none of the program's code: which blocks there are,
 * whether their hashes are what they must be, and which readings they hold.
 */
final class ReplicaReader {
    /** Each block by its name, with everything that every node must agree on. */
    final TreeMap<String, String> blocks = new TreeMap<>();
    /** The readings by origin: their payloads as text, by identity. */
    final TreeMap<String, String> readings = new TreeMap<>();
    /** Values by key. */
    final TreeMap<String, String> values = new TreeMap<>();
    /** What is wrong. */
    final List<String> faults = new ArrayList<>();
    long gaps;
    /** How many readings there ever were by the streams' own account, those in gaps included. */
    long total;

    /** Reads a copy, or the file of a gateway that does not run. */
    ReplicaReader(Path file) throws Exception {
        try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + file);
             Statement statement = db.createStatement()) {
            try (ResultSet check = statement.executeQuery("PRAGMA integrity_check")) {
                check.next();
                if (!check.getString(1).equals("ok")) {
                    faults.add(check.getString(1));
                }
            }
            readBlocks(statement);
            try (ResultSet row = statement.executeQuery("SELECT count(*) FROM gap")) {
                row.next();
                gaps = row.getLong(1);
            }
            try (ResultSet row = statement.executeQuery("SELECT sum(total) FROM strm WHERE kind=0")) {
                row.next();
                total = row.getLong(1);
            }
            try (ResultSet row = statement.executeQuery("SELECT k, v, hlc FROM entry")) {
                while (row.next()) {
                    byte[] value = row.getBytes(2);
                    if (value != null) {
                        values.put(row.getString(1), new String(value, StandardCharsets.UTF_8) + " " + row.getLong(3));
                    }
                }
            }
        }
    }

    private void readBlocks(Statement statement) throws Exception {
        try (ResultSet row = statement.executeQuery("SELECT origin, boot, nonce, kind, id & ((1<<40)-1), rec_boot,"
                + " rec_nonce, first, last, n, codec, blk.hash, payload FROM blk JOIN strm ON sid = id >> 40"
                + " ORDER BY sid, id")) {
            String stream = "";
            long number = 0;
            byte[] before = null;
            while (row.next()) {
                String now = row.getString(1) + "/" + row.getInt(2) + "-" + row.getInt(3) + "/" + row.getInt(4);
                byte[] payload = row.getBytes(13);
                byte[] hash = row.getBytes(12);
                before = !now.equals(stream) ? row.getLong(5) == 1 ? new byte[16] : null
                    : row.getLong(5) == number + 1 ? before : null;
                stream = now;
                number = row.getLong(5);
                long[] numbers = {row.getLong(2), row.getLong(3), number, row.getLong(6), row.getLong(7),
                    row.getLong(8), row.getLong(9), row.getLong(10), row.getLong(11)};
                if (before != null && !Arrays.equals(chained(before, numbers, payload), hash)) {
                    faults.add("the hash of " + stream + "#" + number);
                }
                before = hash;
                blocks.put(stream + "#" + String.format("%08d", number), HexFormat.of().formatHex(hash) + " "
                    + Arrays.toString(numbers) + " " + payload.length);
                if (row.getInt(4) == 0) {
                    String life = row.getString(1) + String.format("/%d-%08x", row.getInt(6), row.getInt(7));
                    decode(life, row.getInt(11) == 2 ? inflate(payload) : payload, row.getInt(10));
                }
            }
        }
    }

    private static byte[] chained(byte[] before, long[] numbers, byte[] payload) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(before);
        ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length);
        for (long one : numbers) {
            bytes.putLong(one);
        }
        digest.update(bytes.array());
        digest.update(payload);
        return Arrays.copyOf(digest.digest(), 16);
    }

    private static byte[] inflate(byte[] deflated) throws Exception {
        Inflater inflater = new Inflater(true);
        inflater.setInput(deflated);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        while (!inflater.finished()) {
            out.write(buffer, 0, inflater.inflate(buffer));
        }
        inflater.end();
        return out.toByteArray();
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        byte one = in.get();
        while (one < 0) {
            value |= (one & 0x7fL) << shift;
            shift += 7;
            one = in.get();
        }
        return value | (long) one << shift;
    }

    /** Column by column: version, series, count, seq, at, at - mono, series and clock, lengths, payloads. */
    private void decode(String life, byte[] bytes, int expected) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        in.get();
        long series = varint(in);
        for (long i = 0; i < series; i++) {
            in.getLong();
            int source = (int) varint(in);
            in.position(in.position() + source);
        }
        int count = (int) varint(in);
        if (count != expected) {
            faults.add("a block of " + life + " holds " + count + ", not " + expected);
        }
        long[] seq = new long[count];
        for (int i = 0; i < count; i++) {
            seq[i] = varint(in) + (i == 0 ? 0 : seq[i - 1]);
        }
        for (int i = 0; i < 3 * count; i++) {
            varint(in);
        }
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = (int) varint(in);
        }
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[lengths[i]];
            in.get(payload);
            String text = new String(payload, StandardCharsets.UTF_8);
            String other = readings.put(life + "/" + seq[i], text);
            if (other != null && !other.equals(text)) {
                faults.add("one identity for two readings: " + life + "/" + seq[i]);
            }
        }
    }

    /** The different payloads of a gateway's readings. */
    TreeSet<String> payloads(String origin) {
        TreeSet<String> found = new TreeSet<>();
        readings.forEach((identity, payload) -> {
            if (identity.startsWith(origin + "/")) {
                found.add(payload);
            }
        });
        return found;
    }
}
