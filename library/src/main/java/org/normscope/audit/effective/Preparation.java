package org.normscope.audit.effective;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.effective.EffectiveEntries.UndefinedWeightException;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Made;
import org.normscope.audit.plan.SigmaUsed;
import org.normscope.kernel.Scaling;
import org.normscope.storage.Storage;
import org.normscope.tensor.StoredTensor;
import org.normscope.weightnorm.SliceNorms;
import org.normscope.weightnorm.SumOfSquares;
import org.normscope.weights.Recipe;
import org.normscope.weights.Recipe.SpectralNorm.Orientation;

/**
 * Finds the factors that make a weight of its stored entries, before its passes: reads scales and vectors whole, and the entries once where
 * a norm of them is a factor.
 */
public final class Preparation {
    /** Roundings of double: one for a factor, one for putting it on an entry. */
    private static final double TWO_ROUNDINGS = 0x1p-52;

    /** Numbers of a scale or a vector that are held. */
    private static final long MOST_FACTORS = 1L << 27;

    private final AuditTask task;
    private final StoredValues values;

    private Preparation(AuditTask task, Storage storage) {
        this.task = task;
        this.values = new StoredValues(storage, task.files());
    }

    /**
     * The task with its factors; the same task if it takes none.
     *
     * @throws UndefinedWeightException if its numbers define no weight
     * @throws IOException if the storage fails
     */
    public static AuditTask of(AuditTask task, Storage storage) throws UndefinedWeightException, IOException {
        if (task.weight() == null || task.shape().isEmpty()) {
            return task;
        }
        return new Preparation(task, storage).prepared(task.weight().recipe());
    }

    private AuditTask prepared(Recipe recipe) throws UndefinedWeightException, IOException {
        return switch (recipe.how()) {
            case WEIGHT_NORM -> scaled(scaling((Recipe.WeightNorm) recipe));
            case SPECTRAL_NORM -> divided((Recipe.SpectralNorm) recipe);
            case BLOCK_SCALED -> scaled(scaling((Recipe.BlockScaled) recipe));
            case MXFP4 -> scaled(perBlock(((Recipe.MxFp4) recipe).scales(), 1, Recipe.MxFp4.BLOCK));
            case NVFP4 -> {
                Recipe.NvFp4 codes = (Recipe.NvFp4) recipe;
                yield scaled(perBlock(codes.scale(), global(codes), Recipe.NvFp4.BLOCK));
            }
            case ADAPTED -> scaled(Scaling.uniform(1, TWO_ROUNDINGS));
            case PLAIN, LORA, PARAMETRIZED -> task;
        };
    }

    private AuditTask scaled(Scaling scaling) {
        return task.made(new Made(scaling, null));
    }

    private Scaling scaling(Recipe.BlockScaled scaled) throws UndefinedWeightException, IOException {
        long across = (task.shape().cols() + scaled.blockCols() - 1) / scaled.blockCols();
        double[] factors = all(scaled.scale());
        return new Scaling(factors, Math.toIntExact(across), scaled.blockRows(), scaled.blockCols(), TWO_ROUNDINGS);
    }

    /** All elements of a vector or a scale, if there aren't more than every task can be sent. */
    private double[] all(StoredTensor tensor) throws UndefinedWeightException, IOException {
        if (tensor.shape().elements() > MOST_FACTORS) {
            throw new UndefinedWeightException(
                    tensor.name() + " has " + tensor.shape().elements() + " numbers, more than " + MOST_FACTORS);
        }
        return values.all(tensor);
    }

    /** A quotient that divides or multiplies entries: within the range where products have the relative error that is claimed. */
    private static double factor(double above, double below) throws UndefinedWeightException {
        double factor = above / below;
        boolean lost = above != 0 && Math.abs(factor) < Double.MIN_NORMAL;
        boolean overflown = Double.isInfinite(factor) && Double.isFinite(above);
        if (Double.isFinite(below) && (lost || overflown)) {
            throw new UndefinedWeightException(
                    "the factor " + above + " / " + below + " leaves the range of double precision");
        }
        return factor;
    }

    private double global(Recipe.NvFp4 codes) throws UndefinedWeightException, IOException {
        double number = all(codes.global())[0];
        return codes.use() == Recipe.NvFp4.Global.DIVIDES ? factor(1, number) : number;
    }

    /** A factor for every so many neighbours in a row. */
    private Scaling perBlock(StoredTensor scales, double global, int block)
            throws UndefinedWeightException, IOException {
        double[] factors = all(scales);
        for (int i = 0; i < factors.length; i++) {
            factors[i] *= global;
        }
        return new Scaling(factors, Math.toIntExact(task.shape().cols() / block), 1, block, 2 * TWO_ROUNDINGS);
    }

    /** Norms of the slices of a stored tensor along a dimension; of the whole where there is none. */
    static SliceNorms norms(StoredValues values, StoredTensor tensor, @Nullable Integer dim) throws IOException {
        SliceNorms norms = new SliceNorms(tensor.shape(), dim);
        values.forEachStretch(tensor, norms::add);
        return norms;
    }

    /** {@code g / ||v||} for every slice; a slice of zeros stays zeros. */
    private Scaling scaling(Recipe.WeightNorm norm) throws UndefinedWeightException, IOException {
        boolean whole = norm.dim() == Recipe.WeightNorm.WHOLE;
        double[] factors = all(norm.g());
        SliceNorms norms = norms(values, norm.v(), whole ? null : norm.dim());
        for (int i = 0; i < factors.length; i++) {
            factors[i] = norms.norm(i) == 0 ? 0 : factor(factors[i], norms.norm(i));
        }
        double error = SumOfSquares.RELATIVE_ERROR + TWO_ROUNDINGS;
        if (whole) {
            return Scaling.uniform(factors[0], error);
        }
        if (norm.dim() == 0) {
            return new Scaling(factors, 1, 1, task.shape().cols(), error);
        }
        long inner = 1;
        for (long dim :
                norm.v().shape().dims().subList(norm.dim() + 1, norm.v().shape().rank())) {
            inner *= dim;
        }
        return new Scaling(factors, factors.length, task.shape().rows(), inner, error);
    }

    /** {@code u . M v} and the sum of the absolute values of its terms. */
    private record Quotient(StoredTensor matrix, double value, double absolute) {
        /** Bound on the relative error of the value, which is a sum of so many products. */
        double error(long terms) {
            return 1.01 * (terms + 4) * 0x1p-53 * absolute / Math.abs(value);
        }
    }

    private AuditTask divided(Recipe.SpectralNorm norm) throws UndefinedWeightException, IOException {
        double[] u = all(norm.u());
        double[] v = all(norm.v());
        int dim = norm.rowDim();
        Quotient used = quotient(norm.original().withFirst(dim), u, v);
        if (norm.orientation() == Orientation.EITHER) {
            Quotient turned = quotient(norm.original().withFirst(1), u, v);
            dim = turned.value > used.value ? 1 : 0;
            used = dim == 1 ? turned : used;
        }
        if (!Double.isFinite(used.value) || used.value == 0) {
            throw new UndefinedWeightException("u . W v is " + used.value + ": W / (u . W v) is not defined");
        }
        double error = used.error((long) u.length + v.length) + TWO_ROUNDINGS;
        if (!(error < 0x1p-20)) {
            throw new UndefinedWeightException(
                    "u . W v is " + used.value + ", too near to 0 for W / (u . W v) to be certain");
        }
        Scaling scaling = Scaling.uniform(factor(1, used.value), error);
        StoredTensor matrix = used.matrix;
        StoredTensor named = new StoredTensor(task.tensor().name(), matrix.dtype(), matrix.shape(), matrix.layout());
        return task.made(new Made(scaling, new SigmaUsed(used.value, dim))).reading(named);
    }

    private Quotient quotient(StoredTensor matrix, double[] u, double[] v) throws IOException {
        double[] row = new double[u.length];
        double[] absolute = new double[u.length];
        values.forEachStretch(matrix, (entries, count, first) -> {
            for (int k = 0; k < count; k++) {
                int i = (int) ((first + k) / v.length);
                double term = entries[k] * v[(int) ((first + k) % v.length)];
                row[i] += term;
                absolute[i] += Math.abs(term);
            }
        });
        double value = 0;
        for (int i = 0; i < u.length; i++) {
            value += u[i] * row[i];
            absolute[i] *= Math.abs(u[i]);
        }
        return new Quotient(matrix, value, Arrays.stream(absolute).sum());
    }
}
