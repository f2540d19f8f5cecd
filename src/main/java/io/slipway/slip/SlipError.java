package io.slipway.slip;

/** Why what stood between two ENDs is not a frame. */
public enum SlipError {
    /** The stream ended inside a frame. */
    TRUNCATED("truncated"),
    /** ESC stood directly before END. */
    ESCAPE_THEN_END("escape-then-end"),
    /** ESC stood before a byte that may not follow it. */
    BAD_ESCAPE("bad-escape"),
    /** The frame is longer than the decoder's limit. */
    OVERSIZE("oversize");

    private final String text;

    SlipError(String text) {
        this.text = text;
    }

    /** The reason in the words of the decode output. */
    public String text() {
        return text;
    }
}
