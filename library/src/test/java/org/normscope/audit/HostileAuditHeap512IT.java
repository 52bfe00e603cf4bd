package org.normscope.audit;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class HostileAuditHeap512IT {
    @TestFactory
    Stream<DynamicTest> everyBigCheckpointEndsAsTheManifestSays() throws IOException {
        return HostileAudit.tests("big");
    }
}
