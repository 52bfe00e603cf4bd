package org.normscope.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A case of the hostile corpus: what to open and what must come of it.
 *
 * @param tensors what an accepting reader reports, by name; {@code *} stands for a name of its own choice
 * @param tensorCount how many tensors there are, where {@code tensors} names only some
 * @param errorMentions words that a good message has
 * @param neverRaw strings that must not appear unescaped in any output
 * @param bait a number outside the checkpoint that must not appear in any output
 * @param canary a file that only a payload would make, relative to the working directory
 * @param mustNotOpen files that exist on any machine, which the input points at
 * @param build how to make the input, if it is made at run time
 */
public record HostileCase(
        String id,
        String format,
        Path file,
        Expect expect,
        String why,
        Limits limits,
        Map<String, ExpectedTensor> tensors,
        OptionalInt tensorCount,
        List<String> errorMentions,
        List<String> neverRaw,
        OptionalDouble bait,
        Optional<String> canary,
        List<String> mustNotOpen,
        Optional<JsonNode> build) {

    /** What the product must do. */
    public enum Expect {
        ACCEPT,
        REJECT,
        EITHER
    }

    /** What the reader alone may take. */
    public record Limits(Duration time, int heapMegabytes) {}

    /**
     * A tensor of a legal file.
     *
     * @param status ok, empty, non_finite or not_a_matrix
     * @param sigma largest singular value, dimension 0 as rows; empty where none is defined
     */
    public record ExpectedTensor(List<Long> shape, String status, OptionalDouble sigma, long nan, long inf) {
        static ExpectedTensor of(JsonNode node) {
            List<Long> shape = new ArrayList<>();
            node.path("shape").forEach(dim -> shape.add(dim.asLong()));
            JsonNode sigma = node.path("sigma");
            return new ExpectedTensor(
                    shape,
                    node.path("status").asText(),
                    sigma.isNumber() ? OptionalDouble.of(sigma.asDouble()) : OptionalDouble.empty(),
                    node.path("nan").asLong(),
                    node.path("inf").asLong());
        }
    }

    static HostileCase of(JsonNode node) {
        Map<String, ExpectedTensor> tensors = new LinkedHashMap<>();
        node.path("tensors").fields().forEachRemaining(e -> tensors.put(e.getKey(), ExpectedTensor.of(e.getValue())));
        JsonNode limits = node.path("limits");
        return new HostileCase(
                node.path("id").asText(),
                node.path("format").asText(),
                Path.of(node.path("file").asText()),
                Expect.valueOf(node.path("expect").asText().toUpperCase(java.util.Locale.ROOT)),
                node.path("why").asText(),
                new Limits(
                        Duration.ofSeconds(limits.path("seconds").asLong()),
                        limits.path("heap_mb").asInt()),
                tensors,
                node.has("n_tensors") ? OptionalInt.of(node.path("n_tensors").asInt()) : OptionalInt.empty(),
                texts(node.path("error_should_mention")),
                texts(node.path("output_must_not_contain")),
                node.has("bait") ? OptionalDouble.of(node.path("bait").asDouble()) : OptionalDouble.empty(),
                Optional.of(node.path("canary").asText(""))
                        .filter(text -> node.path("canary").isTextual()),
                texts(node.path("must_not_open")),
                Optional.ofNullable(node.get("build")));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Override
    public String toString() {
        return id + " (" + expect + "): " + why;
    }
}
