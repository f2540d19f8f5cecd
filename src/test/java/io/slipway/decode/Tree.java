package io.slipway.decode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.json.JsonWriter;
import java.io.IOException;

/** What a parser said, as JSON again. */
final class Tree implements Values {
    static final ObjectMapper EXACT =
        new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonWriter json = new JsonWriter();

    static String ofCbor(byte[] payload) throws Undecodable {
        Tree tree = new Tree();
        new CborParser().parse(payload, tree);
        return tree.json.toString();
    }

    static String ofJson(byte[] payload) throws Undecodable {
        Tree tree = new Tree();
        new JsonParser().parse(payload, tree);
        return tree.json.toString();
    }

    static JsonNode read(String json) throws IOException {
        return EXACT.readTree(json);
    }

    /** Whether two texts say the same: 1.0 is 1, and the order of members is nothing. */
    static boolean same(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            // Of the decimals that are one double, an RFC may write another than Java does.
            return one.decimalValue().compareTo(other.decimalValue()) == 0
                || !one.isIntegralNumber() && !other.isIntegralNumber() && one.doubleValue() == other.doubleValue();
        }
        if (!one.isContainerNode()) {
            return one.equals(other);
        }
        if (one.size() != other.size() || one.isArray() != other.isArray()) {
            return false;
        }
        for (int i = 0; one.isArray() && i < one.size(); i++) {
            if (!same(one.get(i), other.get(i))) {
                return false;
            }
        }
        for (var member : one.properties()) {
            if (!other.has(member.getKey()) || !same(member.getValue(), other.get(member.getKey()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void object() {
        json.object();
    }

    @Override
    public void endObject() {
        json.endObject();
    }

    @Override
    public void array() {
        json.array();
    }

    @Override
    public void endArray() {
        json.endArray();
    }

    @Override
    public void name(String name) {
        json.name(name);
    }

    @Override
    public void key(long key) {
        json.name(Long.toString(key));
    }

    @Override
    public void number(String number) {
        json.literal(number);
    }

    @Override
    public void text(String text) {
        json.value(text);
    }

    @Override
    public void bytes(String encoded) {
        json.value(encoded);
    }

    @Override
    public void bool(boolean value) {
        json.literal(value ? "true" : "false");
    }

    @Override
    public void nothing() {
        json.literal("null");
    }

    @Override
    public void notFinite() {
        json.literal("null");
    }
}
