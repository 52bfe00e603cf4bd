package org.normscope.audit.network;

import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;

/** LSTM layers from their descriptions. */
final class RecurrentLayer {
    /** Steps beyond which a bound says nothing, and takes long. */
    private static final int MOST_STEPS = 1_000_000;

    private RecurrentLayer() {}

    /**
     * The layer; an unknown one where a matrix has no norm.
     *
     * @param input the matrix on the input, four gates above each other
     * @param recurrent the matrix on the output of the step before
     */
    static Layer of(Options options, WeightRow input, WeightRow recurrent) throws BadCheckpointException {
        long width = width(options, input);
        if (recurrent.weight().rows() != 4 * width || recurrent.weight().cols() != width) {
            throw options.because("the recurrent matrix of " + width + " cells has " + 4 * width + " rows and " + width
                    + " columns, not " + recurrent.weight().shape().dims());
        }
        UpperBound first = upper(input);
        UpperBound second = upper(recurrent);
        if (first == null || second == null) {
            WeightRow missing = first == null ? input : recurrent;
            return Lookup.unknown(missing.weight().name(), missing.reason());
        }
        int steps = options.whole("steps", 1).orElseThrow(() -> options.because("needs steps"));
        double state = options.number("state").orElse(0.0);
        if (steps > MOST_STEPS || state < 0) {
            throw options.because("steps must be at most " + MOST_STEPS + ", and state not negative");
        }
        return new Layer.Lstm(first, second, width, new Layer.Lstm.Run(steps, state, outputs(options)));
    }

    private static long width(Options options, WeightRow input) throws BadCheckpointException {
        long rows = input.weight().rows();
        if (input.weight().shape().rank() != 2 || rows % 4 != 0) {
            throw options.because("the matrix of an LSTM has rows for four gates, not "
                    + input.weight().shape().dims());
        }
        return rows / 4;
    }

    private static @Nullable UpperBound upper(WeightRow row) {
        Interval sigma = ReportedNorms.sigma(row);
        return sigma == null ? null : sigma.upper().orElse(null);
    }

    private static Layer.Lstm.Outputs outputs(Options options) throws BadCheckpointException {
        String outputs = options.text("outputs").orElse("last");
        return switch (outputs) {
            case "last" -> Layer.Lstm.Outputs.LAST;
            case "all" -> Layer.Lstm.Outputs.ALL;
            default -> throw options.because("outputs must be last or all");
        };
    }
}
