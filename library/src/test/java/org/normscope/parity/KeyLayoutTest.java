package org.normscope.parity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.normscope.parity.KeyLayout.SpectralKeys;
import org.normscope.parity.KeyLayout.WeightKeys;

class KeyLayoutTest {
    @Test
    void legacyKeysAreTheWeightsWithAnEnding() {
        assertThat(KeyLayout.LEGACY.spectralNorm("net.0.weight"))
                .isEqualTo(new SpectralKeys("net.0.weight_orig", "net.0.weight_u", "net.0.weight_v"));
        assertThat(KeyLayout.LEGACY.weightNorm("rnn.weight_hh_l0"))
                .isEqualTo(new WeightKeys("rnn.weight_hh_l0_g", "rnn.weight_hh_l0_v"));
    }

    @Test
    void parametrizedKeysLieBeforeTheLastWord() {
        assertThat(KeyLayout.PARAMETRIZED.spectralNorm("net.0.weight"))
                .isEqualTo(new SpectralKeys(
                        "net.0.parametrizations.weight.original",
                        "net.0.parametrizations.weight.0._u",
                        "net.0.parametrizations.weight.0._v"));
        assertThat(KeyLayout.PARAMETRIZED.weightNorm("weight"))
                .isEqualTo(new WeightKeys("parametrizations.weight.original0", "parametrizations.weight.original1"));
    }
}
