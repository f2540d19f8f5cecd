package io.slipway.mesh;

/** What becomes of one command. Any thread, one call at a time; must not block and must not throw. */
public interface CommandListener {
    /** The stations of a command. */
    enum State {
        /** Waits for its turn on the line. */
        QUEUED("queued"),
        /** Written to the mote. The line has no acknowledgement: only the node's answer proves more. */
        SENT("sent"),
        /** Will not be, or was not, delivered. Nothing follows it. After {@link #SENT} where the mesh sent it back. */
        REFUSED("refused");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** The word for it on the state topic. */
        public String label() {
            return label;
        }
    }

    /** @param refusal why it was refused; {@code null} otherwise */
    void became(State state, Refusal refusal);
}
