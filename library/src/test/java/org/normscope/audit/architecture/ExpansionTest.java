package org.normscope.audit.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.network.JsonTree;
import org.normscope.storage.BytesReader;
import org.normscope.tensor.BadCheckpointException;

class ExpansionTest {
    private static final Scope SCOPE = Scope.of(
            "t.json", Map.of("n", 3.0, "act", "gelu_new", "biased", true, "a.b", 0.5), Map.of("w.2", List.of(3L, 4L)));

    private static Map<String, Object> expanded(String json) throws BadCheckpointException, IOException {
        byte[] text = json.replace('`', '"').getBytes(StandardCharsets.UTF_8);
        return Expansion.of(JsonTree.read("t.json", new BytesReader(text)), SCOPE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "1 + 2 * 3 | 7.0",
                "(1 + 2) * 3 - 4 / 2 | 7.0",
                "-n + .5 | -2.5",
                "sqrt(n * 3) | 3.0",
                "log(1) | 0.0",
                "'w.' + (n - 1) | w.2",
                "'x' + a.b | x0.5",
                "has('w.' + (n - 1)) and not has('w.3') | true",
                "n == 3 and n != 4 and n < 4 and n > 2 | true",
                "false or biased | true",
                "given('n') and not given('m') | true",
                "activation(act) | gelu_tanh",
                "activation('relu') | relu",
                "act == 'gelu_new' | true",
                "rows('w.2') + columns('w.2') | 7.0",
                "count('w.#') | 0.0"
            })
    void expressionsHaveValues(String expression, String value) throws BadCheckpointException {
        assertThat(Expression.value(SCOPE, expression)).hasToString(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "1 + | is no expression",
                "m | neither config.json nor the template gives a value to 'm'",
                "n n | ends before its end",
                "1 / 0 | is Infinity",
                "'a' * 2 | needs a number, not 'a'",
                "count('w') | needs a name with #",
                "columns('w.3') | no tensor 'w.3' of 2 or more",
                "n and biased | needs true or false, not '3'",
                "(1 | misses )",
                "'a | has a string without an end",
                "1.2.3 | has '1.2.3', which is no number",
                "exp(2) | there is no function 'exp'",
                "sqrt(-1) | sqrt needs a number above 0"
            })
    void saysWhatIsWrongWithAnExpression(String expression, String message) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Expression.value(SCOPE, expression))
                .withMessageStartingWith("t.json: ")
                .withMessageContaining(message);
    }

    @Test
    void parenthesesHaveALimit() {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Expression.value(SCOPE, "(".repeat(400) + "1" + ")".repeat(400)))
                .withMessageContaining("is too deep");
    }

    @Test
    void whatHasNoPlaceholderStays() throws Exception {
        assertThat(expanded("{`layers`: [`relu`, {`linear`: `a`, `index`: 2}], `norm`: `l2`}"))
                .isEqualTo(Map.of("layers", List.of("relu", Map.of("linear", "a", "index", 2.0)), "norm", "l2"));
    }

    @Test
    void repetitionsAndChoices() throws Exception {
        String json = "{`layers`: [{`repeat`: `n - 1`, `as`: `i`, `items`: [{`linear`: `w.${i}`, `bias`:"
                + "{`if`: `i == 1`, `then`: `b.${i}`}}, {`if`: `i == 0`, `then`: [`relu`, `silu`]}]},"
                + "{`if`: `biased`, `then`: `tanh`, `else`: `sin`}]}";
        assertThat(expanded(json).get("layers"))
                .isEqualTo(List.of(
                        Map.of("linear", "w.0"), "relu", "silu", Map.of("linear", "w.1", "bias", "b.1"), "tanh"));
    }

    @Test
    void defaultsGiveWayAndDefinitionsDont() throws Exception {
        assertThat(expanded(
                        "{`defaults`: {`n`: 5, `m`: `${n * 2}`}, `let`: {`n`: `${m + 1}`}, `x`: `${n}`, `y`: `${m}`}"))
                .isEqualTo(Map.of("x", 7.0, "y", 6.0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{`a`: `${n`} | misses }",
                "{`a`: {`if`: `n`, `then`: 1}} | n is neither true nor false",
                "{`a`: {`if`: `biased`, `than`: 1}} | 'than' is no key beside [if, then, else]",
                "{`a`: [{`repeat`: `a.b`, `as`: `i`, `items`: []}]} | needs a whole number",
                "{`a`: {`repeat`: 2, `as`: `i`, `items`: [1]}} | a can't be repeated",
                "{`a`: [{`repeat`: 6e5, `as`: `i`, `items`: [1]}]} | needs a whole number",
                "{`a`: [{`repeat`: 4e5, `as`: `i`, `items`: [1]}]} | makes more than",
                "{`let`: 3} | let must be an object",
                "{`let`: {`a`: [1]}} | a must be a number, a string, true or false"
            })
    void saysWhatIsWrongWithATemplate(String json, String message) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> expanded(json))
                .withMessageStartingWith("t.json: ")
                .withMessageContaining(message);
    }

    /** LongRoPE multiplies queries and keys by sqrt(1 + log(longer) / log(original)) each: here sqrt(3). */
    @ParameterizedTest
    @CsvSource({"64, 4, 1.5", "4, 4, 0.5", "2, 4, 0.5"})
    void longRotaryPositionsScaleQueriesAndKeys(double most, double original, double factor) throws Exception {
        Map<String, Object> config = Map.of(
                "hidden_size", 8.0,
                "num_hidden_layers", 1.0,
                "num_attention_heads", 2.0,
                "intermediate_size", 3.0,
                "max_position_embeddings", most,
                "original_max_position_embeddings", original,
                "rope_scaling.type", "longrope");
        byte[] template;
        try (InputStream in = Objects.requireNonNull(
                Architectures.class.getResourceAsStream("/org/normscope/architectures/phi3.json"))) {
            template = in.readAllBytes();
        }
        Map<String, Object> description = Expansion.of(
                JsonTree.read("phi3.json", new BytesReader(template)), Scope.of("phi3.json", config, Map.of()));
        String found = String.valueOf(description).replaceFirst(".*factor=([0-9.]+).*", "$1");
        assertThat(Double.parseDouble(found)).isCloseTo(factor, within(1e-12));
    }
}
