package org.normscope.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.tensor.DType;
import org.normscope.weights.Recipe.BlockScaled;
import org.normscope.weights.Recipe.MxFp4;
import org.normscope.weights.Recipe.NvFp4;

/** Codes with scales: those that are decoded, and those that must not be taken for numbers. */
class ScaledWeightsTest {
    private static long[] dims(String text) {
        return text.isEmpty()
                ? new long[0]
                : List.of(text.split(" ")).stream().mapToLong(Long::parseLong).toArray();
    }

    @ParameterizedTest(name = "codes [{0}], scale [{1}]")
    @CsvSource({
        "'256 384', '2 3', 128, 128",
        "'200 300', '2 3', 128, 128",
        "'7 130', '1 2', 7, 128",
        "'200 300', '', 200, 300",
        "'200 300', '1', 200, 300",
        "'200 300', '200', 1, 300",
        "'200 300', '200 1', 1, 300",
        "'200 300', '1 300', 200, 1",
        "'64 96', '64 3', 1, 32",
        "'64 96', '2 3', 32, 32",
        "'8 4 3 3', '8 1 1 1', 1, 36",
        "'8 4 3 3', '', 8, 36"
    })
    void theShapeOfTheScaleTellsTheBlocks(String codes, String scale, long blockRows, long blockCols) {
        for (String ending : List.of("weight_scale_inv", "weight_scale", "scale")) {
            NamedTensors tensors = new NamedTensors()
                    .with("a.weight", DType.F8_E4M3, dims(codes))
                    .with("a." + ending, dims(scale));
            assertThat(tensors.recipe()).isInstanceOfSatisfying(BlockScaled.class, found -> {
                assertThat(found.blockRows()).isEqualTo(blockRows);
                assertThat(found.blockCols()).isEqualTo(blockCols);
            });
            assertThat(tensors.roles())
                    .containsExactly("a.weight quantized -> a.weight", "a." + ending + " quantized -> a.weight");
        }
    }

    @ParameterizedTest(name = "codes [{0}], scale [{1}]")
    @CsvSource({"'200 300', '3 3'", "'200 300', '300'", "'200 300', '2 3 1'", "'200 300', '0 3'", "'200 300', '100'"})
    void aScaleThatFitsNoBlocksGivesNoWeight(String codes, String scale) {
        NamedTensors tensors =
                new NamedTensors().with("a.weight", DType.F8_E4M3, dims(codes)).with("a.weight_scale", dims(scale));
        assertThat(tensors.weights()).isEmpty();
        assertThat(tensors.map().quantized(0)).contains("for codes of shape [200, 300]");
        assertThat(tensors.map().quantized(1)).isNotNull();
    }

    @Test
    void eightBitFloatsWithoutScaleAreWhatTheyAre() {
        assertThat(new NamedTensors()
                        .with("a.weight", DType.F8_E5M2, 4, 6)
                        .with("b.weight", DType.F32, 4, 6)
                        .with("b.weight_scale")
                        .weights())
                .containsExactly("a.weight plain 4x6", "b.weight plain 4x6");
    }

    @Test
    void stacksOfExpertsAreScaledOneByOne() {
        NamedTensors tensors = new NamedTensors()
                .with("mlp.experts.down_proj", DType.F8_E4M3, 2, 200, 300)
                .with("mlp.experts.down_proj_scale_inv", 2, 2, 3)
                .with("mlp.experts.up_proj", DType.F8_E4M3, 2, 200, 300)
                .with("mlp.experts.up_proj_scale", 2);
        assertThat(tensors.weights())
                .containsExactly(
                        "mlp.experts.down_proj block_scaled 200x300",
                        "mlp.experts.down_proj block_scaled 200x300#1",
                        "mlp.experts.up_proj block_scaled 200x300",
                        "mlp.experts.up_proj block_scaled 200x300#1");
        assertThat(tensors.map().weights().get(1).recipe()).isInstanceOfSatisfying(BlockScaled.class, second -> {
            assertThat(second.codes().offset()).isEqualTo(60_000);
            assertThat(second.scale().offset()).isEqualTo(120_000 + 24);
        });
    }

    @Test
    void blocksAndScalesAreMxfp4() {
        NamedTensors tensors = new NamedTensors()
                .with("mlp.experts.gate_up_proj_blocks", DType.U8, 2, 6, 3, 16)
                .with("mlp.experts.gate_up_proj_scales", DType.U8, 2, 6, 3)
                .with("mlp.experts.gate_up_proj_bias", DType.BF16, 2, 6)
                .with("head_blocks", DType.U8, 5, 2, 16)
                .with("head_scales", DType.U8, 5, 2);
        assertThat(tensors.weights())
                .containsExactly(
                        "mlp.experts.gate_up_proj mxfp4 6x96",
                        "mlp.experts.gate_up_proj mxfp4 6x96#1",
                        "mlp.experts.gate_up_proj_bias plain 2x6",
                        "head mxfp4 5x64");
        assertThat(tensors.map().weights().get(1).recipe()).isInstanceOfSatisfying(MxFp4.class, second -> {
            assertThat(second.blocks().offset()).isEqualTo(6 * 3 * 16);
            assertThat(second.scales().offset()).isEqualTo(2 * 6 * 3 * 16 + 6 * 3);
        });
        assertThat(tensors.roles()).contains("head_blocks quantized -> head", "head_scales quantized -> head");
    }

    @Test
    void nvfp4MultipliesOrDividesByItsGlobalNumber() {
        NamedTensors modelOptimizer = new NamedTensors()
                .with("a.weight", DType.U8, 4, 16)
                .with("a.weight_scale", DType.F8_E4M3, 4, 2)
                .with("a.weight_scale_2");
        NamedTensors compressed = new NamedTensors()
                .with("a.weight_packed", DType.U8, 4, 16)
                .with("a.weight_scale", DType.F8_E4M3, 4, 2)
                .with("a.weight_global_scale", 1);
        assertThat(modelOptimizer.weights()).containsExactly("a.weight nvfp4 4x32");
        assertThat(compressed.weights()).containsExactly("a.weight nvfp4 4x32");
        assertThat(modelOptimizer.recipe())
                .isInstanceOfSatisfying(
                        NvFp4.class, found -> assertThat(found.use()).isEqualTo(NvFp4.Global.MULTIPLIES));
        assertThat(compressed.recipe())
                .isInstanceOfSatisfying(
                        NvFp4.class, found -> assertThat(found.use()).isEqualTo(NvFp4.Global.DIVIDES));
    }

    private static void allAre(String scheme, NamedTensors tensors) {
        WeightMap map = tensors.map();
        assertThat(map.weights()).as(scheme).isEmpty();
        for (int i = 0; i < tensors.checkpoint().tensors().size(); i++) {
            assertThat(map.quantized(i)).isEqualTo(scheme);
            assertThat(map.roleOf(i)).isEqualTo(Role.QUANTIZED);
        }
    }

    @Test
    void gptqAndAwqAreToldApart() {
        NamedTensors gptq = new NamedTensors()
                .with("a.qweight", DType.I32, 512, 300)
                .with("a.qzeros", DType.I32, 32, 38)
                .with("a.scales", DType.F16, 32, 300);
        allAre("gptq", gptq);
        allAre(
                "gptq",
                new NamedTensors()
                        .with("a.scales", DType.F16, 32, 300)
                        .with("a.qweight", DType.I32, 512, 300)
                        .with("a.g_idx", DType.I32, 4096)
                        .with("a.qzeros", DType.I32, 32, 38));
        allAre(
                "awq",
                new NamedTensors()
                        .with("a.qweight", DType.I32, 4096, 38)
                        .with("a.qzeros", DType.I32, 32, 38)
                        .with("a.scales", DType.F16, 32, 304));
    }

    @Test
    void otherQuantizationsAreKnownByTheirCompanions() {
        allAre(
                "bitsandbytes",
                new NamedTensors()
                        .with("a.weight", DType.U8, 8192, 1)
                        .with("a.weight.absmax", DType.U8, 256)
                        .with("a.weight.quant_map", DType.F32, 16)
                        .with("a.weight.nested_absmax", DType.F32, 1)
                        .with("a.weight.nested_quant_map", DType.F32, 256)
                        .with("a.weight.quant_state.bitsandbytes__nf4", DType.U8, 90));
        allAre(
                "bitsandbytes",
                new NamedTensors()
                        .with("a.weight", DType.I8, 64, 32)
                        .with("a.SCB", DType.F32, 64)
                        .with("a.weight_format", DType.U8));
        allAre(
                "compressed-tensors",
                new NamedTensors()
                        .with("a.weight_packed", DType.I32, 64, 4)
                        .with("a.weight_scale", DType.BF16, 64, 1)
                        .with("a.weight_shape", DType.I64, 2));
        allAre(
                "compressed-tensors",
                new NamedTensors().with("a.weight", DType.I8, 64, 32).with("a.weight_scale", DType.BF16, 64, 1));
        allAre(
                "hqq",
                new NamedTensors()
                        .with("a.W_q", DType.U8, 64, 32)
                        .with("a.scale", DType.F16, 64, 1)
                        .with("a.zero", DType.F16, 64, 1));
        allAre(
                "aqlm",
                new NamedTensors()
                        .with("a.codes", DType.I16, 64, 32, 1)
                        .with("a.codebooks", DType.F16, 1, 65536, 1, 8)
                        .with("a.scales", DType.F16, 64, 1, 1, 1));
    }

    @Test
    void companionsAloneAreNoQuantization() {
        assertThat(new NamedTensors()
                        .with("attention.scales", DType.F16, 32, 300)
                        .with("a.weight_scale", 4, 6)
                        .weights())
                .containsExactly("attention.scales plain 32x300", "a.weight_scale plain 4x6");
    }
}
