package org.normscope.audit.network;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.TensorRow;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;
import org.normscope.weightnorm.MatrixStatistics;

/**
 * The least spread of vectors that enter a normalization, as a description states it.
 *
 * @param number the spread itself, or a factor of {@link #rows}'
 * @param rows a matrix whose rows are the vectors: the spread is the least root mean square of a row; null for none
 */
record SpreadFloor(double number, @Nullable Options rows) {
    private static final String KEY = "spread_floor";

    static SpreadFloor of(Options top) throws BadCheckpointException {
        if (!(top.values().get(KEY) instanceof Map<?, ?>)) {
            return new SpreadFloor(top.number(KEY).orElse(0.0), null);
        }
        Options rows = top.object(KEY).orElseThrow();
        rows.requireOnly(List.of("rows_of", "factor"));
        return new SpreadFloor(rows.number("factor").orElse(1.0), rows);
    }

    /**
     * A lower bound on the spread; 0 where nothing is known.
     *
     * @param lookup of the matrix
     */
    double value(Lookup lookup) throws BadCheckpointException {
        if (rows == null) {
            return number;
        }
        TensorRow tensor = lookup.tensor(rows, rows.requiredText("rows_of"));
        MatrixStatistics statistics = Lookup.statistics(tensor);
        List<Long> dims = tensor.tensor().shape().dims();
        return statistics == null || dims.size() != 2
                ? 0
                : statistics.rowNorm().min() * (1 - 1e-12) * number / Math.sqrt(dims.get(1));
    }

    /** What is assumed, in words. */
    String assumption(double value) throws BadCheckpointException {
        return "local constants of blocks, not the bound: vectors that enter a normalization have a spread of at least "
                + value
                + (rows == null
                        ? ""
                        : ", the least root mean square of a row of " + Printable.quoted(rows.requiredText("rows_of"))
                                + (number == 1 ? "" : " times " + number));
    }
}
