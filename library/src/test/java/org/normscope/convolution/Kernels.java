package org.normscope.convolution;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;

/** Kernels and geometries for tests. */
final class Kernels {
    private Kernels() {}

    static Kernel kernel(double[] values, Integer... shape) {
        return new Kernel(List.of(shape), values);
    }

    /** Entries sin(0.7 i² + 1.3 i + 0.1), as in golden.json. */
    static Kernel ramp(List<Integer> shape) {
        double[] values = new double[count(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(0.7 * i * i + 1.3 * i + 0.1);
        }
        return new Kernel(shape, values);
    }

    static Kernel gaussian(long seed, List<Integer> shape) {
        java.util.Random random = new java.util.Random(seed);
        return new Kernel(
                shape,
                java.util.stream.DoubleStream.generate(random::nextGaussian)
                        .limit(count(shape))
                        .toArray());
    }

    private static int count(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    static Geometry geometry(int dims, int stride, int dilation, int groups) {
        return new Geometry(Collections.nCopies(dims, stride), Collections.nCopies(dims, dilation), groups, false);
    }

    static OperatorNorm norm(Kernel kernel, Geometry geometry, double tolerance) {
        return OperatorNorms.of(kernel, geometry, tolerance, Evaluator.SEQUENTIAL);
    }

    static double upper(OperatorNorm norm) {
        return norm.interval().upper().orElseThrow().value();
    }

    static double lower(OperatorNorm norm) {
        return norm.interval().lower().value();
    }

    /** The largest norm of a group's kernel, reshaped to rows x everything else. */
    static double reshaped(Kernel kernel, int groups) {
        int rows = kernel.rows() / groups;
        int cols = kernel.values().length / kernel.rows();
        double largest = 0;
        for (int group = 0; group < groups; group++) {
            double[] part = Arrays.copyOfRange(kernel.values(), group * rows * cols, (group + 1) * rows * cols);
            largest = Math.max(largest, Decompositions.singularValues(new Matrix(cols, rows, part))[0]);
        }
        return largest;
    }

    static long seed() {
        return new SplittableRandom().nextLong();
    }
}
