package org.normscope.report;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Certificate;
import org.normscope.bound.UpperBound;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Printable;
import org.normscope.weights.How;

/** A report for the terminal: the largest norms, what was left out and why, and in words what the bounds mean. */
public final class TextReport {
    private static final int SHOWN = 10;

    private final AuditReport report;
    private final StringBuilder out = new StringBuilder();

    private TextReport(AuditReport report) {
        this.report = report;
    }

    /** The text, lines ending in {@code \n}, without a character that could act on a terminal. */
    public static String of(AuditReport report) {
        TextReport text = new TextReport(report);
        text.out.append(heading(report.checkpoint(), report.tensors().size(), report.bytes()));
        text.largest();
        text.out.append(OperatorText.of(report, SHOWN, Shortened.IN_TABLE));
        text.meaning();
        text.out.append(AdapterText.of(report.adapter(), report.model()));
        text.out.append(ModelText.of(report.model()));
        text.remarks();
        text.leftOut(Status.SKIPPED, "Skipped");
        text.leftOut(Status.FAILED, "Failed, for they could not be read");
        text.out.append(notes(report.checkpoint()));
        text.ledger();
        return text.out.toString();
    }

    /** Where the checkpoint lies and what it is. */
    static String heading(Checkpoint checkpoint, long tensors, long bytes) {
        String architecture = checkpoint
                .architecture()
                .map(name -> ", " + Shortened.name(name, Shortened.IN_TABLE))
                .orElse("");
        return Printable.oneLine(checkpoint.location()) + "\n  " + checkpoint.format() + architecture + ": "
                + Figures.count(tensors, "tensor") + ", " + Figures.bytes(bytes) + ", in "
                + Figures.count(checkpoint.files().size(), "file") + "\n";
    }

    /** What a person should know of the checkpoint; empty if there is nothing. */
    static String notes(Checkpoint checkpoint) {
        if (checkpoint.notes().isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("\nNotes:\n");
        checkpoint
                .notes()
                .forEach(
                        note -> out.append("  ").append(Printable.oneLine(note)).append('\n'));
        return out.toString();
    }

    private static double highest(WeightNorm norm) {
        return norm.sigma().upper().map(UpperBound::value).orElse(norm.sigma().estimate());
    }

    private List<WeightRow> analyzed() {
        return report.weights().stream().filter(row -> row.norm() != null).toList();
    }

    private void largest() {
        List<WeightRow> analyzed = analyzed();
        if (report.weights().isEmpty()) {
            out.append("\nThere is no matrix in this checkpoint: no floating tensor has two dimensions or more.\n");
            return;
        }
        if (analyzed.isEmpty()) {
            out.append("\nNo matrix could be analyzed.\n");
            return;
        }
        out.append(
                analyzed.size() <= SHOWN
                        ? "\nSpectral norms, largest first:\n\n"
                        : "\nThe " + SHOWN + " largest spectral norms of " + analyzed.size()
                                + " (--json or --out DIR for all):\n\n");
        List<WeightRow> shown = analyzed.stream()
                .sorted(Comparator.comparingDouble(
                        (WeightRow row) -> -norm(row).map(TextReport::highest).orElse(0.0)))
                .limit(SHOWN)
                .toList();
        out.append(table(shown));
        leading(shown);
    }

    /** Singular values beyond the first, where they were asked for. */
    private void leading(List<WeightRow> rows) {
        if (report.settings().top() < 2) {
            return;
        }
        Columns table = new Columns("ll");
        rows.forEach(row -> norm(row)
                .ifPresent(norm -> table.line(
                        norm.singularValues().stream()
                                .limit(SHOWN)
                                .map(Figures::close)
                                .collect(Collectors.joining("  ")),
                        name(row))));
        out.append("\nTheir leading singular values, estimated:\n\n").append(table);
    }

    private static Columns table(List<WeightRow> rows) {
        boolean plain = rows.stream().allMatch(row -> how(row).isEmpty());
        Columns table = new Columns("rrllrrll");
        table.line(
                "at least",
                "at most",
                "certificate",
                "method",
                "passes",
                "stable rank",
                "weight",
                plain ? "" : "made by");
        rows.forEach(row -> norm(row).ifPresent(norm -> line(table, row, norm)));
        return table;
    }

    /** Empty where the weight is stored as it is, as most are. */
    private static String how(WeightRow row) {
        return row.weight().how() == How.PLAIN ? "" : row.weight().how().word();
    }

    /** Matrices of a stack have the same name, and their index behind it. */
    private static String name(WeightRow row) {
        String name = Shortened.name(row.weight().name(), Shortened.IN_TABLE);
        return row.weight().isSlice() ? name + "[" + row.weight().batchIndex() + "]" : name;
    }

    private static Optional<WeightNorm> norm(WeightRow row) {
        return Optional.ofNullable(row.norm());
    }

    private static void line(Columns table, WeightRow row, WeightNorm norm) {
        Double stableRank = row.stableRank();
        table.line(
                Figures.down(norm.sigma().lower().value()),
                norm.sigma().upper().map(upper -> Figures.up(upper.value())).orElse("unknown"),
                norm.sigma().certificate().word().replace('_', ' '),
                norm.method().word(),
                String.valueOf(norm.passes()),
                stableRank == null || stableRank.isInfinite() ? "none" : Figures.near(stableRank),
                name(row),
                how(row));
    }

    /** What can be relied on, and with which chance not. */
    private void meaning() {
        Map<Certificate, Integer> counts = new EnumMap<>(Certificate.class);
        for (WeightRow row : report.weights()) {
            norm(row).ifPresent(norm -> counts.merge(norm.sigma().certificate(), 1, Integer::sum));
        }
        int random = counts.getOrDefault(Certificate.PROBABILISTIC, 0);
        int open = counts.getOrDefault(Certificate.LOWER_ONLY, 0);
        int sure = counts.values().stream().mapToInt(Integer::intValue).sum() - random - open;
        out.append(counts.isEmpty() ? "" : "\n");
        if (sure > 0) {
            out.append(Figures.count(sure, "interval")).append(sure == 1 ? " contains" : " contain");
            out.append(" the true norm for certain.\n");
        }
        if (random > 0) {
            out.append(Figures.count(random, "upper bound")).append(random == 1 ? " rests" : " rest");
            out.append(" on a random start: the chance that ").append(random == 1 ? "it" : "any of them");
            out.append(" is too small is below ").append(Figures.chance(report.failureProbability()));
            out.append(" (seed ").append(report.settings().seed()).append(").\n");
        }
        if (open > 0) {
            out.append(Figures.count(open, "norm"));
            out.append(open == 1 ? " is" : " are").append(" bounded from below only; the true value may be larger.\n");
        }
    }

    /** What is to be known of norms that were computed: a limit was reached, nothing bounds from above. */
    private void remarks() {
        Reasons reasons = new Reasons();
        for (WeightRow row : analyzed()) {
            if (row.reason() != null) {
                reasons.add(row.reason(), row.weight().name());
            }
        }
        if (!reasons.isEmpty()) {
            out.append("\nWorth knowing:\n").append(reasons);
        }
    }

    private void leftOut(Status status, String title) {
        Reasons reasons = new Reasons();
        for (TensorRow row : report.tensors()) {
            if (row.status() == status) {
                reasons.add(row);
            }
        }
        for (WeightRow row : report.weights()) {
            if (row.status() == status && !row.weight().isStored()) {
                reasons.add(String.valueOf(row.reason()), row.weight().name());
            }
        }
        if (!reasons.isEmpty()) {
            out.append('\n').append(title).append(":\n").append(reasons);
        }
    }

    private void ledger() {
        out.append('\n')
                .append(Figures.count(report.tensors().size(), "tensor"))
                .append(": ");
        out.append(report.count(Status.ANALYZED)).append(" analyzed, ");
        out.append(report.count(Status.SKIPPED)).append(" skipped, ");
        out.append(report.count(Status.FAILED)).append(" failed; ");
        out.append(analyzed().size())
                .append(" of ")
                .append(Figures.count(report.weights().size(), "matrix"));
        out.append(analyzed().size() == 1 ? " has a norm.\n" : " have a norm.\n");
    }
}
