package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.SmallFiles;
import org.normscope.testing.files.WholeRead;

class NpyFuzzTest {
    static List<byte[]> valid() {
        return SmallFiles.npy().stream()
                .map(file -> file.content(file.location()))
                .toList();
    }

    @MethodSource("valid")
    @FuzzTest
    void header(byte[] file) {
        WholeRead.attempt(new MemoryStorage().with("d/a.npy", file), "d/a.npy");
    }
}
