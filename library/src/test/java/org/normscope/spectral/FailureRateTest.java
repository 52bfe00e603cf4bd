package org.normscope.spectral;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.junit.jupiter.api.Test;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;

/**
 * The probabilistic bound, tested where it can fail: few passes over operators of order 150, failure probabilities large enough to
 * be seen. A Gaussian start block looks the same in every orthonormal basis, so that diagonal operators stand for all others.
 */
class FailureRateTest {
    private static final int ORDER = 150;
    private static final int SEEDS = 1000;
    private static final int[] BLOCKS = {1, 2, 4, 8};
    private static final List<Integer> STEPS = List.of(2, 3, 4, 6);
    private static final double[] ETAS = {0.2, 0.02};
    /** What rounding may do to a Ritz value. */
    private static final double SLACK = 1e-11;

    /** A spectrum, a block size, a number of steps, a probability. */
    private record Case(String spectrum, int block, int steps, double eta) implements Comparable<Case> {
        @Override
        public int compareTo(Case other) {
            return toString().compareTo(other.toString());
        }

        /** Failures of {@link #SEEDS} trials that are three standard deviations above what is promised. */
        double most() {
            return SEEDS * (eta + 3 * Math.sqrt(eta * (1 - eta) / SEEDS));
        }
    }

    /** How often the upper bound fell below the truth. */
    private static final class Failures {
        private final TreeMap<Case, Integer> counts = new TreeMap<>();
        private final double logFactor;

        Failures(double factorOfDelta) {
            logFactor = Math.log(factorOfDelta);
        }

        void judge(Case one, BlockTridiagonal t, double[] lambda) {
            double eta = one.eta();
            ProbabilisticBound honest = ProbabilisticBound.of(ORDER, one.block(), eta);
            ProbabilisticBound bound = new ProbabilisticBound(honest.logDelta() + logFactor);
            counts.merge(one, failed(bound, t, lambda) ? 1 : 0, Integer::sum);
        }

        private static boolean failed(ProbabilisticBound bound, BlockTridiagonal t, double[] lambda) {
            double truth = lambda[0] * (1 - SLACK);
            if (!t.isAbove(truth) || !bound.mayHoldAt(t, truth)) {
                return false;
            }
            double ceiling = 0;
            for (double value : lambda) {
                ceiling += value;
            }
            double theta = t.largestEigenvalue(0, ceiling);
            return bound.upper(t, theta, ceiling) < truth;
        }

        List<Case> where(Predicate<Case> condition) {
            return counts.keySet().stream().filter(condition).toList();
        }
    }

    @Test
    void theBoundFailsAsOftenAsItSaysAtMostAndAWrongOneIsFoundOut() {
        Failures honest = new Failures(1);
        Failures wrong = new Failures(10);
        for (var spectrum : spectra().entrySet()) {
            double[] lambda = squares(spectrum.getValue());
            for (int block : BLOCKS) {
                for (long seed = 0; seed < SEEDS; seed++) {
                    KrylovSpace space = new KrylovSpace(start(seed, block));
                    for (int step = 1; step <= 6; step++) {
                        space.extend(times(lambda, space.next()));
                        for (double eta : STEPS.contains(step) ? ETAS : new double[0]) {
                            Case one = new Case(spectrum.getKey(), block, step, eta);
                            honest.judge(one, space.projection(), lambda);
                            wrong.judge(one, space.projection(), lambda);
                        }
                    }
                }
            }
        }
        assertThat(honest.counts).hasSize(3 * BLOCKS.length * STEPS.size() * ETAS.length);
        assertThat(honest.where(one -> count(honest, one) > one.most()))
                .as("too many failures among %s", honest.counts)
                .isEmpty();
        assertThat(honest.where(one -> count(honest, one) > 0))
                .as("a test that nothing can fail: %s", honest.counts)
                .isNotEmpty();
        assertThat(wrong.where(one -> count(wrong, one) > one.most()))
                .as("ten times delta goes unnoticed: %s", wrong.counts)
                .isNotEmpty();
    }

    private static int count(Failures failures, Case one) {
        return failures.counts.getOrDefault(one, 0);
    }

    @Test
    void theStartBlocksShareOfTheTopEigenvectorIsAtMostTheGrowth() {
        for (double[] sigmas : spectra().values()) {
            double[] lambda = squares(sigmas);
            for (int block : BLOCKS) {
                for (long seed = 0; seed < 100; seed++) {
                    Matrix start = start(seed, block);
                    KrylovSpace space = new KrylovSpace(start);
                    double share = share(space.next());
                    for (int step = 1; step <= 6; step++) {
                        space.extend(times(lambda, space.next()));
                        double growth = space.projection().logGrowth(lambda[0] * (1 - SLACK));
                        assertThat(growth)
                                .as("seed %d, b = %d, step %d", seed, block, step)
                                .isGreaterThan(Math.log(share) - 1e-6);
                    }
                }
            }
        }
    }

    /** Norm of the first row of V_1: the top eigenvector is the first unit vector. */
    private static double share(Matrix v) {
        double sum = 0;
        for (int j = 0; j < v.cols(); j++) {
            sum += v.get(0, j) * v.get(0, j);
        }
        return Math.sqrt(sum);
    }

    @Test
    void deltaIsAtMostTheExactQuantile() {
        for (int m : new int[] {64, 150, 4096, 1_000_000}) {
            for (int b : new int[] {1, 2, 4, 8, 16}) {
                for (double eta : new double[] {0.2, 0.02, 1e-6}) {
                    BetaDistribution shares = new BetaDistribution(0.5 * b, 0.5 * (m - b));
                    double delta = Math.exp(ProbabilisticBound.of(m, b, eta).logDelta());
                    assertThat(shares.cumulativeProbability(delta * delta))
                            .as("m %d, b %d, eta %g", m, b, eta)
                            .isBetween(0.05 * eta, eta * (1 + 1e-6));
                }
            }
        }
    }

    @Test
    void deltaForAMatrixOfOrder4096IsTheOneOfTheLiterature() {
        assertThat(Math.exp(ProbabilisticBound.of(4096, 8, 1e-12).logDelta())).isBetween(0.95e-3, 1.05e-3);
        assertThat(Math.exp(ProbabilisticBound.of(4096, 4, 1e-12).logDelta())).isBetween(2.5e-5, 2.7e-5);
        assertThat(Math.exp(ProbabilisticBound.of(4096, 1, 1e-12).logDelta())).isBetween(1.9e-14, 2.1e-14);
    }

    private static TreeMap<String, double[]> spectra() {
        double[] gauss = Decompositions.singularValues(Matrices.gaussian(ORDER, ORDER, 1));
        List<Double> spike = new ArrayList<>(List.of(3.0));
        spike.addAll(linear(1, 0.01, ORDER - 1));
        List<Double> flatSecond = new ArrayList<>(List.of(1.0));
        flatSecond.addAll(linear(0.5, 0.5, 20));
        flatSecond.addAll(linear(0.5, 0.01, ORDER - 21));
        TreeMap<String, double[]> spectra = new TreeMap<>();
        spectra.put("gauss", gauss);
        spectra.put("spike", spike.stream().mapToDouble(x -> x).toArray());
        spectra.put("flat second", flatSecond.stream().mapToDouble(x -> x).toArray());
        return spectra;
    }

    private static List<Double> linear(double from, double to, int count) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(from + (to - from) * i / (count - 1));
        }
        return values;
    }

    private static double[] squares(double[] sigmas) {
        double[] lambda = sigmas.clone();
        for (int i = 0; i < lambda.length; i++) {
            lambda[i] *= lambda[i];
        }
        return lambda;
    }

    private static Matrix start(long seed, int block) {
        return new RandomStart(seed, "failure rate", 0).gaussian(ORDER, block);
    }

    private static Matrix times(double[] lambda, Matrix x) {
        Matrix y = Matrix.zeros(x.rows(), x.cols());
        for (int j = 0; j < x.cols(); j++) {
            for (int i = 0; i < x.rows(); i++) {
                y.set(i, j, lambda[i] * x.get(i, j));
            }
        }
        return y;
    }
}
