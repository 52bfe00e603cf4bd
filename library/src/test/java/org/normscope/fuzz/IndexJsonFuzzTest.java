package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.testing.files.SmallFile;
import org.normscope.testing.files.SmallFiles;
import org.normscope.testing.files.WholeRead;

class IndexJsonFuzzTest {
    static List<byte[]> valid() {
        return indexed()
                .map(shards -> shards.content(index(shards).orElseThrow()))
                .toList();
    }

    private static Stream<SmallFile> indexed() {
        return SmallFiles.shards().stream().filter(shards -> index(shards).isPresent());
    }

    private static Optional<String> index(SmallFile shards) {
        return shards.files().stream().filter(file -> file.endsWith(".json")).findFirst();
    }

    @MethodSource("valid")
    @FuzzTest
    void index(byte[] json) {
        indexed()
                .forEach(shards ->
                        WholeRead.attempt(shards.storage(index(shards).orElseThrow(), json), shards.location()));
    }
}
