package io.slipway.cli;

import io.slipway.json.JsonReader;
import io.slipway.json.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A JSON object as somebody reads it who knows what is in it; what is not there is empty, or zero. Immutable. */
final class JsonView {
    private final Map<String, Object> members;

    private JsonView(Map<String, Object> members) {
        this.members = members;
    }

    /** @throws IOException if the bytes are no JSON object */
    static JsonView of(byte[] utf8) throws IOException {
        Object value = JsonReader.read(utf8);
        if (!(value instanceof Map)) {
            throw new IOException("the gateway's answer is cut off");
        }
        return view(value);
    }

    private static JsonView view(Object value) {
        Map<String, Object> members = new TreeMap<>();
        if (value instanceof Map) {
            for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
                members.put((String) member.getKey(), member.getValue());
            }
        }
        return new JsonView(members);
    }

    /** The names of the members, in alphabetical order. */
    Set<String> names() {
        return Collections.unmodifiableSet(members.keySet());
    }

    boolean has(String name) {
        return members.get(name) != null;
    }

    /** A member as text that a terminal can show, numbers and truth values too; empty where there is none. */
    String text(String name) {
        Object value = members.get(name);
        return value == null ? "" : Printable.of(value.toString());
    }

    /** A whole number; 0 where there is none. */
    long number(String name) {
        Object value = members.get(name);
        return value instanceof Number ? ((Number) value).longValue() : 0;
    }

    boolean is(String name) {
        return Boolean.TRUE.equals(members.get(name));
    }

    /** The object of that name, or one without members. */
    JsonView object(String name) {
        return view(members.get(name));
    }

    /** The objects of an array. */
    List<JsonView> list(String name) {
        List<JsonView> views = new ArrayList<>();
        Object value = members.get(name);
        if (value instanceof List) {
            for (Object one : (List<?>) value) {
                views.add(view(one));
            }
        }
        return views;
    }

    /** Writes the whole object as a value. */
    void writeTo(JsonWriter json) {
        write(json, members);
    }

    private static void write(JsonWriter json, Object value) {
        if (value instanceof Map) {
            json.object();
            for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
                json.name((String) member.getKey());
                write(json, member.getValue());
            }
            json.endObject();
        } else if (value instanceof List) {
            json.array();
            for (Object one : (List<?>) value) {
                write(json, one);
            }
            json.endArray();
        } else if (value == null || value instanceof String) {
            json.value((String) value);
        } else {
            json.literal(value.toString());
        }
    }
}
