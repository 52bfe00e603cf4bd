package org.normscope.job.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.job.demo.Planted;
import org.normscope.report.BuildInfo;
import org.normscope.report.Columns;
import org.normscope.report.CsvReport;
import org.normscope.report.Figures;
import org.normscope.report.JsonReport;

/**
 * Whether a demo kept its promises.
 *
 * @param report of the local engine
 * @param other of Spark
 * @param missed planted matrices whose truth is outside the interval
 * @param sameBytes whether both reports agree in every byte that may not differ
 */
record DemoVerdict(AuditReport report, AuditReport other, List<Planted> missed, boolean sameBytes) {
    /** A closed form, once rounded to a double, may lie this far outside. */
    private static final double ROUNDING = 1e-13;

    static DemoVerdict of(AuditReport onThreads, AuditReport onSpark) throws IOException {
        Map<String, WeightRow> rows = rows(onThreads);
        List<Planted> missed = Planted.all().stream()
                .filter(planted -> !contains(rows.get(planted.name()), planted.norm()))
                .toList();
        boolean same = Arrays.equals(repeatable(onThreads), repeatable(onSpark));
        return new DemoVerdict(onThreads, onSpark, missed, same);
    }

    private static Map<String, WeightRow> rows(AuditReport report) {
        return report.weights().stream()
                .collect(Collectors.toMap(row -> row.weight().name(), Function.identity()));
    }

    private static boolean contains(@Nullable WeightRow row, double truth) {
        WeightNorm norm = row == null ? null : row.norm();
        if (norm == null) {
            return false;
        }
        Interval sigma = norm.sigma();
        double upper = sigma.upper().map(bound -> bound.value()).orElse(Double.POSITIVE_INFINITY);
        return sigma.lower().value() * (1 - ROUNDING) <= truth && truth <= upper * (1 + ROUNDING);
    }

    private static byte[] repeatable(AuditReport report) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonReport.write(report, BuildInfo.current(), JsonReport.Extent.REPEATABLE, bytes);
        CsvReport.write(report, bytes);
        return bytes.toByteArray();
    }

    boolean isGood() {
        return missed.isEmpty() && sameBytes;
    }

    /** For a person. */
    String text(Path folder) {
        int planted = Planted.all().size();
        String truths = missed.isEmpty()
                ? "All " + planted + " truths lie in their intervals.\n"
                : "NOT in its interval: the truth of "
                        + missed.stream().map(Planted::name).collect(Collectors.joining(", ")) + ".\n";
        return "A checkpoint of two shards in bfloat16, whose spectral norms are known without computing them:\n\n"
                + table() + "\n" + truths
                + engines() + "Skipped, as it should be: " + skipped() + ".\n\n"
                + "Checkpoint: " + folder.resolve("checkpoint") + "\n"
                + "Reports:    " + folder.resolve("local").resolve("report.json") + "\n"
                + "            " + folder.resolve("spark").resolve("report.json") + "\n"
                + "Next:       ./normscope audit " + folder.resolve("checkpoint") + "\n"
                + "            ./normscope audit PATH-OF-YOUR-OWN-CHECKPOINT\n";
    }

    private String table() {
        Columns table = new Columns("lrrrll");
        table.line("weight", "truth", "at least", "at most", "certificate", "why the truth is known");
        Map<String, WeightRow> rows = rows(report);
        for (Planted planted : Planted.all()) {
            WeightRow row = rows.get(planted.name());
            WeightNorm norm = row == null ? null : row.norm();
            table.line(
                    planted.name(),
                    Figures.close(planted.norm()),
                    norm == null ? "none" : Figures.down(norm.sigma().lower().value()),
                    norm == null
                            ? "none"
                            : norm.sigma()
                                    .upper()
                                    .map(upper -> Figures.up(upper.value()))
                                    .orElse("unknown"),
                    norm == null ? "none" : norm.sigma().certificate().word(),
                    planted.why());
        }
        return table.toString();
    }

    private String engines() {
        String both = String.format(
                Locale.ROOT,
                "The local engine took %.1f s, Spark on %s %.1f s, and ",
                report.run().seconds(),
                other.run().environment().get("master"),
                other.run().seconds());
        return both + (sameBytes ? "both reports are the same, byte for byte.\n" : "their reports DIFFER.\n");
    }

    private String skipped() {
        return report.tensors().stream()
                .filter(row -> row.status() == Status.SKIPPED)
                .map(row -> row.tensor().name() + " (" + row.reason() + ")")
                .collect(Collectors.joining("; "));
    }
}
