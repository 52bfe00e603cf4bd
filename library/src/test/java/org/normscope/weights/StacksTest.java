package org.normscope.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;

/** Tensors that are many matrices, tensors that are one, and tensors that are another one. */
class StacksTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.layers.0.mlp.experts.gate_up_proj",
                "model.layers.0.block_sparse_moe.experts.w2",
                "model.layers.0.feed_forward.experts.down_proj",
                "decoder.layers.0.mlp.experts.experts.linear_fc1.weight",
                "blk.3.ffn_down_exps.weight",
                "decoder.layers.self_attention.linear_qkv.weight",
                "model.decoder.layers.mlp.linear_fc2.weight"
            })
    void eachSliceOfAStackIsAWeight(String name) {
        NamedTensors tensors = new NamedTensors().with(name, DType.BF16, 3, 4, 5);
        assertThat(tensors.weights())
                .containsExactly(name + " plain 4x5", name + " plain 4x5#1", name + " plain 4x5#2");
        List<EffectiveWeight> weights = tensors.map().weights();
        assertThat(weights)
                .extracting(weight -> weight.recipe().parts().get(0).offset())
                .containsExactly(0L, 40L, 80L);
        assertThat(weights).noneMatch(EffectiveWeight::isStored);
        assertThat(weights).allMatch(weight -> weight.source().shape().equals(Shape.of(3, 4, 5)));
    }

    @Test
    void layersOfExpertsAreNumberedRowMajor() {
        String name = "decoder.layers.mlp.experts.experts.linear_fc1.weight";
        List<EffectiveWeight> weights =
                new NamedTensors().with(name, 2, 3, 4, 5).map().weights();
        assertThat(weights).extracting(EffectiveWeight::batchIndex).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(weights)
                .extracting(weight -> weight.recipe().parts().get(0).offset())
                .containsExactlyElementsOf(
                        LongStream.range(0, 6).mapToObj(i -> i * 80).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv.weight",
                "experts.conv.weight",
                "model.layers.0.mlp.experts.3.w1.weight",
                "shared_experts.up_proj",
                "model.decoder.layers.0.self_attn.q_proj.weight",
                "decoder.layers.final.weight",
                "decoder.layers.mlp.0.weight"
            })
    void whatIsNotSurelyAStackIsOneMatrix(String name) {
        assertThat(new NamedTensors().with(name, 3, 4, 5).weights()).containsExactly(name + " plain 3x20");
    }

    @Test
    void aStackOfVectorsStaysAMatrix() {
        assertThat(new NamedTensors()
                        .with("decoder.layers.mlp.linear_fc1.weight", 3, 4)
                        .with("experts.w1", 3, 4)
                        .with("experts.w2", 0, 4, 5)
                        .weights())
                .containsExactly(
                        "decoder.layers.mlp.linear_fc1.weight plain 3x4",
                        "experts.w1 plain 3x4",
                        "experts.w2 plain 0x20");
    }

    @Test
    void aStackOfAbsurdLengthIsNotSliced() {
        assertThat(new NamedTensors()
                        .with("experts.w1", 1L << 40, 1, 1)
                        .with("experts.w2", 4, 1, 1)
                        .map()
                        .weights())
                .hasSize(5);
        NamedTensors many = new NamedTensors();
        for (int i = 0; i < 100; i++) {
            many.with("layers." + i + ".experts.w1", 10_000, 1, 1);
        }
        assertThat(many.map().weights()).hasSize(13 * 10_000 + 87);
    }

    @Test
    void namesOfMegabytesCostNoTime() {
        NamedTensors tensors = new NamedTensors()
                .with("_".repeat(1 << 20), 2, 3, 4)
                .with("decoder.layers.mlp.".repeat(100_000) + "weight", 2, 3, 4)
                .with(".lora_A".repeat(200_000) + ".weight", 2, 3)
                .with("parametrizations.".repeat(100_000) + "original0", 2, 3);
        assertThat(assertTimeoutPreemptively(
                        Duration.ofSeconds(20), () -> tensors.map().weights()))
                .hasSize(4);
    }

    @Test
    void tiedTensorsAreOneWeightUnderTheirFirstName() {
        WeightMap map = new NamedTensors()
                .with("emb.weight", 30, 10)
                .tied("head.weight", "emb.weight")
                .tied("third", "emb.weight")
                .map();
        assertThat(map.weights()).extracting(EffectiveWeight::name).containsExactly("emb.weight");
        assertThat(map.aliasOf(1)).isEqualTo("emb.weight");
        assertThat(map.aliasOf(2)).isEqualTo("emb.weight");
        assertThat(map.first(2)).isZero();
    }

    @Test
    void otherShapesTypesAndPlacesAreNotTied() {
        Layout start = Layout.contiguous(0, 0, Shape.of(4, 4));
        Layout transposed = new Layout.Strided(0, 0, List.of(1L, 4L), Layout.ByteOrder.LITTLE_ENDIAN);
        WeightMap map = new NamedTensors()
                .with("a", DType.F32, Shape.of(4, 4), start)
                .with("b", DType.F32, Shape.of(4, 4), transposed)
                .with("c", DType.F16, Shape.of(4, 4), start)
                .with("d", DType.F32, Shape.of(2, 4), start)
                .with("e", DType.F32, Shape.of(4, 4), Layout.contiguous(1, 0, Shape.of(4, 4)))
                .with("f", DType.F32, Shape.of(0, 4), start)
                .with("g", DType.F32, Shape.of(0, 4), start)
                .map();
        assertThat(map.weights()).hasSize(7);
        for (int i = 0; i < 7; i++) {
            assertThat(map.aliasOf(i)).isNull();
        }
    }
}
