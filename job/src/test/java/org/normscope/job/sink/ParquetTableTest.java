package org.normscope.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.demo.DemoCheckpoint;
import org.normscope.kernel.Kernels;
import org.normscope.report.BuildInfo;
import org.normscope.report.WeightTable;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;

class ParquetTableTest {
    @TempDir
    private Path folder;

    @Test
    void everyCellReadsBack() throws Exception {
        AuditReport report = report();
        try (ReportFiles files = ReportFiles.prepare(new LocalFolder(folder.resolve("out")), Existing.REFUSED)) {
            files.write(report, new BuildInfo("1", "c"));
        }

        try (ParquetReader<Group> reader = reader(folder.resolve("out/weights.parquet"))) {
            for (var row : report.weights()) {
                Group group = reader.read();
                for (WeightTable.Column column : WeightTable.columns()) {
                    Object expected = column.of(row);
                    int count = group.getFieldRepetitionCount(column.name());
                    assertThat(count).isEqualTo(expected == null ? 0 : 1);
                    if (expected != null) {
                        assertThat(group.getValueToString(group.getType().getFieldIndex(column.name()), 0))
                                .isEqualTo(expected.toString());
                    }
                }
            }
            assertThat(reader.read()).isNull();
        }
    }

    private AuditReport report() throws Exception {
        DemoCheckpoint.write(folder);
        LocalStorage storage = new LocalStorage();
        AuditPlan plan = Audit.plan(
                Checkpoints.open(storage, folder.toString()), AuditSettings.DEFAULT, AuditPlan.Request.REPORT_ONLY);
        Audit audit = new Audit(new LocalEngine(storage, Kernels.best()), Kernels.best(), Audit.Progress.SILENT);
        return audit.run(plan, 0, (weight, vectors) -> {});
    }

    private static ParquetReader<Group> reader(Path file) throws IOException {
        return ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
                .withConf(new Configuration())
                .build();
    }
}
