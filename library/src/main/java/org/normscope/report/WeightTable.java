package org.normscope.report;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.UpperBound;
import org.normscope.weightnorm.MatrixStatistics;

/** The rows of {@code weights[]} as a flat table, for CSV and Parquet; columns in the order of report.json. */
public final class WeightTable {
    private static final List<Column> COLUMNS = List.of(
            new Column("name", Type.TEXT, row -> row.weight().name()),
            new Column("source", Type.TEXT, row -> row.weight().source().name()),
            new Column("how", Type.TEXT, row -> Measured.how(row.weight())),
            new Column("status", Type.TEXT, row -> row.status().word()),
            new Column("reason", Type.TEXT, WeightRow::reason),
            new Column("rows", Type.INTEGER, row -> row.weight().rows()),
            new Column("cols", Type.INTEGER, row -> row.weight().cols()),
            new Column("dim", Type.INTEGER, row -> (long) row.dim()),
            new Column("batch_index", Type.INTEGER, row -> row.weight().batchIndex()),
            new Column("row_axis", Type.TEXT, row -> Measured.rowAxis(row.weight())),
            ofNorm("sigma_lower", Type.REAL, norm -> norm.sigma().lower().value()),
            ofNorm(
                    "sigma_upper",
                    Type.REAL,
                    norm -> norm.sigma().upper().map(UpperBound::value).orElse(null)),
            ofNorm("sigma_estimate", Type.REAL, norm -> norm.sigma().estimate()),
            ofNorm(
                    "sigma_certificate",
                    Type.TEXT,
                    norm -> norm.sigma().certificate().word()),
            ofNorm("sigma_failure_probability", Type.REAL, norm -> norm.sigma().failureProbability()),
            ofNorm("sigma_method", Type.TEXT, norm -> norm.method().word()),
            ofNorm("sigma_passes", Type.INTEGER, norm -> (long) norm.passes()),
            new Column("sigma_used", Type.REAL, WeightRow::sigmaUsed),
            new Column("sn_excess", Type.REAL, WeightRow::spectralNormExcess),
            new Column("frobenius", Type.REAL, row -> Measured.frobenius(row.statistics())),
            new Column("stable_rank", Type.REAL, WeightRow::stableRank),
            ofRowNorm("row_norm_min", MatrixStatistics.Range::min),
            ofRowNorm("row_norm_max", MatrixStatistics.Range::max),
            ofRowNorm("row_norm_mean", MatrixStatistics.Range::mean),
            ofStatistics("nan", MatrixStatistics::nan),
            ofStatistics("inf", MatrixStatistics::inf),
            ofStatistics("zero_rows", MatrixStatistics::zeroRows),
            new Column("rounding_bound", Type.REAL, WeightRow::roundingBound),
            ofOperator(
                    "operator_lower",
                    Type.REAL,
                    operator -> operator.interval().lower().value()),
            ofOperator(
                    "operator_upper",
                    Type.REAL,
                    operator ->
                            operator.interval().upper().map(UpperBound::value).orElse(null)),
            ofOperator(
                    "operator_estimate",
                    Type.REAL,
                    operator -> operator.interval().estimate()),
            ofOperator(
                    "operator_certificate",
                    Type.TEXT,
                    operator -> operator.interval().certificate().word()),
            ofOperator("operator_evaluations", Type.INTEGER, OperatorBound::evaluations),
            ofOperator("operator_stride", Type.TEXT, operator -> joined(operator.stride(), " ")),
            ofOperator("operator_dilation", Type.TEXT, operator -> joined(operator.dilation(), " ")),
            ofOperator("operator_groups", Type.INTEGER, operator -> (long) operator.groups()),
            ofOperator("operator_transposed", Type.TEXT, operator -> String.valueOf(operator.transposed())),
            ofOperator("operator_assumed", Type.TEXT, operator -> joined(operator.assumed(), "; ")));

    private WeightTable() {}

    /** All columns, in order. */
    public static List<Column> columns() {
        return COLUMNS;
    }

    /** What a column holds. */
    public enum Type {
        /** A {@link String}. */
        TEXT,
        /** A {@link Long}. */
        INTEGER,
        /** A finite {@link Double}. */
        REAL
    }

    /**
     * A column.
     *
     * @param name in snake_case, parents joined by {@code _}
     * @param type of every cell that isn't empty
     * @param cell reads a row's cell
     */
    public record Column(String name, Type type, Cell<WeightRow> cell) {
        /** A row's cell, of the column's type; null where nothing is defined, numbers that aren't finite included. */
        public @Nullable Object of(WeightRow row) {
            Object value = cell.of(row);
            return value instanceof Double number && !Double.isFinite(number) ? null : value;
        }
    }

    /** Reads one value of something. */
    public interface Cell<T> {
        /** The value, or null if there is none. */
        @Nullable
        Object of(T from);
    }

    private static Column ofNorm(String name, Type type, Cell<WeightNorm> cell) {
        return new Column(name, type, row -> row.norm() == null ? null : cell.of(row.norm()));
    }

    private static Column ofOperator(String name, Type type, Cell<OperatorBound> cell) {
        return ofNorm(name, type, norm -> norm.operator() == null ? null : cell.of(norm.operator()));
    }

    private static String joined(List<?> values, String separator) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(separator));
    }

    private static Column ofStatistics(String name, Cell<MatrixStatistics> cell) {
        return new Column(name, Type.INTEGER, row -> row.statistics() == null ? null : cell.of(row.statistics()));
    }

    private static Column ofRowNorm(String name, Cell<MatrixStatistics.Range> cell) {
        return new Column(name, Type.REAL, row -> {
            MatrixStatistics.Range range = Measured.rowNorm(row.statistics());
            return range == null ? null : cell.of(range);
        });
    }
}
