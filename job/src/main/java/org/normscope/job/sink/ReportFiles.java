package org.normscope.job.sink;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import org.normscope.audit.result.AuditReport;
import org.normscope.report.BuildInfo;
import org.normscope.report.CsvReport;
import org.normscope.report.HtmlReport;
import org.normscope.report.JsonReport;
import org.normscope.storage.Existing;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Publication;

/** {@code weights.csv}, {@code weights.parquet}, {@code report.html} and, last, {@code report.json} in one folder. */
public final class ReportFiles implements AutoCloseable {
    private static final String CSV = "weights.csv";
    private static final String PARQUET = "weights.parquet";
    private static final String HTML = "report.html";
    private static final String JSON = "report.json";

    private final OutputFolder folder;
    private final Publication publication;

    private ReportFiles(OutputFolder folder, Publication publication) {
        this.folder = folder;
        this.publication = publication;
    }

    /**
     * Gets ready to write, before anything is computed.
     *
     * @throws FileAlreadyExistsException if one of the files exists and may not be replaced
     * @throws IOException if the folder can't be written to
     */
    public static ReportFiles prepare(OutputFolder folder, Existing existing) throws IOException {
        return new ReportFiles(folder, Publication.prepare(folder, List.of(JSON, CSV, PARQUET, HTML), existing));
    }

    /**
     * Writes the files; when {@code report.json} is there, so are the others.
     *
     * @return where {@code report.json} lies
     * @throws IOException if writing fails; then no file under its final name is half written
     */
    public String write(AuditReport report, BuildInfo build) throws IOException {
        publication.write(CSV, out -> CsvReport.write(report, out));
        publication.write(PARQUET, out -> ParquetTable.write(report, out));
        publication.write(HTML, out -> HtmlReport.write(report, out));
        publication.write(JSON, out -> JsonReport.write(report, build, JsonReport.Extent.WHOLE, out));
        publication.publish();
        return folder.location(JSON);
    }

    /** Leaves nothing behind but complete files. */
    @Override
    public void close() {
        publication.close();
    }
}
