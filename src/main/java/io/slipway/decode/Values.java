package io.slipway.decode;

/**
 * Hears what JSON or CBOR holds, in the order in which it stands there. Objects and arrays are closed in the right
 * order; within an object each value follows its name, and no name comes twice.
 */
interface Values {
    /** An object begins, as a value. */
    void object() throws Undecodable;

    /** The innermost object ends. */
    void endObject() throws Undecodable;

    /** An array begins, as a value. */
    void array() throws Undecodable;

    /** The innermost array ends. */
    void endArray() throws Undecodable;

    /** The name of the next value. */
    void name(String name) throws Undecodable;

    /** The same where the name is an integer, which only CBOR has. */
    void key(long key) throws Undecodable;

    /** A number as JSON writes it, of at most 80 digits and an exponent from -400 to 400. */
    void number(String json) throws Undecodable;

    /** Text. */
    void text(String text) throws Undecodable;

    /** Bytes, which only CBOR has; in base64url without padding unless the sender wanted something else. */
    void bytes(String encoded) throws Undecodable;

    /** A truth value. */
    void bool(boolean value) throws Undecodable;

    /** Null, and what has no place in JSON: undefined, other simple values. */
    void nothing() throws Undecodable;

    /** A floating-point number that is none, or infinite: only CBOR has it. */
    void notFinite() throws Undecodable;
}
