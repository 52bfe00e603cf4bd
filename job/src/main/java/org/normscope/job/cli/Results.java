package org.normscope.job.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.SingularVectors;
import org.normscope.job.engine.Hadoop;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.sink.Existing;
import org.normscope.job.sink.OutputFolder;
import org.normscope.job.sink.ReportFiles;
import org.normscope.job.sink.VectorsFile;
import org.normscope.report.BuildInfo;
import org.normscope.tensor.Printable;
import org.normscope.weights.EffectiveWeight;

/** The files that a call asks for: made sure of before anything is computed, written at the end. */
final class Results implements AutoCloseable {
    private final @Nullable ReportFiles report;
    private final @Nullable VectorsFile vectors;

    private Results(@Nullable ReportFiles report, @Nullable VectorsFile vectors) {
        this.report = report;
        this.vectors = vectors;
    }

    /**
     * Makes sure that everything can be written.
     *
     * @throws java.nio.file.FileAlreadyExistsException if a file exists and may not be replaced
     * @throws IOException if a folder can't be written to
     */
    static Results prepare(Settings settings, Existing existing) throws IOException {
        Optional<String> out = settings.text(Setting.OUT);
        Optional<String> vectors = settings.text(Setting.VECTORS);
        ReportFiles report = out.isEmpty() ? null : ReportFiles.prepare(folder(out.get()), existing);
        try {
            return new Results(report, vectors.isEmpty() ? null : VectorsFile.prepare(folder(vectors.get()), existing));
        } catch (IOException e) {
            if (report != null) {
                report.close();
            }
            throw e;
        }
    }

    private static OutputFolder folder(String location) throws IOException {
        return OutputFolder.of(location, Hadoop::configuration);
    }

    /** What the plan must bring beside the report. */
    AuditPlan.Request request() {
        return vectors == null ? AuditPlan.Request.REPORT_ONLY : AuditPlan.Request.WITH_VECTORS;
    }

    /** Where vectors go. */
    BiConsumer<EffectiveWeight, SingularVectors> vectors() {
        return vectors == null ? (weight, found) -> {} : vectors::add;
    }

    /** Writes everything, the report last, and says where it is. */
    void write(AuditReport found, List<EffectiveWeight> order, PrintStream told) throws IOException {
        if (vectors != null) {
            told.println("\nVectors: " + Printable.oneLine(vectors.write(order)));
        }
        if (report != null) {
            told.println("\nReport: " + Printable.oneLine(report.write(found, BuildInfo.current())));
        }
    }

    @Override
    public void close() throws IOException {
        if (report != null) {
            report.close();
        }
        if (vectors != null) {
            vectors.close();
        }
    }
}
