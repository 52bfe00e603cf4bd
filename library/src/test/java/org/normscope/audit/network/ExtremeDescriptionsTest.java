package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.result.ModelBound;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Descriptions at the ends of what numbers can be: one line, or a bound that holds. */
class ExtremeDescriptionsTest {
    private static WrittenCheckpoint checkpoint() {
        Shape square = Shape.of(2, 2);
        return new WrittenCheckpoint()
                .with("q", DType.F32, square, 3, 0, 0, 1)
                .with("b", DType.F32, Shape.of(2), 3, 4)
                .with("one", DType.F32, Shape.of(1), 2)
                .with("empty", DType.F32, Shape.of(0, 2))
                .with("end", DType.F32, Shape.of(2, 0))
                .with("w", DType.F32, Shape.of(2, 8), 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
                .with("p", DType.F32, Shape.of(2, 1, 2), 0, 0, 0, 1);
    }

    private static ModelBound bound(String json) throws Exception {
        return Described.bound(checkpoint(), json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'scale': 1.7976931348623157e308}",
                "{'softmax': 1e-320}",
                "{'max_pool': [2147483647], 'stride': [2147483647]}",
                "{'upsample': [2147483647, 2147483647, 2147483647, 2147483647, 2147483647, 2147483647, 2147483647]}"
            })
    void extremeNumbersHaveABoundOrOneLine(String layer) throws Exception {
        try {
            ModelBound model = bound("{'layers': [" + layer + "]}");
            assertThat(model.limit().upper()).isNotNull();
        } catch (BadCheckpointException e) {
            assertThat(e.getMessage()).contains("layer 0");
        }
    }

    @Test
    void theSmallestEpsilonIsAsGoodAsNone() throws Exception {
        String parts = "'query': 'q', 'key': 'q', 'value': 'q', 'output': 'q'";
        ModelBound model = bound(
                "{'norm': 'max_token_l2', 'layers': [{'rms_norm': true, 'width': 2, 'eps': 1}," + " {'attention': {"
                        + parts + "}, 'heads': 1, 'query_norm': {'rms_norm': true, 'width': 2, 'eps': 5e-324}}]}");
        assertThat(model.limit().upper()).isNull();
        assertThat(model.limit().reason()).contains("epsilon");
    }

    @Test
    void headsOfNothingAreRejected() {
        String parts = "'query': 'empty', 'key': 'empty', 'value': 'empty', 'output': 'end'";
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> bound("{'norm': 'max_token_l2', 'layers': [{'rms_norm': true, 'width': 2, 'eps': 1},"
                        + " {'attention': {" + parts + "}, 'heads': 2000000000}]}"))
                .withMessageContaining("heads");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'rms_norm': 'one', 'eps': 1}",
                "{'layer_norm': 'b', 'bias': 'one'}",
                "{'linear': 'q', 'bias': 'one'}"
            })
    void numbersForAllEntriesAtOnceDontMakeOutputsSmall(String layer) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> bound("{'norm': 'max_token_l2', 'layers': [" + layer + ", 'squared_relu']}"))
                .withMessageContaining("layer 0");
    }

    @Test
    void aScaleForAllEntriesTakesAWidth() throws Exception {
        // 9 entries behind a slope of 2, their norm at most 6: 2 R L
        ModelBound model = bound(
                "{'norm': 'max_token_l2', 'layers': [{'rms_norm': 'one', 'eps': 1, 'width': 9}, 'squared_relu']}");
        assertThat(model.limit().upper()).isNotNull();
        if (model.limit().upper() != null) {
            assertThat(model.limit().upper().narrow().orElseThrow().value()).isBetween(24.0, 24.001);
        }
    }

    @Test
    void biasesOfPatchesCountForEachPatch() {
        // 4 patches of bias (3, 4) make a first entry of 4 (3 + 4) = 28, however small the input is, and its square has
        // the slope 56.
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> bound("{'input_radius': 0.001, 'layers': [{'patches': 'p', 'bias': 'b'}, 'flatten',"
                        + " {'linear': 'w'}, 'squared_relu']}"))
                .withMessageContaining("input_radius says nothing in l2 where patches have a bias");
    }
}
