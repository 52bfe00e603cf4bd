package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

class ShardPlanTest {
    private static NewTensor tensor(String name, long bytes) {
        return new NewTensor(name, DType.U8, Shape.of(bytes), (storage, out) -> {});
    }

    private static List<NewTensor> tensors(long... bytes) {
        List<NewTensor> tensors = new ArrayList<>();
        for (long size : bytes) {
            tensors.add(tensor("t" + tensors.size(), size));
        }
        return tensors;
    }

    private static List<Integer> counts(ShardPlan plan) {
        return plan.shards().stream().map(shard -> shard.tensors().size()).toList();
    }

    @Test
    void whatFitsOneShardIsOneFileWithoutAnIndex() throws BadCheckpointException {
        ShardPlan plan = ShardPlan.of(tensors(3, 4), 7);
        assertThat(plan.files()).containsExactly("model.safetensors");
        assertThat(plan.isIndexed()).isFalse();
        assertThat(plan.bytes()).isEqualTo(7);
        assertThat(ShardPlan.of(List.of(), 1).files()).containsExactly("model.safetensors");
    }

    @Test
    void shardsAreFilledInOrder() throws BadCheckpointException {
        ShardPlan plan = ShardPlan.of(tensors(3, 4, 1, 6, 0, 1), 7);
        assertThat(counts(plan)).containsExactly(2, 3, 1);
        assertThat(plan.files())
                .containsExactly(
                        "model-00001-of-00003.safetensors",
                        "model-00002-of-00003.safetensors",
                        "model-00003-of-00003.safetensors",
                        "model.safetensors.index.json");
        assertThat(plan.weightMap())
                .containsEntry("t1", "model-00001-of-00003.safetensors")
                .containsEntry("t2", "model-00002-of-00003.safetensors")
                .hasSize(6);
    }

    @Test
    void aTensorLargerThanAShardHasOneOfItsOwn() throws BadCheckpointException {
        assertThat(counts(ShardPlan.of(tensors(2, 100, 2), 7))).containsExactly(1, 1, 1);
        assertThat(counts(ShardPlan.of(tensors(Long.MAX_VALUE / 8, Long.MAX_VALUE / 8, 1), Long.MAX_VALUE / 8)))
                .containsExactly(1, 1, 1);
    }

    @Test
    void noTensorIsLostAndNoShardTooLargeHoweverSizesFall() throws BadCheckpointException {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<NewTensor> tensors = tensors(random.longs(40, 0, 30).toArray());
            ShardPlan plan = ShardPlan.of(tensors, 25);
            assertThat(plan.shards().stream().flatMap(shard -> shard.tensors().stream()))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(tensors);
            for (Shard shard : plan.shards()) {
                assertThat(shard.bytes() <= 25 || shard.tensors().size() == 1)
                        .as("seed %d, %s", seed, shard.name())
                        .isTrue();
            }
        }
    }

    @Test
    void namesOfMegabytesAreSpreadOverFiles() throws BadCheckpointException {
        String name = "x".repeat(5_000_000);
        assertThat(counts(ShardPlan.of(List.of(tensor(name + "a", 1), tensor(name + "b", 1)), 1000)))
                .containsExactly(1, 1);
    }

    @Test
    void refusesTwoTensorsOfOneNameAndTheFormatsOwn() {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> ShardPlan.of(List.of(tensor("a", 1), tensor("a", 2)), 10))
                .withMessageContaining("two tensors of the new checkpoint would be called 'a'");
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> ShardPlan.of(List.of(tensor("__metadata__", 1)), 10))
                .withMessageContaining("__metadata__");
        assertThatIllegalArgumentException().isThrownBy(() -> ShardPlan.of(List.of(), 0));
    }
}
