package io.slipway.decode;

/**
 * Makes of a tree a flat list: the values of {@code {"d":{"temp":21.5,"xyz":[1,2,3]}}} are {@code d.temp},
 * {@code d.xyz.0} and so on. A value that stands alone is called {@code value}. Not thread-safe.
 */
final class Flattener implements Values {
    private static final int LONGEST_NAME = 256;

    private final StringBuilder path = new StringBuilder();
    /** By depth: how long the path of the object or array is. */
    private final int[] lengths = new int[Names.MAX_DEPTH + 1];
    /** By depth: the index of the next value of an array; -1 for an object. */
    private final int[] indexes = new int[Names.MAX_DEPTH + 1];
    private int depth;
    private Fields out;

    /** Before a payload. */
    void begin(Fields fields) {
        out = fields;
        depth = 0;
        path.setLength(0);
    }

    @Override
    public void object() throws Undecodable {
        open(-1);
    }

    @Override
    public void array() throws Undecodable {
        open(0);
    }

    private void open(int index) throws Undecodable {
        place();
        depth++;
        lengths[depth] = path.length();
        indexes[depth] = index;
    }

    @Override
    public void endObject() {
        depth--;
    }

    @Override
    public void endArray() {
        depth--;
    }

    /** An element of an array gets its index for a name; a member of an object has had its name. */
    private void place() throws Undecodable {
        if (depth > 0 && indexes[depth] >= 0) {
            step(Integer.toString(indexes[depth]++));
        }
    }

    private void step(String name) throws Undecodable {
        path.setLength(lengths[depth]);
        if (lengths[depth] > 0) {
            path.append('.');
        }
        path.append(name);
        if (path.length() > LONGEST_NAME) {
            throw Undecodable.limit("a name of more than " + LONGEST_NAME + " characters");
        }
    }

    @Override
    public void name(String name) throws Undecodable {
        step(name);
    }

    @Override
    public void key(long key) throws Undecodable {
        step(Long.toString(key));
    }

    @Override
    public void number(String json) throws Undecodable {
        add(Fields.Kind.NUMBER, json);
    }

    @Override
    public void text(String text) throws Undecodable {
        add(Fields.Kind.TEXT, text);
    }

    @Override
    public void bytes(String encoded) throws Undecodable {
        add(Fields.Kind.TEXT, encoded);
    }

    @Override
    public void bool(boolean value) throws Undecodable {
        add(Fields.Kind.WORD, value ? "true" : "false");
    }

    @Override
    public void nothing() throws Undecodable {
        add(Fields.Kind.WORD, "null");
    }

    @Override
    public void notFinite() throws Undecodable {
        add(Fields.Kind.WORD, "null");
    }

    private void add(Fields.Kind kind, String value) throws Undecodable {
        place();
        out.add(depth == 0 ? "value" : path.toString(), kind, value, null);
    }
}
