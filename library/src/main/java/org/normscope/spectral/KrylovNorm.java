package org.normscope.spectral;

import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.SpectralNorm.Stop;

/**
 * The spectral norm by block Lanczos on {@code WᵀW}. Stops when a certified upper bound is within the tolerance of the lower
 * one, never because estimates stopped changing. One more product with the Ritz vectors gives the lower bound.
 *
 * <p>Upper bounds: the energy outside the space can't hide a larger value (deterministic), or a Gaussian start block is
 * unlikely to have missed one ({@link ProbabilisticBound}).
 */
final class KrylovNorm implements NormAlgorithm {
    /** Relative error that an estimate may have when the energy bound ends the iteration, however wide the tolerance. */
    private static final double SHARP = 1e-6;
    /** Part of the matrix's energy below which a space holds nothing but rounding. */
    private static final double BLIND = 1e-30;

    private final NormProblem problem;
    private final KrylovSpace space;
    private final ProbabilisticBound probable;
    private final Aim aim;
    private Ask ask;
    private int passes;
    private double theta;
    private Candidate best = Candidate.NONE;
    private Stop stop = Stop.CERTIFIED;

    /** What ends the iteration. */
    private enum Aim {
        /** A certified interval. */
        INTERVAL,
        /** What given vectors alone can show: values with small residuals, and the energy outside from above. */
        ENERGY,
        /** Leading vectors with small residuals; whoever wants them certifies by other means. */
        VECTORS
    }

    /** What is known from above, in terms of eigenvalues of {@code WᵀW}. */
    private record Candidate(double lambda, Certificate certificate) {
        static final Candidate NONE = new Candidate(Double.POSITIVE_INFINITY, Certificate.LOWER_ONLY);
    }

    /**
     * A computation; its probabilistic bound rests on the Gaussian vectors of the start block, and without one there is none.
     *
     * @throws IllegalArgumentException if m &lt; 4 b: the Gram matrix is exact and cheaper there
     */
    KrylovNorm(NormProblem problem) {
        this(problem, problem.start().gaussians(problem.goal().blockSize()) > 0 ? Aim.INTERVAL : Aim.ENERGY);
    }

    /** A search for leading vectors, residuals at most the tolerance; its interval has no upper end. */
    static KrylovNorm search(NormProblem problem) {
        return new KrylovNorm(problem, Aim.VECTORS);
    }

    private KrylovNorm(NormProblem problem, Aim aim) {
        int b = problem.goal().blockSize();
        if (problem.m() < 4 * b) {
            throw new IllegalArgumentException("order " + problem.m() + " is too small for blocks of " + b);
        }
        this.problem = problem;
        this.aim = aim;
        space = new KrylovSpace(
                problem.start().block(problem.m(), b), problem.start().noise());
        int gaussians = Math.max(1, problem.start().gaussians(b));
        probable = ProbabilisticBound.of(problem.m(), gaussians, problem.goal().failureProbability());
        ask = new Ask.Multiply(space.next());
    }

    @Override
    public Ask next() {
        return ask;
    }

    @Override
    public void answer(Answer answer) {
        Answer.Product product = (Answer.Product) answer;
        passes++;
        if (ask instanceof Ask.Multiply multiply && multiply.x() == space.next()) {
            space.extend(product.y());
            judge(product.frobenius());
        } else {
            finish((Ask.Multiply) ask, product);
        }
    }

    private void judge(double frobenius) {
        double ceiling = frobenius * frobenius;
        theta = space.projection().largestEigenvalue(theta, Math.max(ceiling, theta) * (1 + 1e-9));
        if (aim == Aim.VECTORS) {
            advance(passes > 1 && leadingValuesSettled(), Stop.RESIDUAL);
            return;
        }
        double target = target(frobenius);
        if (aim == Aim.ENERGY) {
            best = new Candidate(energyBound(ceiling), Certificate.ENERGY);
            boolean certified = best.lambda() <= Math.min(target, theta * (1 + 2 * SHARP));
            boolean settled = leadingValuesSettled() && (passes > 1 || space.isInvariant());
            advance(certified || settled, certified ? Stop.CERTIFIED : Stop.RESIDUAL);
            return;
        }
        double reachable = theta * (1 + upperMargin(frobenius)) + probable.distance(disturbance());
        best = upper(frobenius, Math.max(target, reachable));
        boolean done = best.lambda() <= Math.max(target, reachable) && leadingValuesSettled();
        advance(done, best.lambda() <= target ? Stop.CERTIFIED : Stop.ROUNDING_LIMIT);
    }

    /** Asks for the last product where nothing is left to do, for the next one else. */
    private void advance(boolean done, Stop reason) {
        if (done || space.isInvariant() || passes + 1 >= problem.goal().passLimit()) {
            stop = done ? reason : space.isInvariant() ? Stop.ROUNDING_LIMIT : Stop.ITERATION_LIMIT;
            ask = new Ask.Multiply(leading());
        } else {
            ask = new Ask.Multiply(space.next());
        }
    }

    /** Ritz vectors; a start vector where given ones see nothing of the matrix. */
    private Matrix leading() {
        boolean blind = aim == Aim.ENERGY && theta <= BLIND * best.lambda();
        return blind
                ? space.first()
                : space.vectors(space.ritzPairs(problem.goal().top(), theta));
    }

    /** Eigenvalue that an upper bound must not exceed for the final interval, margins included, to meet the tolerance. */
    private double target(double frobenius) {
        double wanted = 1 + 0.999 * problem.goal().tolerance();
        double sigma = wanted * (1 - lowerMargin(frobenius)) / (1 + upperMargin(frobenius));
        return theta * sigma * sigma;
    }

    /** The better bound; none while it is out of reach of the target, or unless this is the last chance. */
    private Candidate upper(double frobenius, double target) {
        double ceiling = frobenius * frobenius;
        double energy = energyBound(ceiling);
        if (energy <= Math.min(target, theta * (1 + 2 * SHARP))) {
            return new Candidate(energy, Certificate.ENERGY);
        }
        boolean last = space.isInvariant() || passes + 1 >= problem.goal().passLimit();
        if (!last && (passes < 3 || !probable.mayHoldAt(space.projection(), target))) {
            return Candidate.NONE;
        }
        double nearest = theta + probable.distance(disturbance());
        double likely = Math.max(nearest, probable.upper(space.projection(), theta, ceiling));
        return likely < energy
                ? new Candidate(likely, Certificate.PROBABILISTIC)
                : new Candidate(energy, Certificate.ENERGY);
    }

    /** What separates the recurrence from the exact one: dropped directions, and the usual size of rounding. */
    private double disturbance() {
        return space.lost() + 16 * Rounding.U * theta;
    }

    /**
     * {@code (h + s + sqrt((h - s)² + 4 rho²)) / 2}: h in the space, at most s outside, coupled by at most rho. Each basis vector's
     * share of the trace may be off by the rounding of a product.
     */
    private double energyBound(double ceiling) {
        double trace = space.projection().trace();
        double error = 1e-12 * trace + space.dimension() * roundings() * ceiling;
        double outside = Math.max(0, ceiling - trace) + error;
        double coupling = SmallBlocks.frobenius(space.projection().outward()) + space.lost();
        double difference = theta - outside;
        return Math.min(ceiling, 0.5 * (theta + outside + Math.hypot(difference, 2 * coupling)));
    }

    private boolean leadingValuesSettled() {
        int top = problem.goal().top();
        if ((top == 1 && aim == Aim.INTERVAL) || space.isInvariant()) {
            return true;
        }
        KrylovSpace.RitzPairs pairs = space.ritzPairs(top, theta);
        double smallest = pairs.values()[pairs.values().length - 1];
        return pairs.values().length == Math.min(top, problem.m())
                && space.largestResidual(pairs) <= problem.goal().tolerance() * Math.abs(smallest);
    }

    /** Relative to {@code ‖W‖_F²}, what rounding can do to {@code WᵀW v} for a unit vector v, to first order. */
    private double roundings() {
        return Rounding.gamma(problem.longRoundings()) + Rounding.gamma(problem.shortRoundings());
    }

    /**
     * First-order effect of rounding on the computed projection, relative to sigma: a unit combination of d basis vectors adds up at
     * most {@code sqrt(d)} of their errors. And 1e-11 for what orthogonality lost.
     */
    private double upperMargin(double frobenius) {
        double together = 4 + Math.sqrt(space.dimension());
        return together * roundings() * frobenius * frobenius / theta + 1e-11;
    }

    private double lowerMargin(double frobenius) {
        return Rounding.gamma(problem.longRoundings() + 2.0 * problem.m() + 6)
                + Rounding.gamma(problem.m() + 1.0) * frobenius / Math.sqrt(theta);
    }

    private void finish(Ask.Multiply last, Answer.Product product) {
        double frobenius = product.frobenius();
        RayleighBounds leading = RayleighBounds.of(problem, last.x(), product);
        double estimate = leading.estimates()[0];
        double spread = Math.sqrt(best.lambda()) * (1 + upperMargin(frobenius));
        double upper = aim == Aim.ENERGY && !(spread < frobenius) ? frobenius : spread;
        Interval sigma = best.certificate() == Certificate.LOWER_ONLY
                ? Interval.lowerOnly(leading.lower(), estimate)
                : Interval.around(
                        leading.lower(),
                        estimate,
                        upper,
                        best.certificate(),
                        problem.goal().failureProbability());
        ask = new Ask.Finished(new SpectralNorm(sigma, Method.KRYLOV, passes, stop, leading.estimates(), last.x()));
    }
}
