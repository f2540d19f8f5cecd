package io.slipway.upstream;

/** What a broker's refusal of a batch means for it. */
enum Verdict {
    /** It may be taken another time: a quota, a permission that is missing, a fault over there. */
    LATER,
    /** Not as it is: its parts may be taken, and if it has no parts, never. */
    NOT_WHOLE,
    /** Never, whatever its size. */
    NEVER
}
