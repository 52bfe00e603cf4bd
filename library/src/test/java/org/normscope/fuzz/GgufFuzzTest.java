package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.SmallFiles;
import org.normscope.testing.files.WholeRead;

class GgufFuzzTest {
    static List<byte[]> valid() {
        return SmallFiles.gguf().stream()
                .map(file -> file.content(file.location()))
                .toList();
    }

    @MethodSource("valid")
    @FuzzTest
    void file(byte[] file) {
        WholeRead.attempt(new MemoryStorage().with("d/model.gguf", file), "d/model.gguf");
    }
}
