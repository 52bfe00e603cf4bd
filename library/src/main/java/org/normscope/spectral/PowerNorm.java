package org.normscope.spectral;

import org.normscope.bound.Interval;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.SpectralNorm.Stop;

/**
 * Plain power iteration, {@code x <- WᵀWx / ‖WᵀWx‖}, as PyTorch's {@code torch.nn.utils.spectral_norm} does it. It can stop on a
 * smaller singular value and knows nothing from above: its interval is {@code lower_only}.
 */
final class PowerNorm implements NormAlgorithm {
    private final NormProblem problem;
    private Ask.Multiply ask;
    private int passes;
    private double lower;
    private @org.jspecify.annotations.Nullable SpectralNorm result;

    /** A computation from the given start vector if there is one, from a random one else. */
    PowerNorm(NormProblem problem) {
        this(problem, problem.start().block(problem.m(), 1));
    }

    /**
     * A computation from a given start vector.
     *
     * @param start shape m x 1, not zero
     */
    PowerNorm(NormProblem problem, Matrix start) {
        this.problem = problem;
        ask = new Ask.Multiply(unit(start));
    }

    @Override
    public Ask next() {
        return result == null ? ask : new Ask.Finished(result);
    }

    @Override
    public void answer(Answer answer) {
        Answer.Product product = (Answer.Product) answer;
        passes++;
        RayleighBounds bounds = RayleighBounds.of(problem, ask.x(), product);
        lower = Math.max(lower, bounds.lower());
        double estimate = Math.max(lower, bounds.estimates()[0]);
        boolean settled = relativeResidual(product) <= problem.goal().tolerance();
        if (settled || passes >= problem.goal().passLimit()) {
            Stop stop = settled ? Stop.RESIDUAL : Stop.ITERATION_LIMIT;
            double[] values = {estimate};
            result = new SpectralNorm(Interval.lowerOnly(lower, estimate), Method.POWER, passes, stop, values, ask.x());
        } else {
            ask = new Ask.Multiply(unit(product.y()));
        }
    }

    /** {@code ‖WᵀWx - theta x‖ / theta} with {@code theta = ‖Wx‖²} for the unit vector x. */
    private double relativeResidual(Answer.Product product) {
        double theta = product.squaredNorms()[0];
        double sum = 0;
        for (int i = 0; i < problem.m(); i++) {
            double r = product.y().values()[i] - theta * ask.x().values()[i];
            sum += r * r;
        }
        return theta == 0 ? 0 : Math.sqrt(sum) / theta;
    }

    private static Matrix unit(Matrix x) {
        double length = SmallBlocks.frobenius(x);
        double[] values = x.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] /= length;
        }
        return new Matrix(x.rows(), 1, values);
    }
}
