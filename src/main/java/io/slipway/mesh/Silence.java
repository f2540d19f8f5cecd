package io.slipway.mesh;

/**
 * How long a mote has said nothing, and which step is due to wake it: ask, ask once more, open the port anew, give a
 * reset pulse. After the last step it begins again with the port, each time after twice the wait. No clock and no I/O
 * of its own; times are of {@link System#nanoTime}. The link's thread.
 *
 * <pre>
 *   heard --silence_s--> ask --a--> ask --a--> reopen --a--> reset --a--> wait --> reopen ...
 *                                              a: 10 s for an answer, or silence_s where that is shorter
 * </pre>
 */
final class Silence {
    /** What is to be done. */
    enum Step {
        /** Nothing yet. */
        NONE,
        /** Ask the mote for its name, which every border router answers. */
        ASK,
        /** Close the port and open it again. */
        REOPEN,
        /** A pulse on the lines that reset the mote. */
        RESET
    }

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long ANSWER_NS = 10 * SECOND_NS;
    private static final long LONGEST_WAIT_NS = 3600 * SECOND_NS;
    private static final int LISTENING = 0;
    private static final int ASKED = 1;
    private static final int ASKED_TWICE = 2;
    private static final int REOPENED = 3;
    private static final int RESET = 4;

    private final long silenceNs;
    private final long answerNs;
    private final boolean canReset;
    private int stage;
    private long dueNs;
    private long waitNs;

    /**
     * Of a link that is not open yet.
     *
     * @param silenceS seconds; 0 for a silence that nobody minds
     * @param canReset whether there is a line for the last step
     */
    Silence(int silenceS, boolean canReset) {
        this.silenceNs = silenceS * SECOND_NS;
        this.answerNs = Math.min(ANSWER_NS, silenceNs);
        this.canReset = canReset;
        this.waitNs = silenceNs;
    }

    /** The link is open: by our step, and then the mote has been asked, or for another reason. */
    void opened(long now) {
        if (stage == REOPENED) {
            dueNs = now + answerNs;
        } else {
            stage = LISTENING;
            dueNs = now + silenceNs;
        }
    }

    /** Something came that only a mote says. Returns whether that ends a silence in which a question was in vain. */
    boolean heard(long now) {
        boolean ended = lasts();
        stage = LISTENING;
        waitNs = silenceNs;
        dueNs = now + silenceNs;
        return ended;
    }

    /** Whether a question was in vain and nothing came since: in a mesh that is quiet, to be asked is no news. */
    boolean lasts() {
        return stage > ASKED;
    }

    /** The step that is due now, which the caller takes. Only while the link is open. */
    Step due(long now) {
        if (silenceNs == 0 || now - dueNs < 0) {
            return Step.NONE;
        }
        dueNs = now + answerNs;
        switch (stage) {
            case LISTENING:
                stage = ASKED;
                return Step.ASK;
            case ASKED:
                stage = ASKED_TWICE;
                return Step.ASK;
            case ASKED_TWICE:
                stage = REOPENED;
                return Step.REOPEN;
            case REOPENED:
                if (canReset) {
                    stage = RESET;
                    return Step.RESET;
                }
                return rest(now);
            default:
                return rest(now);
        }
    }

    private Step rest(long now) {
        stage = ASKED_TWICE;
        dueNs = now + waitNs;
        waitNs = Math.min(2 * waitNs, Math.max(silenceNs, LONGEST_WAIT_NS));
        return Step.NONE;
    }
}
