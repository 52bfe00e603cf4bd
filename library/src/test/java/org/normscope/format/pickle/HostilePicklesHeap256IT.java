package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.testing.HostileCase;
import org.normscope.testing.HostileCase.Expect;
import org.normscope.testing.HostileCorpus;
import org.normscope.testing.Suite;

/** Hostile pickles end as a value or as a rejection, in little memory and time; those that would run code are rejected. */
class HostilePicklesHeap256IT {
    @TestFactory
    Stream<DynamicTest> everyHostilePickleEndsWell() throws IOException {
        Suite.CORPUS.requireOrSkip();
        return HostileCorpus.cases("torch", "dcp").stream()
                .map(hostile -> DynamicTest.dynamicTest(hostile.toString(), () -> endsWell(hostile)));
    }

    private static void endsWell(HostileCase hostile) throws IOException {
        Path scratch = Files.createTempDirectory("hostile");
        try {
            long began = System.nanoTime();
            List<String> rejections = rejections(HostileCorpus.locate(hostile, scratch));
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(hostile.limits().time());
            if (hostile.expect() == Expect.ACCEPT) {
                assertThat(rejections).isEmpty();
            }
            if (hostile.id().contains("rce")) {
                assertThat(rejections).isNotEmpty().allMatch(message -> message.contains(", byte "));
            }
        } finally {
            HostileCorpus.clean(scratch);
        }
    }

    private static List<String> rejections(Path input) throws IOException {
        List<String> rejections = new ArrayList<>();
        try (Stream<Path> files = Files.walk(input)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                for (byte[] stream : Containers.streams(file).values()) {
                    try {
                        assertThat(Containers.read(stream)).isNotEmpty();
                    } catch (BadCheckpointException e) {
                        rejections.add(String.valueOf(e.getMessage()));
                    }
                }
            }
        }
        return rejections;
    }
}
