package org.normscope.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** As much of JSON Schema as the schemas of this repository use; anything else in them is an error, not ignored. */
final class SchemaCheck {
    private static final List<String> ANNOTATIONS = List.of("$schema", "$id", "$defs", "title", "description");

    private final JsonNode root;
    private final List<String> violations = new ArrayList<>();

    private SchemaCheck(JsonNode root) {
        this.root = root;
    }

    /** What a document does that its schema forbids. */
    static List<String> violations(JsonNode schema, JsonNode document) {
        SchemaCheck check = new SchemaCheck(schema);
        check.check(schema, document, "$");
        return check.violations;
    }

    private void check(JsonNode schema, JsonNode value, String at) {
        schema.fields().forEachRemaining(rule -> {
            JsonNode wanted = rule.getValue();
            switch (rule.getKey()) {
                case "$ref" -> check(root.at(wanted.asText().substring(1)), value, at);
                case "type" -> require(hasType(wanted, value), at, "is not " + wanted);
                case "enum" -> require(contains(wanted, value), at, value + " is none of " + wanted);
                case "const" -> require(wanted.equals(value), at, value + " is not " + wanted);
                case "minimum" -> require(!value.isNumber() || value.asDouble() >= wanted.asDouble(), at, "too small");
                case "pattern" ->
                    require(!value.isTextual() || value.asText().matches(wanted.asText()), at, "no match");
                case "items" -> items(wanted, value, at);
                case "required" -> wanted.forEach(key -> require(value.has(key.asText()), at, "lacks " + key));
                case "properties" -> properties(wanted, value, at);
                case "additionalProperties" -> additional(schema, wanted, value, at);
                case "oneOf" -> oneOf(wanted, value, at);
                default -> require(ANNOTATIONS.contains(rule.getKey()), at, "this check doesn't know " + rule.getKey());
            }
        });
    }

    private void require(boolean condition, String at, String otherwise) {
        if (!condition) {
            violations.add(at + ": " + otherwise);
        }
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (JsonNode one : list) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasType(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            for (JsonNode one : type) {
                if (hasType(one, value)) {
                    return true;
                }
            }
            return false;
        }
        return switch (type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
        };
    }

    private void items(JsonNode schema, JsonNode value, String at) {
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            check(schema, value.get(i), at + "[" + i + "]");
        }
    }

    private void properties(JsonNode schemas, JsonNode value, String at) {
        schemas.fields().forEachRemaining(property -> {
            if (value.has(property.getKey())) {
                check(property.getValue(), value.get(property.getKey()), at + "." + property.getKey());
            }
        });
    }

    private void additional(JsonNode schema, JsonNode wanted, JsonNode value, String at) {
        value.fieldNames().forEachRemaining(name -> {
            if (!schema.path("properties").has(name)) {
                require(!wanted.isBoolean() || wanted.asBoolean(), at, "unknown key " + name);
                if (wanted.isObject()) {
                    check(wanted, value.get(name), at + "." + name);
                }
            }
        });
    }

    private void oneOf(JsonNode choices, JsonNode value, String at) {
        List<String> closest = new ArrayList<>();
        for (JsonNode choice : choices) {
            SchemaCheck attempt = new SchemaCheck(root);
            attempt.check(choice, value, at);
            if (attempt.violations.isEmpty()) {
                return;
            }
            closest.addAll(attempt.violations);
        }
        violations.addAll(closest);
    }
}
