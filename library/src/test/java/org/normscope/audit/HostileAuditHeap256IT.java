package org.normscope.audit;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class HostileAuditHeap256IT {
    @TestFactory
    Stream<DynamicTest> everyHostileCheckpointEndsAsTheManifestSays() throws IOException {
        return HostileAudit.tests(
                "torch", "safetensors", "index", "numeric", "generic", "gguf", "numpy", "dcp", "hdf5");
    }
}
