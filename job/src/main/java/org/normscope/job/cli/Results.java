package org.normscope.job.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.Extras;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.SingularVectors;
import org.normscope.audit.result.WeightRow;
import org.normscope.job.engine.Hadoop;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.sink.OutputFolders;
import org.normscope.job.sink.ReportFiles;
import org.normscope.job.sink.RowNormsFile;
import org.normscope.job.sink.VectorsFile;
import org.normscope.report.BuildInfo;
import org.normscope.storage.Existing;
import org.normscope.storage.OutputFolder;
import org.normscope.tensor.Printable;
import org.normscope.weights.EffectiveWeight;

/** The files that a call asks for: made sure of before anything is computed, written at the end. */
final class Results implements AutoCloseable {
    private final @Nullable ReportFiles report;
    private final @Nullable VectorsFile vectors;
    private final @Nullable RowNormsFile rows;

    private Results(@Nullable ReportFiles report, @Nullable VectorsFile vectors, @Nullable RowNormsFile rows) {
        this.report = report;
        this.vectors = vectors;
        this.rows = rows;
    }

    /**
     * Makes sure that everything can be written.
     *
     * @throws java.nio.file.FileAlreadyExistsException if a file exists and may not be replaced
     * @throws IOException if a folder can't be written to
     */
    static Results prepare(Settings settings, Existing existing) throws IOException {
        ReportFiles report = null;
        VectorsFile vectors = null;
        try {
            if (settings.text(Setting.OUT).isPresent()) {
                report = ReportFiles.prepare(folder(settings, Setting.OUT), existing);
            }
            if (settings.text(Setting.VECTORS).isPresent()) {
                vectors = VectorsFile.prepare(folder(settings, Setting.VECTORS), existing);
            }
            boolean rows = settings.text(Setting.ROW_NORMS).isPresent();
            return new Results(
                    report, vectors, rows ? RowNormsFile.prepare(folder(settings, Setting.ROW_NORMS), existing) : null);
        } catch (IOException e) {
            new Results(report, vectors, null).close();
            throw e;
        }
    }

    private static OutputFolder folder(Settings settings, Setting setting) throws IOException {
        return OutputFolders.of(settings.text(setting).orElseThrow(), Hadoop::configuration);
    }

    /** What the plan must bring beside the report. */
    static AuditPlan.Request request(Settings settings) {
        Set<AuditPlan.Extra> extras = EnumSet.noneOf(AuditPlan.Extra.class);
        if (settings.text(Setting.VECTORS).isPresent()) {
            extras.add(AuditPlan.Extra.VECTORS);
        }
        if (settings.text(Setting.ROW_NORMS).isPresent()) {
            extras.add(AuditPlan.Extra.ROW_NORMS);
        }
        return new AuditPlan.Request(extras);
    }

    /** Where what the plan brings beside the report goes. */
    Extras extras() {
        return new Extras() {
            @Override
            public void vectors(EffectiveWeight weight, SingularVectors found) {
                if (vectors != null) {
                    vectors.add(weight, found);
                }
            }

            @Override
            public void rowNorms(RowNorms norms) {
                if (rows != null) {
                    rows.add(norms);
                }
            }
        };
    }

    /** Writes everything, the report last, and says where it is. */
    void write(AuditReport found, PrintStream told) throws IOException {
        if (vectors != null) {
            List<EffectiveWeight> order =
                    found.weights().stream().map(WeightRow::weight).toList();
            told.println("\nVectors: " + Printable.oneLine(vectors.write(order)));
        }
        if (rows != null) {
            told.println("\nRow norms: " + Printable.oneLine(rows.write(found.weights())));
        }
        if (report != null) {
            told.println("\nReport: " + Printable.oneLine(report.write(found, BuildInfo.current())));
        }
    }

    @Override
    public void close() throws IOException {
        try (rows;
                vectors;
                report) {
            return;
        }
    }
}
