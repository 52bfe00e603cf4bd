package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.HostileCase;
import org.normscope.testing.HostileCase.Expect;
import org.normscope.testing.HostileCorpus;
import org.normscope.testing.Suite;

class HostileParseTest {
    @TestFactory
    Stream<DynamicTest> everyCaseOfAKnownFormatEndsAsTheManifestSays() throws IOException {
        Suite.CORPUS.requireOrSkip();
        return HostileCorpus.cases("safetensors", "index", "generic", "numeric", "big", "torch", "gguf", "numpy", "dcp")
                .stream()
                .map(hostile -> DynamicTest.dynamicTest(hostile.toString(), () -> opens(hostile)));
    }

    @TestFactory
    Stream<DynamicTest> everyCaseOfAnUnknownFormatIsRejectedInWords() throws IOException {
        Suite.CORPUS.requireOrSkip();
        return HostileCorpus.cases("hdf5").stream()
                .map(hostile -> DynamicTest.dynamicTest(hostile.toString(), () -> isUnsupported(hostile)));
    }

    private static void opens(HostileCase hostile) throws IOException {
        Path scratch = Files.createTempDirectory("hostile");
        try {
            Path input = HostileCorpus.locate(hostile, scratch);
            long began = System.nanoTime();
            try {
                Checkpoint checkpoint = Checkpoints.open(new LocalStorage(), input.toString());
                assertThat(hostile.expect()).isNotEqualTo(Expect.REJECT);
                assertThatTensorsMatch(hostile, checkpoint);
            } catch (BadCheckpointException e) {
                assertThat(hostile.expect()).as(e.getMessage()).isNotEqualTo(Expect.ACCEPT);
                assertThatMessageIsGood(hostile, input, String.valueOf(e.getMessage()));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(hostile.limits().time());
        } finally {
            HostileCorpus.clean(scratch);
        }
    }

    private static void assertThatTensorsMatch(HostileCase hostile, Checkpoint checkpoint) {
        Map<String, List<Long>> found = checkpoint.tensors().stream()
                .collect(Collectors.toMap(
                        StoredTensor::name, tensor -> tensor.shape().dims()));
        hostile.tensors()
                .forEach((name, expected) -> assertThat(found)
                        .containsEntry(
                                name.equals("*") ? found.keySet().iterator().next() : name, expected.shape()));
        hostile.tensorCount()
                .ifPresent(count -> assertThat(checkpoint.tensors()).hasSize(count));
    }

    private static void assertThatMessageIsGood(HostileCase hostile, Path input, String message) {
        assertThat(message)
                .contains(String.valueOf(input.getFileName()))
                .hasLineCount(1)
                .hasSizeLessThan(1100);
        for (String word : hostile.errorMentions()) {
            assertThat(message).containsIgnoringCase(word);
        }
        hostile.bait().ifPresent(bait -> assertThat(message).doesNotContain(String.valueOf((long) bait)));
    }

    private static void isUnsupported(HostileCase hostile) throws IOException {
        Path scratch = Files.createTempDirectory("hostile");
        try {
            Path input = HostileCorpus.locate(hostile, scratch);
            Throwable thrown = catchThrowable(() -> Checkpoints.open(new LocalStorage(), input.toString()));
            assertThat(thrown).isInstanceOf(BadCheckpointException.class);
            if (hostile.expect() != Expect.REJECT) {
                assertThat(thrown).hasMessageContaining("unsupported format");
            }
        } finally {
            HostileCorpus.clean(scratch);
        }
    }
}
