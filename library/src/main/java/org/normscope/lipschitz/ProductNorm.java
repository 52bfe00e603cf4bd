package org.normscope.lipschitz;

import java.util.List;
import org.normscope.bound.Interval;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Answer;
import org.normscope.spectral.Ask;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithm;
import org.normscope.spectral.NormAlgorithms;
import org.normscope.spectral.NormProblem;
import org.normscope.spectral.RandomStart;

/**
 * The spectral norm of a product of linear maps, from above; the product is never formed. Each map is scaled by a power of two so
 * that its norm lies in [1, 2).
 *
 * <p>Rounding, in Frobenius norms, u being the unit roundoff, with {@code N = prod sigma_i}, {@code a_i = F_i / sigma_i}: multiplying
 * a block X of c orthonormal columns by one map after the other adds at most {@code gamma F_i} times what the maps before it can
 * make, and the maps behind it enlarge that by their norms: together {@code gamma sqrt(c) N S}, {@code S = sum a_i}; on the way
 * back once more, times N. The algorithms count {@code gamma(roundings) F²}: so F is chosen with
 * {@code F² = N² max(S, min a_i²)}, which is also at least the product's own Frobenius norm, squared.
 */
final class ProductNorm {
    /** Up to this order the Gram matrix is formed by multiplying the identity: rigorous, and as cheap as block Lanczos. */
    static final int GRAM_ORDER = 256;

    private static final double FAILURE_PROBABILITY = 1e-12;
    private static final NormProblem.Goal GOAL = new NormProblem.Goal(1e-4, FAILURE_PROBABILITY, 8, 400, 1);

    private final List<LinearMap> maps;
    private final boolean wide;
    private final int[] exponents;
    private final double frobenius;

    /**
     * An upper bound and the chance that it is wrong.
     *
     * @param bound on the norm
     * @param failureProbability 0 where the bound is rigorous
     */
    record Found(WideBound bound, double failureProbability) {}

    /** @param maps none with norm 0, the first one applied first */
    private ProductNorm(List<LinearMap> maps) {
        this.maps = maps;
        wide = maps.get(maps.size() - 1).rows() < maps.get(0).cols();
        exponents = new int[maps.size()];
        double together = 1;
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < exponents.length; i++) {
            double norm = maps.get(i).norm().value();
            exponents[i] = Math.getExponent(norm);
            together *= Math.scalb(norm, -exponents[i]) * (1 + 1e-15);
            double share = maps.get(i).frobenius().value() / norm * (1 + 1e-15);
            sum += share;
            least = Math.min(least, share);
        }
        frobenius = together * Math.sqrt(Math.max(sum, least * least)) * (1 + 1e-14);
    }

    /**
     * The norm of {@code W_k ... W_1}.
     *
     * @param maps at least one, the first one applied first
     * @param start for block Lanczos
     */
    static Found of(List<LinearMap> maps, RandomStart start) {
        for (LinearMap map : maps) {
            if (map.norm().value() == 0) {
                return new Found(WideBound.ZERO, 0);
            }
        }
        return new ProductNorm(maps).solve(start);
    }

    private Found solve(RandomStart start) {
        int order = wide ? maps.get(maps.size() - 1).rows() : maps.get(0).cols();
        Method method = order <= GRAM_ORDER ? Method.GRAM : Method.KRYLOV;
        NormProblem problem = new NormProblem(order, roundings(method, order), false, GOAL, start);
        NormAlgorithm algorithm = NormAlgorithms.create(method, problem);
        while (!(algorithm.next() instanceof Ask.Finished)) {
            algorithm.answer(answer(algorithm.next(), order));
        }
        Interval sigma = ((Ask.Finished) algorithm.next()).norm().sigma();
        WideBound bound = WideBound.of(sigma.upper().orElseThrow());
        for (int exponent : exponents) {
            bound = bound.times(new WideBound(1, exponent));
        }
        return new Found(bound, sigma.failureProbability());
    }

    /** Twice a product's, once more for the triangle that is mirrored and for squares of errors; sqrt(c) for c columns at once. */
    private long roundings(Method method, int order) {
        long most = 0;
        for (LinearMap map : maps) {
            most = Math.max(most, map.roundings());
        }
        double columns = method == Method.GRAM ? Math.sqrt(order) : 1;
        return (long) Math.ceil(3 * columns * most);
    }

    private Answer answer(Ask ask, int order) {
        if (ask instanceof Ask.Multiply multiply) {
            Matrix image = forth(multiply.x());
            return new Answer.Product(back(image), squaredNorms(image), frobenius);
        }
        return new Answer.Gram(back(forth(Matrix.identity(order))), frobenius);
    }

    /** The tall one of the product and its transpose. */
    private Matrix forth(Matrix x) {
        return wide ? transposed(x) : direct(x);
    }

    private Matrix back(Matrix y) {
        return wide ? direct(y) : transposed(y);
    }

    private Matrix direct(Matrix x) {
        Matrix value = x;
        for (int i = 0; i < exponents.length; i++) {
            value = DenseNorm.scaled(maps.get(i).times(value), -exponents[i]);
        }
        return value;
    }

    private Matrix transposed(Matrix y) {
        Matrix value = y;
        for (int i = exponents.length - 1; i >= 0; i--) {
            value = DenseNorm.scaled(maps.get(i).transposeTimes(value), -exponents[i]);
        }
        return value;
    }

    private static double[] squaredNorms(Matrix image) {
        double[] squares = new double[image.cols()];
        for (int j = 0; j < squares.length; j++) {
            for (int i = 0; i < image.rows(); i++) {
                squares[j] += image.get(i, j) * image.get(i, j);
            }
        }
        return squares;
    }
}
