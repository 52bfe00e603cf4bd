package org.normscope.audit.pass;

import java.io.IOException;
import java.util.Arrays;
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
final class Preparation {
    /** Roundings of double: one for a factor, one for putting it on an entry. */
    private static final double TWO_ROUNDINGS = 0x1p-52;

    private final AuditTask task;
    private final StoredValues values;

    private Preparation(AuditTask task, Storage storage) {
        this.task = task;
        this.values = new StoredValues(storage, task.files());
    }

    /** A weight that its stored numbers don't define, in words. */
    static final class UndefinedWeightException extends Exception {
        private static final long serialVersionUID = 1L;

        UndefinedWeightException(String message) {
            super(message);
        }
    }

    /**
     * The task with its factors; the same task if it takes none.
     *
     * @throws UndefinedWeightException if its numbers define no weight
     * @throws IOException if the storage fails
     */
    static AuditTask of(AuditTask task, Storage storage) throws UndefinedWeightException, IOException {
        if (task.weight() == null || task.shape().isEmpty()) {
            return task;
        }
        Preparation preparation = new Preparation(task, storage);
        Recipe recipe = task.weight().recipe();
        if (recipe instanceof Recipe.WeightNorm norm) {
            return task.made(new Made(preparation.scaling(norm), null));
        }
        if (recipe instanceof Recipe.SpectralNorm norm) {
            return preparation.divided(norm);
        }
        if (recipe instanceof Recipe.BlockScaled scaled) {
            long across = (task.shape().cols() + scaled.blockCols() - 1) / scaled.blockCols();
            double[] factors = preparation.values.all(scaled.scale());
            return task.made(new Made(
                    new Scaling(
                            factors, Math.toIntExact(across), scaled.blockRows(), scaled.blockCols(), TWO_ROUNDINGS),
                    null));
        }
        if (recipe instanceof Recipe.MxFp4 codes) {
            return task.made(new Made(preparation.perBlock(codes.scales(), 1, Recipe.MxFp4.BLOCK), null));
        }
        return recipe instanceof Recipe.NvFp4 codes
                ? task.made(new Made(
                        preparation.perBlock(codes.scale(), preparation.global(codes), Recipe.NvFp4.BLOCK), null))
                : task;
    }

    private double global(Recipe.NvFp4 codes) throws IOException {
        double number = values.all(codes.global())[0];
        return codes.use() == Recipe.NvFp4.Global.DIVIDES ? 1 / number : number;
    }

    /** A factor for every so many neighbours in a row. */
    private Scaling perBlock(StoredTensor scales, double global, int block) throws IOException {
        double[] factors = values.all(scales);
        for (int i = 0; i < factors.length; i++) {
            factors[i] *= global;
        }
        return new Scaling(factors, Math.toIntExact(task.shape().cols() / block), 1, block, 2 * TWO_ROUNDINGS);
    }

    /** {@code g / ||v||} for every slice; a slice of zeros stays zeros. */
    private Scaling scaling(Recipe.WeightNorm norm) throws IOException {
        boolean whole = norm.dim() == Recipe.WeightNorm.WHOLE;
        SliceNorms norms = new SliceNorms(norm.v().shape(), whole ? null : norm.dim());
        values.forEachStretch(norm.v(), norms::add);
        double[] factors = values.all(norm.g());
        for (int i = 0; i < factors.length; i++) {
            factors[i] = norms.norm(i) == 0 ? 0 : factors[i] / norms.norm(i);
        }
        long rows = task.shape().rows();
        long cols = task.shape().cols();
        double error = SumOfSquares.RELATIVE_ERROR + TWO_ROUNDINGS;
        if (whole) {
            return new Scaling(factors, 1, rows, cols, error);
        }
        if (norm.dim() == 0) {
            return new Scaling(factors, 1, 1, cols, error);
        }
        long inner = 1;
        for (long dim :
                norm.v().shape().dims().subList(norm.dim() + 1, norm.v().shape().rank())) {
            inner *= dim;
        }
        return new Scaling(factors, factors.length, rows, inner, error);
    }

    /** {@code u . M v} and the sum of the absolute values of its terms. */
    private record Quotient(StoredTensor matrix, double value, double absolute) {
        /** Bound on the relative error of the value, which is a sum of so many products. */
        double error(long terms) {
            return 1.01 * (terms + 4) * 0x1p-53 * absolute / Math.abs(value);
        }
    }

    private AuditTask divided(Recipe.SpectralNorm norm) throws UndefinedWeightException, IOException {
        double[] u = values.all(norm.u());
        double[] v = values.all(norm.v());
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
        double[] factor = {1 / used.value};
        Scaling scaling =
                new Scaling(factor, 1, task.shape().rows(), task.shape().cols(), error);
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
