package org.normscope.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.weights.Recipe.Lora;

/** Pairs of low-rank factors under the names of many tools. */
class LowRankFactorsTest {
    @ParameterizedTest
    @CsvSource({
        "q_proj.lora_A.weight, q_proj.lora_B.weight, q_proj",
        "q_proj.lora_A.default.weight, q_proj.lora_B.default.weight, q_proj",
        "q_proj.lora_A.style.weight, q_proj.lora_B.style.weight, q_proj.style",
        "q_proj.lora_A, q_proj.lora_B, q_proj",
        "emb.lora_embedding_A.default, emb.lora_embedding_B.default, emb",
        "lora_unet_down_blocks_0_to_q.lora_down.weight, lora_unet_down_blocks_0_to_q.lora_up.weight, lora_unet_down_blocks_0_to_q",
        "attn.to_q.lora.down.weight, attn.to_q.lora.up.weight, attn.to_q",
        "attn.processor.to_q_lora.down.weight, attn.processor.to_q_lora.up.weight, attn.processor.to_q",
        "text_encoder:0:down, text_encoder:0:up, text_encoder:0"
    })
    void theProductIsAWeightMoreAndTheFactorsKeepTheirRows(String a, String b, String name) {
        NamedTensors tensors = new NamedTensors().with(b, 9, 4).with(a, 4, 7);
        assertThat(tensors.weights()).containsExactly(b + " plain 9x4", a + " plain 4x7", name + " lora 9x7");
        assertThat(tensors.map().usedBy(0)).isEqualTo(name);
        assertThat(tensors.map().roleOf(1)).isNotIn(Role.PARAMETRIZATION, Role.QUANTIZED);
        assertThat(tensors.map().weights().get(2).recipe()).isInstanceOfSatisfying(Lora.class, lora -> {
            assertThat(lora.a().name()).isEqualTo(a);
            assertThat(lora.b().name()).isEqualTo(b);
            assertThat(lora.magnitude()).isNull();
        });
    }

    @Test
    void factorsOfConvolutionsMultiplyAsMatrices() {
        assertThat(new NamedTensors()
                        .with("c.lora_down.weight", 4, 6, 3, 3)
                        .with("c.lora_up.weight", 8, 4, 1, 1)
                        .weights())
                .contains("c lora 8x54");
    }

    @ParameterizedTest
    @CsvSource({
        "q.lora_magnitude_vector",
        "q.lora_magnitude_vector.weight",
        "q.lora_magnitude_vector.default",
        "q.lora_magnitude_vector.default.weight",
        "q.dora_scale"
    })
    void theMagnitudeOfADoraIsAPart(String name) {
        NamedTensors tensors = new NamedTensors()
                .with("q.lora_A.default.weight", 4, 7)
                .with("q.lora_B.default.weight", 9, 4)
                .with(name, 1, 9);
        assertThat(tensors.weights()).hasSize(3).contains("q lora 9x7");
        assertThat(tensors.roles()).contains(name + " parametrization -> q");
    }

    @Test
    void factorsThatDontFitAreNoPair() {
        assertThat(new NamedTensors()
                        .with("a.lora_A.weight", 4, 7)
                        .with("a.lora_B.weight", 9, 5)
                        .with("b.lora_A.weight", 4, 7)
                        .with("net.down", 4, 7)
                        .with("net.up", 9, 4)
                        .weights())
                .hasSize(5)
                .noneMatch(weight -> weight.contains("lora "));
    }
}
