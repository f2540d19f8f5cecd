package io.slipway.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds JSON against a schema, as far as the API's description uses them: an unknown keyword is a fault of its own. */
final class JsonSchema {
    private static final Set<String> KNOWN = Set.of("type", "properties", "required", "additionalProperties", "items",
        "enum", "pattern", "description", "format", "minimum", "maximum", "$ref");

    private final JsonNode document;
    private final List<String> faults = new ArrayList<>();

    private JsonSchema(JsonNode document) {
        this.document = document;
    }

    /** What is wrong with a value, in words; empty where nothing is. */
    static List<String> faults(JsonNode document, JsonNode schema, JsonNode value) {
        JsonSchema check = new JsonSchema(document);
        check.check(schema, value, "");
        return check.faults;
    }

    private void check(JsonNode given, JsonNode value, String at) {
        JsonNode schema = given;
        while (schema.has("$ref")) {
            schema = document.at(schema.get("$ref").asText().substring(1));
            if (schema.isMissingNode()) {
                faults.add(at + ": no such schema " + given);
                return;
            }
        }
        for (Iterator<String> names = schema.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!KNOWN.contains(name)) {
                faults.add(at + ": the schema has an unknown word " + name);
            }
        }
        if (schema.has("type") && !hasType(schema.get("type"), value)) {
            faults.add(at + ": " + value + " is no " + schema.get("type"));
        }
        boolean listed = !schema.has("enum");
        for (JsonNode one : schema.path("enum")) {
            listed |= one.equals(value);
        }
        boolean matches = !schema.has("pattern") || value.asText().matches(schema.get("pattern").asText());
        if (!listed || !matches) {
            faults.add(at + ": " + value + " is not allowed");
        }
        if (value.isObject()) {
            members(schema, value, at);
        }
        for (int i = 0; i < value.size() && value.isArray() && schema.has("items"); i++) {
            check(schema.get("items"), value.get(i), at + "/" + i);
        }
    }

    private void members(JsonNode schema, JsonNode value, String at) {
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.asText())) {
                faults.add(at + ": " + name + " is missing");
            }
        }
        for (Map.Entry<String, JsonNode> one : value.properties()) {
            JsonNode known = schema.path("properties").path(one.getKey());
            JsonNode others = schema.path("additionalProperties");
            if (!known.isMissingNode()) {
                check(known, one.getValue(), at + "/" + one.getKey());
            } else if (others.isObject()) {
                check(others, one.getValue(), at + "/" + one.getKey());
            } else if (others.isBoolean() && !others.asBoolean()) {
                faults.add(at + ": " + one.getKey() + " is not described");
            }
        }
    }

    private static boolean hasType(JsonNode types, JsonNode value) {
        if (types.isArray()) {
            for (JsonNode type : types) {
                if (hasType(type, value)) {
                    return true;
                }
            }
            return false;
        }
        return switch (types.asText()) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "null" -> value.isNull();
            default -> false;
        };
    }
}
