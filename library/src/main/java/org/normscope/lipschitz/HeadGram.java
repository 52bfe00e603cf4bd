package org.normscope.lipschitz;

import java.util.Optional;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Rounding;

/**
 * {@code W Wᵀ} of a wide matrix, as one reading of W gives it; d_h x d_h for the queries, keys and values of a head, and of {@code W_Oᵀ}.
 *
 * @param gram both triangles filled. Not to be modified.
 * @param frobenius upper bound on the Frobenius norm of W
 * @param roundings on the way to an entry, at most
 */
public record HeadGram(Matrix gram, UpperBound frobenius, long roundings) {
    /** The Gram matrix of the rows of a matrix in memory; its squares must neither overflow nor vanish. */
    public static HeadGram ofRows(Matrix w) {
        return new HeadGram(Dense.gram(w.transpose()), new UpperBound(DenseNorm.frobenius(w)), w.cols() + 1L);
    }

    /**
     * A Gram matrix computed elsewhere.
     *
     * @param gram both triangles filled. Not to be modified.
     * @param roundings on the way to an entry, at most, those of the entries of W included
     */
    public static HeadGram of(Matrix gram, long roundings) {
        double trace = 0;
        for (int i = 0; i < gram.rows(); i++) {
            trace += gram.get(i, i);
        }
        double root = Math.sqrt(trace * (1 + Rounding.gamma(roundings + gram.rows() + 4.0)));
        return new HeadGram(gram, new UpperBound(trace == 0 ? 0 : Math.nextUp(root)), roundings);
    }

    /** An upper bound on {@code ‖W‖}, every rounding counted. */
    public UpperBound norm() {
        if (frobenius.value() == 0) {
            return frobenius;
        }
        int exponent = Math.getExponent(frobenius.value());
        Matrix scaled = DenseNorm.scaled(gram, -2 * exponent);
        double size = Math.scalb(frobenius.value(), -exponent);
        return DenseNorm.ofGram(scaled, roundings, size)
                .scaled(exponent)
                .upper()
                .orElseThrow();
    }

    /**
     * An upper bound on {@code ‖AᵀB‖}, every rounding counted, for A and B with as many rows: {@code A Aᵀ <= L Lᵀ} and
     * {@code B Bᵀ <= K Kᵀ} for Cholesky factors of shifted Gram matrices, hence {@code ‖AᵀB‖ <= ‖LᵀB‖ <= ‖LᵀK‖}.
     */
    public static WideBound productNorm(HeadGram a, HeadGram b) {
        WideBound apart = WideBound.of(a.frobenius()).times(b.frobenius());
        if (apart.equals(WideBound.ZERO)) {
            return WideBound.ZERO;
        }
        int exponentA = Math.getExponent(a.frobenius().value());
        int exponentB = Math.getExponent(b.frobenius().value());
        Optional<Matrix> left = a.factor(exponentA);
        Optional<Matrix> right = b.factor(exponentB);
        if (left.isEmpty() || right.isEmpty()) {
            return apart;
        }
        Matrix product = Dense.transposeTimes(left.get(), right.get());
        double rounded = Rounding.gamma(product.rows() + 2.0)
                * DenseNorm.frobenius(left.get())
                * DenseNorm.frobenius(right.get());
        Interval norm = DenseNorm.of(product).spectral();
        WideBound bound = WideBound.of(norm.upper().orElseThrow()).plus(WideBound.of(rounded * (1 + 1e-10)));
        return apart.min(bound.times(new WideBound(1, Math.addExact(exponentA, exponentB))));
    }

    /** A lower triangular L with {@code L Lᵀ >= W Wᵀ 4^-exponent}, its upper triangle zero. */
    private Optional<Matrix> factor(int exponent) {
        int n = gram.rows();
        Matrix factor = DenseNorm.scaled(gram, -2 * exponent);
        double squared = Math.pow(Math.scalb(frobenius.value(), -exponent), 2);
        double formed = Rounding.gamma(roundings) * squared * (1 + 1e-10);
        double gamma = Rounding.gamma(n + 4.0);
        double shift = formed + 2.2 * gamma * (squared + n * formed) + 16 * Rounding.U;
        for (int i = 0; i < n; i++) {
            factor.set(i, i, factor.get(i, i) + shift);
        }
        if (!Dense.isPositiveDefinite(factor)) {
            return Optional.empty();
        }
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < j; i++) {
                factor.set(i, j, 0);
            }
        }
        double size = DenseNorm.frobenius(factor);
        return shift - formed >= gamma * size * size + 8 * Rounding.U ? Optional.of(factor) : Optional.empty();
    }
}
