package org.normscope.audit.network;

import org.jspecify.annotations.Nullable;
import org.normscope.bound.UpperBound;
import org.normscope.spectral.Rounding;

/** {@code b + W shift} of a part's outputs, as upper bounds on the size of each entry: what is left of biases when a normalization before it is folded in. */
final class PartOffsets {
    private final MatrixPart part;
    private final double @Nullable [] shift;
    private final double[] moved;
    private final double[] sizes;

    PartOffsets(MatrixPart part, @Nullable Fold fold) {
        this.part = part;
        this.shift = fold == null ? null : fold.shift();
        this.moved = new double[part.outputs()];
        this.sizes = new double[part.outputs()];
    }

    /** Takes in a stored row, without its scale. */
    void take(int index, double[] row) {
        if (shift == null) {
            return;
        }
        if (part.transposed()) {
            for (int i = 0; i < moved.length; i++) {
                add(i, row[part.from() + i] * shift[index]);
            }
        } else if (index >= part.from() && index < part.to()) {
            for (int j = 0; j < row.length; j++) {
                add(index - part.from(), row[j] * shift[j]);
            }
        }
    }

    private void add(int output, double summand) {
        moved[output] += summand;
        sizes[output] += Math.abs(summand);
    }

    /**
     * Upper bounds on the size of each output's offset.
     *
     * @param bias as it is stored; null for none
     * @param roundings that an entry of the weight has behind it
     */
    double[] bounds(double @Nullable [] bias, long roundings) {
        double[] bounds = new double[moved.length];
        double error = Rounding.gamma(part.inputs() + 8.0 + roundings);
        for (int i = 0; i < bounds.length; i++) {
            double constant = bias == null ? 0 : bias[part.firstBias() + i];
            double size = Math.abs(constant + moved[i]) * (1 + 0x1p-50);
            bounds[i] = size + (shift == null ? 0 : error * sizes[i] * (1 + 1e-9));
        }
        return bounds;
    }

    /** Upper bound on the Euclidean norm of some entries. */
    static UpperBound norm(double[] bounds, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += bounds[i] * bounds[i];
        }
        double root = Math.sqrt(sum * (1 + Rounding.gamma(to - from + 4.0)));
        return new UpperBound(root == 0 ? 0 : Math.nextUp(root));
    }

    /** The largest of them. */
    static UpperBound largest(double[] bounds) {
        double largest = 0;
        for (double bound : bounds) {
            largest = Math.max(largest, bound);
        }
        return new UpperBound(largest);
    }
}
