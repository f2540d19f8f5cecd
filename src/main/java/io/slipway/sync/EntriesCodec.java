package io.slipway.sync;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload of a block of values.
 *
 * <pre>
 * count (varint) { key (u8 length, UTF-8) | hlc (u64) | 0 tombstone, 1 value (u8) | length (varint) and value, if 1 }
 * </pre>
 */
public final class EntriesCodec {
    /** The codec number of such a block. */
    public static final int CODEC = 1;

    private EntriesCodec() {
    }

    /** Writes entries; the caller sees to it that they fit into {@link Block#MAX_PAYLOAD}. */
    public static byte[] encode(List<Entry> entries) {
        FrameOut out = new FrameOut(64 * entries.size() + 4);
        out.varint(entries.size());
        for (Entry entry : entries) {
            out.text(entry.key).u64(entry.hlc).u8(entry.isTombstone() ? 0 : 1);
            if (!entry.isTombstone()) {
                out.varint(entry.value.length).bytes(entry.value);
            }
        }
        return out.toBytes();
    }

    /** So many bytes an entry takes at most. */
    public static int size(Entry entry) {
        return entry.key.getBytes(StandardCharsets.UTF_8).length + (entry.isTombstone() ? 0 : entry.value.length) + 12;
    }

    /** What a block of values holds; {@code null} if it cannot be read. */
    public static List<Entry> decode(Block block) {
        try {
            return block.codec == CODEC ? read(new FrameIn(block.payload), block) : null;
        } catch (BadFrame unreadable) {
            return null;
        }
    }

    private static List<Entry> read(FrameIn in, Block block) throws BadFrame {
        long count = in.varint(0, Block.MAX_PAYLOAD);
        List<Entry> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String key = in.text();
            long hlc = in.u64();
            byte[] value = in.u8() == 0 ? null : in.bytes((int) in.varint(0, Entry.MAX_VALUE));
            entries.add(new Entry(key, value, hlc, block.key, block.number));
        }
        return entries;
    }
}
