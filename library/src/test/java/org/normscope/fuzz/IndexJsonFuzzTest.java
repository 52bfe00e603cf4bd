package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.testing.files.SmallFile;
import org.normscope.testing.files.SmallFiles;
import org.normscope.testing.files.WholeRead;

class IndexJsonFuzzTest {
    static List<byte[]> valid() {
        return SmallFiles.shards().stream()
                .map(shards -> shards.content(index(shards)))
                .toList();
    }

    private static String index(SmallFile shards) {
        return shards.files().stream()
                .filter(file -> file.endsWith(".json"))
                .findFirst()
                .orElseThrow();
    }

    @MethodSource("valid")
    @FuzzTest
    void index(byte[] json) {
        for (SmallFile shards : SmallFiles.shards()) {
            WholeRead.attempt(shards.storage(index(shards), json), shards.location());
        }
    }
}
