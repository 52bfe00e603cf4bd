package org.normscope.benchmarks;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.kernel.SlabKernel;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Answer;
import org.normscope.spectral.Ask;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithm;
import org.normscope.spectral.NormAlgorithms;
import org.normscope.spectral.NormProblem;
import org.normscope.spectral.RandomStart;
import org.normscope.spectral.SpectralNorm;
import org.normscope.tensor.DType;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Gram against block Lanczos on a Gaussian matrix of 4 m x m entries in BF16, tolerance 1e-3, and the parts of each: what the constants
 * of the cost model are measured from.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class AlgorithmBenchmark {
    private static final int BLOCK = 8;
    private static final double TOLERANCE = 1e-3;

    /** Short side. */
    @Param({"32", "64", "128", "256", "512", "1024"})
    public int m;

    private StoredMatrix matrix = new StoredMatrix(new Slab(new byte[0], DType.F32, 0, 0), 0);
    private SlabKernel kernel = new SlabKernel(Kernels.best(), 1);
    private Kernels.Block x = new Kernels.Block(new double[0], 0, BLOCK);
    private Answer.Gram gram = new Answer.Gram(Matrix.zeros(0, 0), 0);
    private Matrix definite = Matrix.zeros(0, 0);

    /** Readings of the matrix per run. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Passes {
        /** Of the last run. */
        public long passes;
    }

    /** Makes the matrix; both methods' intervals must contain each other's estimate. */
    @Setup
    public void prepare() {
        matrix = StoredMatrix.gaussian(DType.BF16, 4 * m, m);
        kernel = new SlabKernel(Kernels.best(), 1);
        x = new Kernels.Block(
                new SplittableRandom(1).doubles((long) m * BLOCK, -1, 1).toArray(), m, BLOCK);
        gram = (Answer.Gram) matrix.answer(new Ask.FormGram(), kernel);
        definite = copy(gram.gram());
        for (int i = 0; i < m; i++) {
            definite.set(i, i, definite.get(i, i) + gram.frobenius() * gram.frobenius());
        }
        requireAgreement(run(Method.GRAM), run(Method.KRYLOV));
    }

    private static void requireAgreement(SpectralNorm one, SpectralNorm other) {
        double high = other.sigma().upper().orElseThrow().value();
        if (one.sigma().estimate() > high
                || one.sigma().estimate() < other.sigma().lower().value() * (1 - 1e-9)
                || Math.abs(one.sigma().estimate() / other.sigma().estimate() - 1) > TOLERANCE) {
            throw new IllegalStateException(one.sigma() + " and " + other.sigma());
        }
    }

    private static Matrix copy(Matrix matrix) {
        return new Matrix(matrix.rows(), matrix.cols(), matrix.values().clone());
    }

    private NormAlgorithm algorithm(Method method) {
        NormProblem.Goal goal = new NormProblem.Goal(TOLERANCE, 1e-12, BLOCK, 400, 1);
        RandomStart start = new RandomStart(1, "benchmark", 0);
        return NormAlgorithms.create(method, new NormProblem(m, 4L * m + 1, true, goal, start));
    }

    private SpectralNorm run(Method method) {
        NormAlgorithm algorithm = algorithm(method);
        while (!(algorithm.next() instanceof Ask.Finished)) {
            algorithm.answer(matrix.answer(algorithm.next(), kernel));
        }
        return ((Ask.Finished) algorithm.next()).norm();
    }

    /** The whole of Gram: forming, leading eigenpair, certificate. */
    @Benchmark
    public SpectralNorm gram() {
        return run(Method.GRAM);
    }

    /** The whole of block Lanczos. */
    @Benchmark
    public SpectralNorm krylov(Passes passes) {
        SpectralNorm norm = run(Method.KRYLOV);
        passes.passes = norm.passes();
        return norm;
    }

    /** One product of block Lanczos. */
    @Benchmark
    public double[] product() {
        return kernel.multiply(matrix.slab(), x).y();
    }

    /** Forming the Gram matrix. */
    @Benchmark
    public Answer update() {
        return matrix.answer(new Ask.FormGram(), kernel);
    }

    /** Everything of Gram but forming it. */
    @Benchmark
    public Ask solve() {
        NormAlgorithm algorithm = algorithm(Method.GRAM);
        algorithm.answer(new Answer.Gram(copy(gram.gram()), gram.frobenius()));
        return algorithm.next();
    }

    /** One Cholesky factorization, with the copy it is made in. */
    @Benchmark
    public boolean cholesky() {
        return Dense.isPositiveDefinite(copy(definite));
    }
}
