package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.testing.files.SmallFile;
import org.normscope.testing.files.SmallFiles;
import org.normscope.testing.files.WholeRead;

class DcpFuzzTest {
    private static final SmallFile CHECKPOINT = SmallFiles.dcp().get(0);

    static List<byte[]> valid() {
        return List.of(CHECKPOINT.content(SmallFiles.METADATA));
    }

    @MethodSource("valid")
    @FuzzTest
    void metadata(byte[] pickle) {
        WholeRead.attempt(CHECKPOINT.storage(SmallFiles.METADATA, pickle), CHECKPOINT.location());
    }
}
