package io.slipway.reading;
/** Stand-in until the real one is merged. */
public enum PayloadForm {
    /** n */ NUMBER, /** t */ TEXT, /** b */ BYTES;
    /** x */
    public static PayloadForm of(byte[] p) { return BYTES; }
}
