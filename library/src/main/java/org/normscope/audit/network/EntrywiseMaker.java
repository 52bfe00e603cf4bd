package org.normscope.audit.network;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import org.normscope.audit.result.TensorRow;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;

/**
 * Functions of each entry by itself that are described by numbers.
 *
 * @param lookup where slopes and factors are stored
 */
record EntrywiseMaker(Lookup lookup) {
    /** Of a function of which f(0) isn't known. */
    private static final double ANYWHERE = Double.POSITIVE_INFINITY;

    /**
     * The layer.
     *
     * @throws BadCheckpointException if a value is missing or out of range
     * @throws IOException if the storage fails
     */
    Layer make(LayerKind kind, Options options) throws BadCheckpointException, IOException {
        String word = kind.word();
        Object value = options.values().get(word);
        return switch (kind) {
            case PRELU -> stored(options, word, 1);
            case SCALE -> value instanceof String ? stored(options, word, 0) : scale(options, word);
            case SHIFT -> shift(options, word);
            case ELU -> Layer.Elementwise.elu(LayerMaker.positive(options, word));
            case SLOPES -> sloped(options, word);
            default -> throw new IllegalArgumentException(word);
        };
    }

    /** A factor, which may have been rounded. */
    private static Layer scale(Options options, String word) throws BadCheckpointException {
        double factor = Math.abs(options.requiredNumber(word));
        if (factor == Double.MAX_VALUE) {
            throw options.because(word + " is too large");
        }
        return LayerMaker.fixed(options, "factor", WideBound.of(factor == 0 ? 0 : Math.nextUp(factor)));
    }

    /** Slopes that are the entries of a tensor, and one more where that isn't 0. */
    private Layer stored(Options options, String word, double other) throws BadCheckpointException, IOException {
        TensorRow row = lookup.tensor(options, options.requiredText(word));
        double[] slopes = lookup.values(row);
        double first = other != 0 || slopes.length == 0 ? other : slopes[0];
        double least = DoubleStream.of(slopes).reduce(first, Math::min);
        double most = DoubleStream.of(slopes).reduce(first, Math::max);
        return Double.isFinite(least) && Double.isFinite(most)
                ? new Layer.Elementwise(word, least, most, Math.max(Math.abs(least), Math.abs(most)), 0)
                : Lookup.unknown(row.tensor().name(), "it holds infinite entries or NaN");
    }

    /** A constant of at most a norm; one that is stored may be added many times over, at every position. */
    private Layer shift(Options options, String word) throws BadCheckpointException {
        Object value = options.values().get(word);
        if (value instanceof String name) {
            TensorRow row = lookup.tensor(options, name);
            return Lookup.statistics(row) == null
                    ? Lookup.unknown(name, row.reason())
                    : new Layer.Elementwise(word, 1, 1, 1, ANYWHERE);
        }
        if (value instanceof Boolean) {
            return new Layer.Elementwise(word, 1, 1, 1, ANYWHERE);
        }
        double size = options.requiredNumber(word);
        if (size < 0) {
            throw options.because(word + " must not be negative");
        }
        return new Layer.Shift(new UpperBound(size));
    }

    private static Layer sloped(Options options, String word) throws BadCheckpointException {
        List<Double> ends = options.numbers(word);
        if (ends.size() != 2 || ends.get(0) > ends.get(1)) {
            throw options.because(word + " must be the least and the largest slope");
        }
        double steepest = Math.max(Math.abs(Collections.min(ends)), Math.abs(Collections.max(ends)));
        double atZero = Math.abs(options.number("at_zero").orElse(ANYWHERE));
        return new Layer.Elementwise("function", ends.get(0), ends.get(1), steepest, atZero);
    }
}
