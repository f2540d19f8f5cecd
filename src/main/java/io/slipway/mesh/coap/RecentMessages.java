package io.slipway.mesh.coap;

/**
 * The last messages of one endpoint with what they were answered, so that a message that comes again is answered again
 * but not acted on again (RFC 7252 section 4.5). At most {@value #LIMIT}; a sender that waits for each
 * acknowledgement, as section 4.7 demands of it, has only one of them under way.
 */
final class RecentMessages {
    static final int LIMIT = 64;
    /** EXCHANGE_LIFETIME of RFC 7252 section 4.8.2: after it a message id may be used for another message. */
    static final long LIFETIME_MS = 247_000;
    /** Stands for "seen, and answered nothing". */
    static final byte[] NO_ANSWER = {};

    private static final int FIRST_SIZE = 4;

    private short[] ids = new short[FIRST_SIZE];
    private long[] seenMs = new long[FIRST_SIZE];
    private byte[][] answers = new byte[FIRST_SIZE][];
    /** Where the next goes: where the oldest stands, once all places are taken. */
    private int next;

    /** What the message of that id was answered; {@code null} where it is new. */
    byte[] answerTo(int id, long nowMs) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == (short) id && counts(i, nowMs)) {
                return answers[i];
            }
        }
        return null;
    }

    /** Remembers a new message. */
    void add(int id, byte[] answer, long nowMs) {
        if (counts(next, nowMs) && ids.length < LIMIT) {
            grow();
        }
        ids[next] = (short) id;
        seenMs[next] = nowMs;
        answers[next] = answer;
        next = (next + 1) % ids.length;
    }

    private boolean counts(int index, long nowMs) {
        return answers[index] != null && nowMs - seenMs[index] < LIFETIME_MS;
    }

    /** Twice the places, the oldest first. */
    private void grow() {
        int size = ids.length;
        short[] oldIds = ids;
        long[] oldSeenMs = seenMs;
        byte[][] oldAnswers = answers;
        ids = new short[size * 2];
        seenMs = new long[size * 2];
        answers = new byte[size * 2][];
        for (int i = 0; i < size; i++) {
            int from = (next + i) % size;
            ids[i] = oldIds[from];
            seenMs[i] = oldSeenMs[from];
            answers[i] = oldAnswers[from];
        }
        next = size;
    }
}
