package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.format.ZipDirectory;
import org.normscope.format.ZipEntry;
import org.normscope.storage.BytesReader;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.SmallFiles;
import org.normscope.testing.files.WholeRead;

class ZipDirectoryFuzzTest {
    private static final int LARGEST_MEMBER = 1 << 16;

    static List<byte[]> valid() {
        return Stream.concat(SmallFiles.npz().stream(), SmallFiles.torch().stream())
                .map(file -> file.content(file.location()))
                .toList();
    }

    /** The directory with its members alone, then as arrays and as a file of torch's. */
    @MethodSource("valid")
    @FuzzTest
    void directory(byte[] archive) {
        WholeRead.withinLimits("d/zip", () -> {
            ZipDirectory zip = ZipDirectory.read("d/zip", new BytesReader(archive), 0, archive.length);
            long bytes = 0;
            for (String name : zip.names()) {
                ZipEntry entry = zip.find(name).orElseThrow();
                bytes += zip.content(entry, LARGEST_MEMBER).length;
            }
            return Optional.of(bytes);
        });
        for (String location : List.of("d/a.npz", "d/model.pt")) {
            WholeRead.attempt(new MemoryStorage().with(location, archive), location);
        }
    }
}
