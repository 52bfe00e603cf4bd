package org.normscope.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.kernel.SlabKernel;
import org.normscope.kernel.Transposition;
import org.normscope.tensor.DType;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The two inner loops on stored bytes, {@code WᵀW X} for 8 vectors and {@code WᵀW}, beside a plain reading of the same bytes. Scalar
 * and vector twins differ in their JVM's modules alone. The counter {@code gigabytes} is stored bytes per second.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(2)
public class KernelBenchmark {
    private static final String VECTOR = "--add-modules=jdk.incubator.vector";
    private static final int VECTORS = 8;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Rows x columns; of a wide matrix the columns are the lines, as the reader turns it. */
    @Param({"4096x4096", "8192x512", "512x8192"})
    public String shape = "";

    /** Stored type. */
    @Param({"BF16", "F32"})
    public String dtype = "";

    private StoredMatrix matrix = new StoredMatrix(new Slab(new byte[0], DType.F32, 0, 0), 0);
    private SlabKernel kernel = new SlabKernel(Kernels.best(), 1);
    private Kernels.Block x = new Kernels.Block(new double[0], 0, VECTORS);
    private Slab few = matrix.slab();
    private byte[] turned = new byte[0];

    /** Stored bytes that were worked on. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Traffic {
        private long bytes;

        /** JMH sets public fields back by itself, but not what a method counts. */
        @Setup(Level.Iteration)
        public void reset() {
            bytes = 0;
        }

        /** In units of 1e9 bytes. */
        public double gigabytes() {
            return bytes * 1e-9;
        }
    }

    /** Makes the matrix and compares both products with plain loops. */
    @Setup
    public void prepare() {
        String[] sides = shape.split("x", -1);
        int rows = Integer.parseInt(sides[0]);
        int cols = Integer.parseInt(sides[1]);
        int m = Math.min(rows, cols);
        matrix = StoredMatrix.gaussian(DType.valueOf(dtype), Math.max(rows, cols), m);
        kernel = new SlabKernel(Kernels.best(), 1);
        double[] values =
                new SplittableRandom(1).doubles((long) m * VECTORS, -1, 1).toArray();
        x = new Kernels.Block(values, m, VECTORS);
        matrix.require(x, kernel.multiply(matrix.slab(), x).y());
        // A whole Gram matrix of order 4096 takes too long; the work per line is always the same.
        few = StoredMatrix.gaussian(
                        DType.valueOf(dtype), Math.min(256, matrix.slab().lines()), m)
                .slab();
        double[] gram = new double[m * m];
        kernel.addGram(few, gram);
        new StoredMatrix(few, matrix.frobenius()).requireGram(gram);
        turned = new byte[matrix.slab().bytes().length];
    }

    /** {@code WᵀW X} by the definition. */
    @Benchmark
    public double[] multiplyScalar(Traffic traffic) {
        return multiply(traffic);
    }

    /** {@code WᵀW X} with SIMD instructions. */
    @Benchmark
    @Fork(jvmArgsPrepend = VECTOR)
    public double[] multiplyVector(Traffic traffic) {
        return multiply(traffic);
    }

    private double[] multiply(Traffic traffic) {
        traffic.bytes += matrix.slab().bytes().length;
        return kernel.multiply(matrix.slab(), x).y();
    }

    /** {@code WᵀW} of at most 256 lines by the definition. */
    @Benchmark
    public double[] gramScalar(Traffic traffic) {
        return gram(traffic);
    }

    /** {@code WᵀW} of at most 256 lines with SIMD instructions. */
    @Benchmark
    @Fork(jvmArgsPrepend = VECTOR)
    public double[] gramVector(Traffic traffic) {
        return gram(traffic);
    }

    private double[] gram(Traffic traffic) {
        traffic.bytes += few.bytes().length;
        double[] sum = new double[few.m() * few.m()];
        kernel.addGram(few, sum);
        return sum;
    }

    /** Reads every byte and does nothing with it: no kernel can be faster. */
    @Benchmark
    public long readMemory(Traffic traffic) {
        byte[] bytes = matrix.slab().bytes();
        traffic.bytes += bytes.length;
        long a = 0;
        long b = 0;
        for (int i = 0; i + 16 <= bytes.length; i += 16) {
            a ^= (long) LONG.get(bytes, i);
            b ^= (long) LONG.get(bytes, i + 8);
        }
        return a ^ b;
    }

    /** Turns rows into columns, as reading a wide matrix does once. */
    @Benchmark
    public byte[] turn(Traffic traffic) {
        Slab slab = matrix.slab();
        traffic.bytes += turned.length;
        Transposition.transpose(
                slab.bytes(), turned, slab.m(), slab.lines(), slab.dtype().bytes());
        return turned;
    }
}
