package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.Selection;
import org.normscope.format.huggingface.SideFiles;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.WeightNormalization;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class InheritedMetadataTest {
    @TempDir
    private Path folder;

    private static WrittenCheckpoint matrix(String name) {
        return new WrittenCheckpoint().with(name, DType.F32, Shape.of(2, 2), 1, 2, 3, 4);
    }

    /** Two files, each of one matrix of 16 bytes. */
    private Checkpoint two() throws Exception {
        WrittenCheckpoint one = matrix("a.weight")
                .saying("format", "pt")
                .saying("license", "mit")
                .saying("part", "1");
        WrittenCheckpoint other =
                matrix("b.weight").saying("format", "pt").saying("part", "2").saying("author", "me");
        Files.write(folder.resolve("model-00001-of-00002.safetensors"), one.bytes());
        Files.write(folder.resolve("model-00002-of-00002.safetensors"), other.bytes());
        return Checkpoints.open(new LocalStorage(), folder.toString());
    }

    private static ShardPlan apart(Checkpoint old, long maxShardBytes) throws Exception {
        Rewrite rewrite = Decomposition.of(old, WeightNormalization.of(KeyLayout.LEGACY), Selection.ALL);
        return ShardPlan.of(old, rewrite, maxShardBytes, SideFiles.NONE);
    }

    @Test
    void aFileThatBecomesOneFileKeepsItsWords() throws Exception {
        ShardPlan plan = apart(two(), 24);
        assertThat(plan.shards())
                .extracting(Shard::metadata)
                .containsExactly(
                        Map.of("format", "pt", "license", "mit", "part", "1"),
                        Map.of("format", "pt", "author", "me", "part", "2"));
        assertThat(plan.lostMetadata(two())).isEmpty();
    }

    @Test
    void filesThatBecomeOneKeepTheWordsInWhichTheyDoNotContradictEachOther() throws Exception {
        ShardPlan plan = apart(two(), 1000);
        assertThat(plan.shards())
                .extracting(Shard::metadata)
                .containsExactly(Map.of("format", "pt", "license", "mit", "author", "me"));
        assertThat(plan.lostMetadata(two())).containsExactly("part");
    }

    @Test
    void everyPartOfAFileKeepsItsWords() throws Exception {
        assertThat(apart(two(), 1).shards())
                .extracting(shard -> shard.metadata().get("part"))
                .containsExactly("1", "1", "2", "2");
    }

    @Test
    void anotherFrameworksFormatStaysAndAFileWithoutOneIsTorchs() throws Exception {
        Path file = folder.resolve("model.safetensors");
        for (Map.Entry<String, String> format : Map.of("mlx", "mlx", "", "pt").entrySet()) {
            WrittenCheckpoint checkpoint = matrix("a.weight");
            Files.write(
                    file,
                    (format.getKey().isEmpty() ? checkpoint : checkpoint.saying("format", format.getKey())).bytes());
            Checkpoint old = Checkpoints.open(new LocalStorage(), file.toString());
            assertThat(apart(old, 1000).shards().get(0).metadata()).isEqualTo(Map.of("format", format.getValue()));
        }
    }

    @Test
    void theNewFilesSayIt() throws Exception {
        Checkpoint old = two();
        Rewrite rewrite = Decomposition.of(old, WeightNormalization.of(KeyLayout.LEGACY), Selection.ALL);
        ShardPlan plan = ShardPlan.of(old, rewrite, 24, SideFiles.NONE);
        Checkpoint now = Loaded.written(plan, new LocalStorage(), folder.resolve("now"));
        assertThat(now.files())
                .extracting(file -> file.metadata())
                .containsExactlyElementsOf(
                        List.copyOf(plan.shards().stream().map(Shard::metadata).toList()));
    }
}
