package org.normscope.parity;

import java.io.Serializable;
import java.util.Arrays;
import org.normscope.linalg.Matrix;
import org.normscope.parity.PowerIteration.Vectors;
import org.normscope.spectral.RandomStart;
import org.normscope.tensor.Shape;

/**
 * The settings of torch's {@code spectral_norm(module, name, n_power_iterations, eps, dim)}, legacy or parametrized. It does to one
 * weight what torch does, in double: also where that is NaN or no norm at all. What is true of a weight says an audit.
 *
 * @param layout which of the two functions: their half steps come in different order, and the parametrized one begins with 15 iterations
 * @param name the parameter, without the module's path
 * @param nPowerIterations iterations of every forward pass (legacy) or access of the weight (parametrized) in training, at least 1
 * @param eps least length that a vector is divided by
 * @param dim the dimension that becomes rows; negative ones count from the end, in the parametrized function only
 */
public record SpectralNormalization(KeyLayout layout, String name, int nPowerIterations, double eps, int dim)
        implements Serializable {
    private static final int INITIAL_ITERATIONS = 15;

    /** @throws IllegalArgumentException if there is no iteration, the name is no parameter's, or eps is NaN */
    public SpectralNormalization {
        if (nPowerIterations <= 0) {
            throw new IllegalArgumentException(
                    "n_power_iterations must be positive, not " + nPowerIterations + "; torch's default is 1");
        }
        if (Double.isNaN(eps)) {
            throw new IllegalArgumentException("eps must be a number; torch's default is 1e-12");
        }
        ParameterName.check(name);
    }

    /** Torch's defaults: {@code name='weight', n_power_iterations=1, eps=1e-12}, dim 0, which is right for all but {@link #forModule}. */
    public static SpectralNormalization of(KeyLayout layout) {
        return new SpectralNormalization(layout, "weight", 1, 1e-12, 0);
    }

    /**
     * The same for a kind of module: rows are dimension 1 in transposed convolutions, and 0 in everything else.
     *
     * @param kind name of a class of torch.nn, e.g. {@code ConvTranspose2d}
     */
    public SpectralNormalization forModule(String kind) {
        return withDim(kind.matches("(Lazy)?ConvTranspose[123]d") ? 1 : 0);
    }

    /** The same for another parameter. */
    public SpectralNormalization withName(String other) {
        return new SpectralNormalization(layout, other, nPowerIterations, eps, dim);
    }

    /** The same with another number of iterations. */
    public SpectralNormalization withPowerIterations(int count) {
        return new SpectralNormalization(layout, name, count, eps, dim);
    }

    /** The same with another least length. */
    public SpectralNormalization withEps(double other) {
        return new SpectralNormalization(layout, name, nPowerIterations, other, dim);
    }

    /** The same with another dimension for the rows. */
    public SpectralNormalization withDim(int other) {
        return new SpectralNormalization(layout, name, nPowerIterations, eps, other);
    }

    /**
     * Registers a weight with random vectors.
     *
     * @param seed of Normscope's own stream of normal numbers for this parameter, which isn't that of torch's generator
     * @throws IllegalArgumentException if the weight has no such dimension
     */
    public SpectralParameter register(DenseTensor weight, long seed) {
        Axis axis = axis(weight);
        if (isVector(weight)) {
            return register(weight, new double[0], new double[0]);
        }
        double[] normal = new RandomStart(seed, name, 0)
                .gaussian(axis.size() + axis.others(), 1)
                .values();
        return register(
                weight,
                Arrays.copyOfRange(normal, 0, axis.size()),
                Arrays.copyOfRange(normal, axis.size(), normal.length));
    }

    /**
     * Registers a weight that starts from given vectors, which are normalized; a vector in the parametrized layout has none. So torch
     * does with a module in evaluation mode; in training mode the parametrized function evaluates the weight once more: {@link
     * SpectralParameter#trained}.
     *
     * @param u as long as the weight's matrix has rows. Not modified.
     * @param v as long as the weight's matrix has columns. Not modified.
     * @throws IllegalArgumentException if the weight has no such dimension, or the vectors are of other lengths
     */
    public SpectralParameter register(DenseTensor weight, double[] u, double[] v) {
        return load(weight, u, v).registered();
    }

    /**
     * What a checkpoint stores: the vectors are taken as they are.
     *
     * @param original the weight before it is divided
     * @param u as long as the weight's matrix has rows. Not modified.
     * @param v as long as the weight's matrix has columns. Not modified.
     * @throws IllegalArgumentException if the weight has no such dimension, or the vectors are of other lengths
     */
    public SpectralParameter load(DenseTensor original, double[] u, double[] v) {
        Axis axis = axis(original);
        int rows = isVector(original) ? 0 : axis.size();
        int cols = isVector(original) ? 0 : axis.others();
        if (u.length != rows || v.length != cols) {
            throw new IllegalArgumentException("u and v have " + u.length + " and " + v.length
                    + " entries, but a weight of shape " + original.shape() + " needs " + rows + " and " + cols
                    + " with dim " + dim + "; give others, or another dim");
        }
        return new SpectralParameter(this, original, new Vectors(u.clone(), v.clone()));
    }

    /**
     * What a checkpoint without v stores, written by torch before version 1 of its legacy function: v is chosen such that
     * {@code u . (W0 v)} is the mean of {@code W0 / W}, as torch's load hook does. One zero in W makes that NaN.
     *
     * @param original W0, the weight before it is divided
     * @param weight W, the weight as it was stored beside it
     * @param u as long as the weight's matrix has rows. Not modified.
     * @throws IllegalArgumentException if the shapes don't fit, an entry of W0 is not finite, or the layout is parametrized, which
     *     never was without v
     */
    public SpectralParameter loadWithoutV(DenseTensor original, DenseTensor weight, double[] u) {
        if (layout != KeyLayout.LEGACY) {
            throw new IllegalArgumentException(
                    "only the legacy function ever wrote checkpoints without v; take KeyLayout.LEGACY");
        }
        if (!weight.shape().equals(original.shape())) {
            throw new IllegalArgumentException("the weight has shape " + weight.shape() + ", the original "
                    + original.shape() + "; give two of one shape");
        }
        return load(original, u, MissingV.solve(matrix(original), u, MissingV.meanRatio(original, weight)));
    }

    /**
     * u and v of a weight, wherever it lies, after it was registered with a start, as {@link #register(DenseTensor, double[], double[])}
     * has them.
     *
     * @param matrix the weight with dimension {@link #dimOf} first and the others flattened
     * @param start as long as the matrix has rows and columns. Not modified.
     * @throws E if a product fails
     */
    public <E extends Exception> Vectors registered(MatrixProducts<E> matrix, Vectors start) throws E {
        PowerIteration power = iteration();
        Vectors unit = new Vectors(power.normalized(start.u()), power.normalized(start.v()));
        return power.iterate(matrix, unit, layout == KeyLayout.LEGACY ? 0 : INITIAL_ITERATIONS);
    }

    /**
     * u and v after one evaluation in training, as {@link SpectralParameter#trained} has them: {@code n_power_iterations} more.
     *
     * @param vectors those before it. Not modified.
     * @throws E if a product fails
     */
    public <E extends Exception> Vectors trained(MatrixProducts<E> matrix, Vectors vectors) throws E {
        return iteration().iterate(matrix, vectors, nPowerIterations);
    }

    PowerIteration iteration() {
        return new PowerIteration(layout, eps);
    }

    /** Whether the parametrized function divides the weight by its own length and keeps no u and v. */
    boolean isVector(DenseTensor weight) {
        return layout == KeyLayout.PARAMETRIZED && weight.shape().rank() == 1;
    }

    Matrix matrix(DenseTensor weight) {
        return weight.matrix(axis(weight).dim());
    }

    /**
     * The dimension of a weight of this shape that becomes rows, from 0 on.
     *
     * @throws IllegalArgumentException if there is no such dimension
     */
    public int dimOf(Shape shape) {
        return layout == KeyLayout.PARAMETRIZED
                ? Axis.signed(shape, dim)
                : Axis.of(shape, dim).dim();
    }

    private Axis axis(DenseTensor weight) {
        return Axis.of(weight.shape(), dimOf(weight.shape()));
    }
}
