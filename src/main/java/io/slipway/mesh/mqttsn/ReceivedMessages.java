package io.slipway.mesh.mqttsn;

import java.util.zip.CRC32;

/**
 * The last messages that one client published with QoS 1 or 2: what comes again is known by its message id together
 * with its content. The id alone would not do: simple clients count it badly, or not at all. One thread.
 */
final class ReceivedMessages {
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

    /** Takes note of a message; false where it came before. */
    boolean isNew(Message publish, long nowMs) {
        long content = content(publish);
        for (int i = 0; i < PLACES; i++) {
            if (used[i] && ids[i] == publish.id && contents[i] == content) {
                long limit = Flags.has(publish.flags, Flags.DUP) ? REPEATED_MS : DOUBLED_MS;
                boolean repeated = open[i] || nowMs - lastMs[i] < limit;
                lastMs[i] = nowMs;
                open[i] = Flags.qos(publish.flags) == 2;
                return !repeated;
            }
        }
        int at = place(publish.id);
        used[at] = true;
        ids[at] = publish.id;
        contents[at] = content;
        lastMs[at] = nowMs;
        open[at] = Flags.qos(publish.flags) == 2;
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
    void release(int id) {
        for (int i = 0; i < PLACES; i++) {
            if (ids[i] == id) {
                open[i] = false;
            }
        }
    }

    void clear() {
        for (int i = 0; i < PLACES; i++) {
            used[i] = false;
        }
    }

    private static long content(Message publish) {
        CRC32 crc = new CRC32();
        crc.update(publish.rest, 0, publish.rest.length);
        return crc.getValue() << 20 ^ (long) Flags.topicType(publish.flags) << 16 ^ publish.topicId;
    }
}
