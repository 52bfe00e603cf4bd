package org.normscope.spectral;

import java.util.OptionalDouble;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.NormProblem.Goal;
import org.normscope.spectral.SpectralNorm.Stop;

/**
 * The spectral norm from {@code WᵀW} itself, formed in one pass: leading eigenpairs of that small matrix, then one Cholesky
 * factorization as a rigorous certificate. Never more eigenvectors than asked for, unless the matrix is tiny.
 */
final class GramNorm implements NormAlgorithm {
    private static final int INNER_STEPS = 400;
    /** Finest relative width that a certificate is tried at first. */
    private static final double FINEST = 1e-9;

    private static final double COARSER = 4;

    private final NormProblem problem;
    private Ask ask = new Ask.FormGram();

    /** A computation for this problem. */
    GramNorm(NormProblem problem) {
        this.problem = problem;
    }

    @Override
    public Ask next() {
        return ask;
    }

    @Override
    public void answer(Answer answer) {
        Answer.Gram formed = (Answer.Gram) answer;
        ask = new Ask.Finished(solve(formed.gram(), formed.frobenius()));
    }

    private SpectralNorm solve(Matrix gram, double frobenius) {
        mirror(gram);
        Leading leading = isTiny() ? decompose(gram, frobenius) : iterate(gram, frobenius);
        double theta = Math.max(leading.values()[0], 0);
        CholeskyCertificate certificate = new CholeskyCertificate(problem, gram, frobenius);
        double lower = lower(gram, leading.vectors().columns(0, 1), frobenius, certificate.gramError());
        double[] sigmas = new double[leading.values().length];
        for (int k = 0; k < sigmas.length; k++) {
            sigmas[k] = Math.sqrt(Math.max(0, leading.values()[k]));
        }
        double upper = upper(certificate, theta, frobenius);
        Interval sigma = Interval.around(lower, sigmas[0], upper, Certificate.RIGOROUS, 0);
        Stop stop = sigma.relativeWidth() <= problem.goal().tolerance() ? Stop.CERTIFIED : Stop.ROUNDING_LIMIT;
        return new SpectralNorm(sigma, Method.GRAM, 1, stop, sigmas, leading.vectors());
    }

    /** Too small for block Lanczos: a decomposition costs nothing worth saving. */
    private boolean isTiny() {
        return problem.m() < 4 * NormAlgorithms.blockSize(problem.goal().top());
    }

    /** The first bound above theta that can be proved, in widening steps; at worst the Frobenius norm. */
    private double upper(CholeskyCertificate certificate, double theta, double frobenius) {
        double tau = Math.max(FINEST, Math.min(1e-6, problem.goal().tolerance() / 100));
        while (theta > 0 && Math.sqrt(theta) * (1 + tau) < frobenius) {
            OptionalDouble upper = certificate.upper(theta, tau);
            if (upper.isPresent()) {
                return Math.min(upper.getAsDouble(), frobenius);
            }
            tau *= COARSER;
        }
        return frobenius;
    }

    private static void mirror(Matrix gram) {
        for (int j = 0; j < gram.cols(); j++) {
            for (int i = j + 1; i < gram.rows(); i++) {
                gram.set(j, i, gram.get(i, j));
            }
        }
    }

    /** Leading eigenvalues, descending, and their vectors. */
    private record Leading(double[] values, Matrix vectors) {}

    private Leading decompose(Matrix gram, double frobenius) {
        int m = gram.rows();
        if (problem.goal().top() == 1) {
            BlockTridiagonal single = new BlockTridiagonal();
            single.append(gram, Matrix.zeros(0, m));
            double theta = single.largestEigenvalue(0, frobenius * frobenius * (1 + FINEST));
            return new Leading(new double[] {theta}, single.leadingEigenvector(theta));
        }
        Decompositions.Eigen eigen = Decompositions.eigenSymmetric(gram);
        int kept = Math.min(problem.goal().top(), m);
        double[] values = new double[kept];
        Matrix vectors = Matrix.zeros(m, kept);
        for (int k = 0; k < kept; k++) {
            values[k] = eigen.values()[m - 1 - k];
            System.arraycopy(eigen.vectors().values(), (m - 1 - k) * m, vectors.values(), k * m, m);
        }
        return new Leading(values, vectors);
    }

    /**
     * Block Lanczos on the Gram matrix: products cost m², not a reading of W, and Cholesky certifies what it finds. Starts at random:
     * given vectors would save no reading, and bad ones could end the search too early.
     */
    private Leading iterate(Matrix gram, double frobenius) {
        Goal outer = problem.goal();
        double tolerance = Math.max(FINEST, Math.min(1e-6, outer.tolerance() / 10));
        int block = NormAlgorithms.blockSize(outer.top());
        Goal inner = new Goal(tolerance, 1e-12, block, INNER_STEPS, outer.top());
        NormAlgorithm lanczos = KrylovNorm.search(new NormProblem(
                problem.m(),
                problem.longDepth(),
                problem.exactProducts(),
                inner,
                problem.start().random()));
        while (lanczos.next() instanceof Ask.Multiply multiply) {
            Matrix y = Dense.times(gram, multiply.x());
            lanczos.answer(new Answer.Product(y, quadraticForms(multiply.x(), y), frobenius));
        }
        SpectralNorm norm = ((Ask.Finished) lanczos.next()).norm();
        double[] values = norm.singularValues().clone();
        for (int k = 0; k < values.length; k++) {
            values[k] *= values[k];
        }
        return new Leading(values, norm.vectors());
    }

    /** {@code xᵀ G x = ‖W x‖²} for every column. */
    private static double[] quadraticForms(Matrix x, Matrix y) {
        double[] forms = new double[x.cols()];
        for (int j = 0; j < x.cols(); j++) {
            for (int i = 0; i < x.rows(); i++) {
                forms[j] += x.get(i, j) * y.get(i, j);
            }
            forms[j] = Math.max(0, forms[j]);
        }
        return forms;
    }

    /**
     * Root of {@code xᵀGx / xᵀx - e_G}, with what rounding can do to both products taken off: {@code |xᵀGx|} is computed to
     * within {@code gamma_(2m+2) ‖W‖_F² xᵀx}.
     */
    private static double lower(Matrix gram, Matrix x, double frobenius, double gramError) {
        int m = gram.rows();
        double form = quadraticForms(x, Dense.times(gram, x))[0];
        double squared = Panel.transposeTimes(x, x).get(0, 0);
        double error = Rounding.gamma(2.0 * m + 4) * frobenius * frobenius * (1 + 1e-10);
        double lambda = form / (squared * (1 + Rounding.gamma(m + 2.0))) - error - gramError;
        return Math.sqrt(Math.max(0, lambda)) * (1 - 8 * Rounding.U);
    }
}
