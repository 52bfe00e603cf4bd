package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.normscope.linalg.Matrix;

/** Matrices of random networks; the same numbers as make_feed_forward.py. */
final class RandomNetworks {
    private RandomNetworks() {}

    /** How the matrices of a network are made. */
    enum Kind {
        /** He's initialization: variance 2 / inputs. */
        HE,
        /** The same, with a random direction of norm six added to each matrix. */
        SPIKED
    }

    static List<LinearMap> weights(long seed, Kind kind, int... widths) {
        Random random = new Random(seed);
        List<LinearMap> weights = new ArrayList<>();
        for (int i = 1; i < widths.length; i++) {
            Matrix matrix = gaussian(random, widths[i], widths[i - 1], Math.sqrt(2.0 / widths[i - 1]));
            if (kind == Kind.SPIKED) {
                addSpike(matrix, gaussian(random, widths[i], 1, 1), gaussian(random, widths[i - 1], 1, 1));
            }
            weights.add(DenseMap.of(matrix));
        }
        return weights;
    }

    /** Normal numbers, row after row. */
    static Matrix gaussian(Random random, int rows, int cols, double scale) {
        Matrix matrix = Matrix.zeros(rows, cols);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                matrix.set(i, j, random.nextGaussian() * scale);
            }
        }
        return matrix;
    }

    private static void addSpike(Matrix matrix, Matrix u, Matrix v) {
        double factor = 6 / (length(u.values()) * length(v.values()));
        for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.cols(); j++) {
                matrix.set(i, j, matrix.get(i, j) + factor * u.values()[i] * v.values()[j]);
            }
        }
    }

    static double length(double[] vector) {
        double sum = 0;
        for (double value : vector) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    /** A lower bound on the spectral norm, near it, by power iteration in plain loops. */
    static double norm(Matrix matrix, Random random) {
        double[] x = random.doubles(matrix.cols()).map(value -> value - 0.5).toArray();
        double best = 0;
        for (int step = 0; step < 20; step++) {
            double length = length(x);
            double[] y = new double[matrix.rows()];
            for (int j = 0; j < matrix.cols(); j++) {
                for (int i = 0; i < y.length; i++) {
                    y[i] += matrix.get(i, j) * x[j] / length;
                }
            }
            best = Math.max(best, length(y));
            for (int j = 0; j < matrix.cols(); j++) {
                x[j] = 0;
                for (int i = 0; i < y.length; i++) {
                    x[j] += matrix.get(i, j) * y[i];
                }
            }
            if (length(x) == 0) {
                return best;
            }
        }
        return best;
    }
}
