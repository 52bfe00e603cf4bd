package org.normscope.report;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.UpperBound;

/** The part of a report for the terminal that is about convolutions as operators; those of one tap are matrices, and not repeated. */
final class OperatorText {
    private static final String STRIDE = "stride 1";
    private static final String UNKNOWN =
            "; strides are unknown:\n\"at most\" holds for every stride, dilation and number of groups, \"at least\""
                    + " for 1 of each.\n\n";
    private static final String KNOWN =
            ":\n\"at most\" holds for the strides, dilations and groups that the network description says, for all of those"
                    + " that it doesn't say.\n\n";

    private OperatorText() {}

    /** A convolution and its norm. */
    private record Line(WeightRow row, OperatorBound operator) {
        static @Nullable Line of(WeightRow row) {
            boolean isMatrix = row.weight().shape().dims().stream().skip(2).allMatch(taps -> taps == 1);
            OperatorBound operator =
                    row.norm() == null || isMatrix ? null : row.norm().operator();
            return operator == null ? null : new Line(row, operator);
        }

        double highest() {
            return operator.interval()
                    .upper()
                    .map(UpperBound::value)
                    .orElse(operator.interval().estimate());
        }

        void addTo(Columns table, int longestName) {
            table.line(
                    Figures.down(operator.interval().lower().value()),
                    operator.interval()
                            .upper()
                            .map(upper -> Figures.up(upper.value()))
                            .orElse("unknown"),
                    operator.interval().certificate().word().replace('_', ' '),
                    String.valueOf(operator.evaluations()),
                    Shortened.name(row.weight().name(), longestName));
        }
    }

    private static boolean isUnknown(List<Line> lines) {
        return lines.stream().allMatch(line -> line.operator().assumed().contains(STRIDE));
    }

    /** The text; empty without convolutions. */
    static String of(AuditReport report, int shown, int longestName) {
        List<Line> lines = report.weights().stream()
                .map(Line::of)
                .filter(java.util.Objects::nonNull)
                .sorted(Comparator.comparingDouble((Line line) -> -line.highest()))
                .toList();
        if (lines.isEmpty()) {
            return "";
        }
        Columns table = new Columns("rrlrl");
        table.line("at least", "at most", "certificate", "evaluations", "convolution");
        lines.stream().limit(shown).forEach(line -> line.addTo(table, longestName));
        String count = lines.size() <= shown
                ? "Norms of convolutions as operators, largest first"
                : "The " + shown + " largest norms of " + lines.size() + " convolutions as operators";
        return "\n" + count + (isUnknown(lines) ? UNKNOWN : KNOWN) + table;
    }
}
