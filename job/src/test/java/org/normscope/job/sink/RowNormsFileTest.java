package org.normscope.job.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.elements.TensorFiles;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;

class RowNormsFileTest {
    private static final StoredTensor TENSOR = StoredTensor.contiguous("w", DType.F32, Shape.of(3, 2), 0, 0);
    private static final EffectiveWeight WEIGHT = EffectiveWeight.plain(TENSOR);
    private static final AuditTask TASK = new AuditTask(0, TENSOR, new TensorFiles(Map.of(0, "file")), WEIGHT);

    @TempDir
    private Path folder;

    @Test
    void aRowThatIsMissingLeavesNoFile() throws Exception {
        WeightRow analyzed = new WeightRow(WEIGHT, Status.ANALYZED, null, null, null);
        try (RowNormsFile file = RowNormsFile.prepare(new LocalFolder(folder), Existing.REFUSED)) {
            file.add(new RowNorms(TASK, 1, new double[] {1, 2}));
            assertThatThrownBy(() -> file.write(List.of(analyzed))).hasMessageContaining("2 row norms of 3");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anAuditThatEndsEarlyLeavesNoFile() throws Exception {
        try (RowNormsFile file = RowNormsFile.prepare(new LocalFolder(folder), Existing.REFUSED)) {
            file.add(new RowNorms(TASK, 0, new double[] {1, 2, 3}));
        }
        assertThat(folder).isEmptyDirectory();
    }
}
