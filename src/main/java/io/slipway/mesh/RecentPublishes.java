package io.slipway.mesh;

import java.util.zip.CRC32;

/**
 * The last messages that one client published with QoS 1 or 2: what comes again is known by its message id together
 * with its content. The id alone would not do: simple clients count it badly, or not at all. One thread.
 */
public final class RecentPublishes {
    /** The standard allows one at a time; some clients send a few. */
    private static final int PLACES = 16;
    /** A message that says that it is a repetition. */
    private static final long REPEATED_MS = 300_000;
    /** One that does not say so: a copy that the network made, or of a client that does not set DUP. */
    private static final long DOUBLED_MS = 30_000;

    private final int[] ids = new int[PLACES];
    private final long[] contents = new long[PLACES];
    private final long[] lastMs = new long[PLACES];
    private final boolean[] used = new boolean[PLACES];
    /** QoS 2: acknowledged by PUBREC, and not released yet. Then it is a repetition, however late it comes. */
    private final boolean[] open = new boolean[PLACES];
    private int next;

    /**
     * Takes note of a message; false where it came before.
     *
     * @param content see {@link #content}
     * @param dup whether it says that it is a repetition
     * @param qos 1 or 2
     */
    public boolean isNew(int id, long content, boolean dup, int qos, long nowMs) {
        for (int i = 0; i < PLACES; i++) {
            if (used[i] && ids[i] == id && contents[i] == content) {
                boolean repeated = open[i] || nowMs - lastMs[i] < (dup ? REPEATED_MS : DOUBLED_MS);
                lastMs[i] = nowMs;
                open[i] = qos == 2;
                return !repeated;
            }
        }
        int at = place(id);
        used[at] = true;
        ids[at] = id;
        contents[at] = content;
        lastMs[at] = nowMs;
        open[at] = qos == 2;
        return true;
    }

    /** That of an older message with this id, which cannot be on its way any more; or else that of the oldest. */
    private int place(int id) {
        for (int i = 0; i < PLACES; i++) {
            if (used[i] && ids[i] == id) {
                return i;
            }
        }
        int at = next;
        next = (next + 1) % PLACES;
        return at;
    }

    /** PUBREL came: the client knows that the message arrived. */
    public void release(int id) {
        for (int i = 0; i < PLACES; i++) {
            if (ids[i] == id) {
                open[i] = false;
            }
        }
    }

    /** The client begins anew. */
    public void clear() {
        for (int i = 0; i < PLACES; i++) {
            used[i] = false;
        }
    }

    /** What a message says, in one number: where two differ, so do almost always their numbers. */
    public static long content(int topic, byte[] payload) {
        CRC32 crc = new CRC32();
        crc.update(payload, 0, payload.length);
        return crc.getValue() << 32 ^ topic;
    }
}
