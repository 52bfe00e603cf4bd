package org.normscope.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionsTest {
    private static List<String> convolutions(NamedTensors tensors) {
        return tensors.map().weights().stream()
                .filter(EffectiveWeight::isConvolution)
                .map(EffectiveWeight::name)
                .toList();
    }

    @Test
    void kernelsOfOneTwoAndThreeSpatialDimensionsAreConvolutions() {
        NamedTensors tensors = new NamedTensors()
                .with("encoder.0.weight", 64, 3, 5)
                .with("layer1.0.conv1.weight", 64, 64, 3, 3)
                .with("stem.weight", 8, 3, 3, 3, 3)
                .with("onnx::Conv_193", 16, 8, 1, 1);
        assertThat(convolutions(tensors))
                .containsExactly("encoder.0.weight", "layer1.0.conv1.weight", "stem.weight", "onnx::Conv_193");
    }

    @Test
    void theWeightThatAParametrizationMakesIsAConvolutionAndItsPartsAreNot() {
        NamedTensors tensors = new NamedTensors()
                .with("conv.weight_g", 6, 1, 1, 1)
                .with("conv.weight_v", 6, 4, 3, 3)
                .with("last.parametrizations.weight.original0", 6, 1, 1)
                .with("last.parametrizations.weight.original1", 6, 4, 3);
        assertThat(convolutions(tensors)).containsExactly("conv.weight", "last.weight");
    }

    @Test
    void matricesStacksTablesAndStateAreNone() {
        NamedTensors tensors = new NamedTensors()
                .with("fc.weight", 8, 8)
                .with("model.layers.0.mlp.experts.gate_up_proj", 4, 16, 8)
                .with("blk.0.ffn_gate_exps.weight", 4, 16, 8)
                .with("decoder.layers.mlp.linear_fc1.weight", 3, 16, 8)
                .with("cls_token", 1, 1, 768)
                .with("moe.w1", 8, 16, 32)
                .with("pos_embed", 1, 14, 14, 8)
                .with("h.0.attn.bias", 1, 1, 64, 64)
                .with("norm.weight", 8, 1, 1)
                .with("optimizer.exp_avg.weight", 8, 8, 3, 3)
                .with("empty.weight", 0, 8, 3, 3)
                .with("six.weight", 2, 2, 2, 2, 2, 2);
        assertThat(convolutions(tensors)).isEmpty();
    }

    @Test
    void moreTapsThanAnyConvolutionHasMakeNone() {
        NamedTensors tensors = new NamedTensors()
                .with("a.weight", 2, 2, 4096)
                .with("b.weight", 2, 2, 4097)
                .with("c.weight", 2, 2, 128, 1)
                .with("d.weight", 2, 2, 1, 129)
                .with("e.weight", 2, 2, 32, 32, 32)
                .with("f.weight", 2, 2, 1, 1, 33);
        assertThat(convolutions(tensors)).containsExactly("a.weight", "c.weight", "e.weight");
    }
}
