package org.normscope.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.Shape;

/** Numbers that other programs computed, and how close ours come. */
final class Numbers {
    /** Python's JSON, which has NaN. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private Numbers() {}

    /** {@code W[i] = sin(0.7 i i + 1.3 i + 0.1)}, i row-major: the weight of all golden values. */
    static DenseTensor ramp(long... dims) {
        Shape shape = Shape.of(dims);
        double[] values = new double[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(0.7 * i * i + 1.3 * i + 0.1);
        }
        return DenseTensor.of(shape, values);
    }

    static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).doubleValue();
        }
        return values;
    }

    static Shape shape(JsonNode dims) {
        List<Long> sizes = new ArrayList<>();
        dims.forEach(dim -> sizes.add(dim.asLong()));
        return new Shape(sizes);
    }

    static DenseTensor tensor(JsonNode shape, JsonNode values) {
        return DenseTensor.of(shape(shape), doubles(values));
    }

    static @Nullable Integer integer(JsonNode node) {
        return node.isNull() ? null : node.asInt();
    }

    /** NaN and infinities must be the same; all else may differ by this part of the largest finite entry. */
    static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double scale = 0;
        for (double value : expected) {
            scale = Double.isFinite(value) ? Math.max(scale, Math.abs(value)) : scale;
        }
        for (int i = 0; i < expected.length; i++) {
            boolean same = Double.isFinite(expected[i])
                    ? Math.abs(actual[i] - expected[i]) <= tolerance * scale
                    : Double.compare(actual[i], expected[i]) == 0;
            assertThat(same)
                    .as("%s, entry %d: %s, not %s", what, i, actual[i], expected[i])
                    .isTrue();
        }
    }
}
