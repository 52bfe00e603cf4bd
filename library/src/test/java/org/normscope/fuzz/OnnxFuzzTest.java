package org.normscope.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.network.onnx.OnnxStructure;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.SmallFiles;
import org.normscope.testing.files.SmallGraphs;
import org.normscope.testing.files.WholeRead;

class OnnxFuzzTest {
    static List<byte[]> valid() {
        Stream<byte[]> tensors = SmallFiles.onnx().stream().map(file -> file.content(file.location()));
        return Stream.concat(tensors, SmallGraphs.all().stream()).toList();
    }

    @MethodSource("valid")
    @FuzzTest
    void model(byte[] file) {
        MemoryStorage storage = new MemoryStorage().with("d/model.onnx", file);
        WholeRead.attempt(storage, "d/model.onnx");
        WholeRead.withinLimits(
                "d/model.onnx",
                () -> Optional.of(OnnxStructure.of(storage, Checkpoints.open(storage, "d/model.onnx"))));
    }
}
