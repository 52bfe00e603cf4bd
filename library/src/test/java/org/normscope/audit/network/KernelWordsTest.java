package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.KernelUse;
import org.normscope.convolution.Geometry;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

/** Strides, dilations, groups and paddings of described convolutions. */
class KernelWordsTest {
    private static final List<Integer> ONES = List.of(1, 1);

    private static Map<String, KernelUse> uses(String layers) throws Exception {
        byte[] text = ("{'layers': [" + layers + "]}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        MemoryStorage storage = new WrittenCheckpoint()
                .with("k", DType.F32, Shape.of(2, 1, 3, 3), new double[18])
                .with("fc.weight", DType.F32, Shape.of(2, 3), new double[6])
                .storage()
                .with("n.json", text);
        return KernelWords.of(
                NetworkDescription.read(storage, "n.json"), Checkpoints.open(storage, WrittenCheckpoint.LOCATION));
    }

    private static void says(String options, Geometry geometry, String... assumed) throws Exception {
        assertThat(uses("{'conv': 'k'" + options + "}"))
                .isEqualTo(Map.of("k", new KernelUse(geometry, List.of(assumed))));
    }

    @Test
    void whatIsSaidIsNotAssumed() throws Exception {
        says("", Geometry.unknown(2), "stride 1", "dilation 1", "groups 1", "padding_mode zeros or circular");
        says(", 'stride': 2, 'padding': 1", new Geometry(List.of(2, 2), ONES, 1, false), "groups 1");
        says(
                ", 'stride': [2, 1], 'dilation': [1, 3], 'groups': 2",
                new Geometry(List.of(2, 1), List.of(1, 3), 2, false),
                "padding_mode zeros");
        says(", 'stride': 1, 'groups': 1", Geometry.unknown(2), "padding_mode zeros or circular");
        says(", 'dilation': 2, 'padding': 'same'", new Geometry(ONES, List.of(2, 2), 1, false), "stride 1", "groups 1");
    }

    @Test
    void aStrideAroundACircleCountsAsOne() throws Exception {
        says(", 'stride': 2, 'groups': 1, 'padding': 'circular'", Geometry.unknown(2), "stride 1", "dilation 1");
        says(", 'stride': 1, 'groups': 1, 'padding': 'circular'", Geometry.unknown(2));
    }

    @Test
    void transposedOnesSaySo() throws Exception {
        KernelUse use = uses("{'conv_transpose': 'k', 'stride': 2, 'groups': 2, 'output_padding': 1, 'padding': 1}")
                .get("k");
        assertThat(use).isEqualTo(new KernelUse(new Geometry(List.of(2, 2), ONES, 2, true), List.of()));
    }

    @Test
    void aKernelThatIsUsedInSeveralWaysIsUnknown() throws Exception {
        assertThat(uses("{'conv': 'k', 'stride': 2}, {'conv': 'k', 'stride': 1}"))
                .isEqualTo(Map.of("k", KernelUse.unknown(2)));
        assertThat(uses("{'conv': 'fc.weight', 'stride': 2}, {'linear': 'fc.weight'}"))
                .isEmpty();
    }

    @Test
    void numbersThatDontFitAreRejected() {
        rejects(
                "'stride': [1, 1, 1]",
                "n.json, layer 0, layer 0: stride has 3 numbers, the kernel 2 spatial dimensions");
        rejects("'groups': 3", "the kernel's first dimension, 2, isn't divisible by groups 3");
        rejects("'dilation': 0", "dilation must be a whole number of at least 1");
    }

    private static void rejects(String option, String message) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> uses("{'conv': 'k', " + option + "}"))
                .withMessageContaining(message);
    }
}
