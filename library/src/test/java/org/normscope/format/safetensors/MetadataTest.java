package org.normscope.format.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

class MetadataTest {
    private static Checkpoint read(WrittenCheckpoint file) throws Exception {
        MemoryStorage storage = new MemoryStorage().with("f", file.bytes());
        return new SafetensorsFormat().read(storage, "f");
    }

    private static Map<String, String> metadata(Checkpoint checkpoint) {
        return checkpoint.files().get(0).metadata();
    }

    @Test
    void wordsOfAFileAreKeptWhateverCharactersTheyHave() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a", DType.F32, Shape.of(1), 1)
                .saying("format", "pt")
                .saying("", "\ud800 alone, \u0000, \"quoted\"\n")
                .saying("größe", "\ud83d\ude00".repeat(60_000));
        Checkpoint checkpoint = read(file);
        assertThat(metadata(checkpoint))
                .containsExactly(
                        Map.entry("", "\ud800 alone, \u0000, \"quoted\"\n"),
                        Map.entry("format", "pt"),
                        Map.entry("größe", "\ud83d\ude00".repeat(60_000)));
        assertThat(checkpoint.notes()).isEmpty();
    }

    @Test
    void aFileWithoutWordsHasNone() throws Exception {
        assertThat(metadata(read(new WrittenCheckpoint().with("a", DType.F32, Shape.of(1), 1))))
                .isEmpty();
    }

    @Test
    void megabytesAreNotKeptAndThatIsNoted() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a", DType.F32, Shape.of(1), 1)
                .saying("a", "x".repeat(2_000_000))
                .saying("b", "y".repeat(2_000_000))
                .saying("c", "z");
        Checkpoint checkpoint = read(file);
        assertThat(metadata(checkpoint)).containsOnlyKeys("a", "c");
        assertThat(checkpoint.notes()).singleElement().asString().contains("f: 1 entries of __metadata__", "4000000");
    }

    /** It tells where tensors belong in larger ones, which the new file has no pieces of. */
    @Test
    void placesOfShardsAreNoWords() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a", DType.F32, Shape.of(1), 1)
                .saying("DCP_SHARDING_INFO", "{\"a\":{\"saved_offsets\":[0]}}")
                .saying("DCP_VERSION", "1.0");
        Checkpoint checkpoint = read(file);
        assertThat(metadata(checkpoint)).containsOnlyKeys("DCP_VERSION");
        assertThat(new String(file.bytes(), StandardCharsets.UTF_8)).contains("DCP_SHARDING_INFO");
    }
}
