package io.slipway.decode;

import java.util.Arrays;

/**
 * Guards one payload's structure: its depth, how many values it has, and that no object has a name twice, which
 * receivers would understand differently (RFC 8259 section 4, RFC 8949 section 5.6). Not thread-safe.
 */
final class Names {
    /** Objects and arrays within each other, at most. */
    static final int MAX_DEPTH = 16;
    /** Values in a payload, at most: so many names are compared with each other. */
    static final int MAX_VALUES = 1024;

    private final int[] starts = new int[MAX_DEPTH];
    private String[] names = new String[16];
    private int count;
    private int depth;
    private int values;

    /** Before a payload. */
    void clear() {
        Arrays.fill(names, 0, count, null);
        count = 0;
        depth = 0;
        values = 0;
    }

    /** An object or an array begins. */
    void open() throws Undecodable {
        if (depth == MAX_DEPTH) {
            throw Undecodable.limit("nested more than " + MAX_DEPTH + " deep");
        }
        starts[depth++] = count;
    }

    /** The innermost of them ends. */
    void close() {
        depth--;
        Arrays.fill(names, starts[depth], count, null);
        count = starts[depth];
    }

    /** A name in the innermost object. */
    void add(String name) throws Undecodable {
        for (int i = starts[depth - 1]; i < count; i++) {
            if (names[i].equals(name)) {
                throw Undecodable.invalid("a name stands twice in one object");
            }
        }
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
        }
        names[count++] = name;
    }

    /** A value of any kind. */
    void value() throws Undecodable {
        if (++values > MAX_VALUES) {
            throw Undecodable.limit("more than " + MAX_VALUES + " values");
        }
    }
}
