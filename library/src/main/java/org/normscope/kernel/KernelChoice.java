package org.normscope.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Chooses once, by comparing every bit of a small product with the definition. */
final class KernelChoice {
    static final Kernels SCALAR = new ScalarKernels();
    static final Kernels BEST = vectorIfItAgrees();

    private KernelChoice() {}

    static Kernels named(String name) {
        if (name.equals(SCALAR.name())) {
            return SCALAR;
        }
        if (name.equals(BEST.name())) {
            return BEST;
        }
        throw new IllegalArgumentException("kernel '" + name + "' can't run in this JVM; start it with"
                + " --add-modules=jdk.incubator.vector, or choose 'scalar' on the driver");
    }

    private static Kernels vectorIfItAgrees() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return SCALAR;
        }
        Kernels vector = new VectorKernels();
        return vector.lanes() > 1 && agree(vector) ? vector : SCALAR;
    }

    private static boolean agree(Kernels candidate) {
        double[][] expected = sample(SCALAR);
        double[][] actual = sample(candidate);
        return Arrays.deepEquals(expected, actual);
    }

    /** A block product and a Gram matrix of an 11 x 19 tile with 9 vectors: full groups and remainders of both. */
    private static double[][] sample(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(7);
        double[] tile = random.doubles(11 * 19, -1, 1).toArray();
        Kernels.Block x = new Kernels.Block(random.doubles(19 * 9, -1, 1).toArray(), 19, 9);
        double[] z = new double[11 * 9];
        kernels.project(tile, 11, x, z);
        Kernels.Block y = new Kernels.Block(new double[19 * 9], 19, 9);
        kernels.accumulate(tile, 11, z, y);
        double[] gram = new double[19 * 19];
        kernels.gram(tile, 11, 19, gram);
        for (int i = 0; i < 19; i++) {
            Arrays.fill(gram, i * 19, i * 19 + i, 0);
        }
        return new double[][] {z, y.values(), gram};
    }
}
