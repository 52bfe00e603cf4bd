package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Rounding;

/**
 * ECLipsE-Fast (Xu, Sivaranjani, NeurIPS 2024), every rounding counted: layer by layer a matrix M with
 * {@code δᵀ M δ <= scale ‖δ_0‖²}, δ the difference of two runs. Behind slopes between 0 and p, {@code y (p z - y) >= 0} for every
 * entry of z = W δ and y, so {@code M' = lambda I - (lambda p / 2)² T} will do for any lambda and any {@code T >= W M⁻¹ Wᵀ}; lambda = 2 /
 * (p² largest eigenvalue of T). What is computed is such a T and a matrix below M', as they stand in memory.
 */
final class Eclipse {
    /** Widest layer: some matrices of this order are held at once. */
    private static final int WIDEST = 4096;

    private Eclipse() {}

    /**
     * A bound, or why there is none.
     *
     * @param bound null if there is none
     * @param reason null if there is one
     * @param upTo bounds of the chain up to each matrix, as far as they were found
     */
    record Outcome(@Nullable WideBound bound, @Nullable String reason, List<WideBound> upTo) {
        /** No bound. */
        static Outcome none(String reason) {
            return new Outcome(null, reason, List.of());
        }
    }

    /**
     * The bound for matrices with functions between them.
     *
     * @param weights the first one applied first; not modified
     * @param between one fewer
     */
    static Outcome bound(List<Matrix> weights, List<Layer.Elementwise> between) {
        for (Layer.Elementwise function : between) {
            if (function.minSlope() < 0 && function.maxSlope() > 0) {
                return Outcome.none(
                        "ECLipsE-Fast needs slopes of one sign; those of " + function.name() + " have both");
            }
        }
        for (Matrix weight : weights.subList(0, weights.size() - 1)) {
            if (weight.rows() > WIDEST) {
                return Outcome.none(
                        "ECLipsE-Fast is limited to layers of " + WIDEST + " neurons, one has " + weight.rows());
            }
        }
        return new Chain(weights, between).bound();
    }

    /** The state between two layers. */
    private static final class Chain {
        private final List<Matrix> weights;
        private final List<Layer.Elementwise> between;
        /** M; null for the identity. */
        private @Nullable Matrix state;
        /** L² is 2^doubled times the largest eigenvalue of the last T. */
        private int doubled;

        Chain(List<Matrix> weights, List<Layer.Elementwise> between) {
            this.weights = weights;
            this.between = between;
        }

        Outcome bound() {
            List<WideBound> upTo = new ArrayList<>();
            for (int i = 0; i < weights.size(); i++) {
                int exponent = DenseNorm.exponent(weights.get(i));
                doubled = Math.addExact(doubled, 2 * exponent);
                Optional<Matrix> transfer = SchurBound.of(DenseNorm.scaled(weights.get(i), -exponent), state);
                if (transfer.isEmpty()) {
                    return Outcome.none("ECLipsE-Fast: rounding can't be bounded at layer " + i + " (from 0)");
                }
                Interval largest = DenseNorm.rootOfLargestEigenvalue(transfer.get());
                UpperBound root = largest.upper().orElseThrow();
                upTo.add(root(root));
                double slope = i < between.size() ? steepest(between.get(i)) : 1;
                if (root.value() == 0 || slope == 0) {
                    return new Outcome(WideBound.ZERO, null, upTo);
                }
                if (i < between.size()) {
                    advance(transfer.get(), largest.estimate() * largest.estimate(), slope);
                }
            }
            return new Outcome(upTo.get(upTo.size() - 1), null, upTo);
        }

        /** L of the chain so far, from the root of the largest eigenvalue of the last T. */
        private WideBound root(UpperBound root) {
            return WideBound.of(root)
                    .times(root)
                    .times(new WideBound(1, doubled))
                    .root();
        }

        private static double steepest(Layer.Elementwise function) {
            return Math.max(Math.abs(function.minSlope()), Math.abs(function.maxSlope()));
        }

        /** M' from T, scaled so that lambda lies in [1, 2). */
        private void advance(Matrix transfer, double eigenvalue, double slope) {
            double lambda = 2 / (slope * slope * eigenvalue);
            int exponent = Math.getExponent(lambda);
            double root = Math.nextUp(lambda * slope / 2);
            double factor = Math.scalb(Math.nextUp(root * root), -exponent);
            state = below(Math.scalb(lambda, -exponent), factor, transfer);
            doubled = Math.subtractExact(doubled, exponent);
        }

        /** A matrix below {@code lambda I - factor T}: each entry is off by two roundings at most, which the diagonal makes up for. */
        private static Matrix below(double lambda, double factor, Matrix transfer) {
            int n = transfer.rows();
            double margin = 4 * Rounding.U * (factor * DenseNorm.frobenius(transfer) + 2 * lambda);
            Matrix below = Matrix.zeros(n, n);
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < n; i++) {
                    below.set(i, j, -factor * transfer.get(i, j));
                }
                below.set(j, j, (lambda - factor * transfer.get(j, j)) - margin);
            }
            return below;
        }
    }
}
