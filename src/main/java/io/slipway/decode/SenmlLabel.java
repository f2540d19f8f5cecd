package io.slipway.decode;

/** The labels of SenML (RFC 8428 tables 1 and 4). */
enum SenmlLabel {
    N("n", Type.TEXT), U("u", Type.TEXT), V("v", Type.NUMBER), VS("vs", Type.TEXT), VB("vb", Type.BOOL),
    S("s", Type.NUMBER), T("t", Type.NUMBER), UT("ut", Type.NUMBER), VD("vd", Type.BYTES),
    BVER("bver", Type.NUMBER), BN("bn", Type.TEXT), BT("bt", Type.NUMBER), BU("bu", Type.TEXT),
    BV("bv", Type.NUMBER), BS("bs", Type.NUMBER),
    /** Any other: its value is not looked at. */
    UNKNOWN("", null);

    /** What stands under a label. Bytes are text in JSON. */
    enum Type { TEXT, NUMBER, BOOL, BYTES }

    /** In the order of CBOR's labels from 0, and from -1 downwards. */
    private static final SenmlLabel[] REGULAR = {N, U, V, VS, VB, S, T, UT, VD};
    private static final SenmlLabel[] BASE = {BVER, BN, BT, BU, BV, BS};

    final String text;
    final Type type;

    SenmlLabel(String text, Type type) {
        this.text = text;
        this.type = type;
    }

    boolean isBase() {
        return ordinal() >= BVER.ordinal();
    }

    /** JSON's labels, which CBOR may not use for those that have a number, but other encoders of JSON do. */
    static SenmlLabel of(String text) {
        for (int i = 0; i < REGULAR.length; i++) {
            if (REGULAR[i].text.equals(text)) {
                return REGULAR[i];
            }
        }
        for (int i = 0; i < BASE.length; i++) {
            if (BASE[i].text.equals(text)) {
                return BASE[i];
            }
        }
        return UNKNOWN;
    }

    /** CBOR's labels. */
    static SenmlLabel of(long key) {
        if (key >= 0) {
            return key < REGULAR.length ? REGULAR[(int) key] : UNKNOWN;
        }
        return key >= -BASE.length ? BASE[(int) (-1 - key)] : UNKNOWN;
    }
}
