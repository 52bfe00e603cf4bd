package org.normscope.audit.plan;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.elements.TensorFiles;
import org.normscope.kernel.Scaling;
import org.normscope.matrix.MatrixShape;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Recipe;

/**
 * One tensor to be read and analyzed.
 *
 * @param index the tensor's index in the checkpoint; for a weight that is made of tensors, their number plus its index in the plan
 * @param tensor what is read; for a weight that is made of tensors, its entries under its own name
 * @param files the files it lies in
 * @param weight the matrix it makes; null for what is only counted
 * @param made what makes the matrix of what is stored; null if that is it, or as long as it is not known
 * @param use how its layer moves it, for the kernel of a convolution; null where nobody says
 */
public record AuditTask(
        int index,
        StoredTensor tensor,
        TensorFiles files,
        @Nullable EffectiveWeight weight,
        @Nullable Made made,
        @Nullable KernelUse use)
        implements Serializable {
    /** A task without factors, or before they are known. */
    public AuditTask(int index, StoredTensor tensor, TensorFiles files, @Nullable EffectiveWeight weight) {
        this(index, tensor, files, weight, null, null);
    }

    /**
     * The task of a weight that is made of several tensors, or of a part of one.
     *
     * @param index of the task
     */
    public static AuditTask of(Checkpoint checkpoint, int index, EffectiveWeight weight) {
        return MadeTasks.of(checkpoint, index, weight);
    }

    /** The same with what makes the matrix. */
    public AuditTask made(Made known) {
        return new AuditTask(index, tensor, files, weight, known, use);
    }

    /** The same with other entries, of the same shape as a matrix. */
    public AuditTask reading(StoredTensor other) {
        return new AuditTask(index, other, files, weight, made, use);
    }

    /** The same with files in other places. */
    public AuditTask in(TensorFiles places) {
        return new AuditTask(index, tensor, places, weight, made, use);
    }

    /** The same without the norm as an operator, should it be a convolution's. */
    public AuditTask asMatrix() {
        return used(KernelUse.NONE);
    }

    /** The same for a kernel that is used so. */
    AuditTask used(@Nullable KernelUse known) {
        return new AuditTask(index, tensor, files, weight, made, known);
    }

    /** Whether the matrix is computed in memory and never read: the core of a low-rank product. */
    public boolean isProduct() {
        return weight != null && !weight.recipe().factors().isEmpty();
    }

    /** Bytes fetched before the first pass: factors, and the entries where a norm of them is a factor. */
    public long bytesPrepared() {
        if (weight == null || weight.recipe() instanceof Recipe.Adapted) {
            return 0;
        }
        List<StoredTensor> parts = weight.recipe().parts();
        return isProduct()
                ? storedBytes(weight.recipe().factors())
                : storedBytes(parts.subList(1, parts.size()))
                        + weight.recipe().preparingReadings() * parts.get(0).storedBytes();
    }

    private static long storedBytes(List<StoredTensor> tensors) {
        return tensors.stream().mapToLong(StoredTensor::storedBytes).sum();
    }

    /** Bytes fetched in one reading of the matrix; 0 for a product. */
    public long bytesPerReading() {
        return isProduct() ? 0 : tensor.storedBytes();
    }

    /** Index in a stack of matrices; 0 without one. */
    public long batchIndex() {
        return weight == null ? 0 : weight.batchIndex();
    }

    /** Bound on the relative error of entries that factors were put on; 0 without factors. */
    public double scalingError() {
        return made == null ? 0 : made.scaling().error();
    }

    /** Whether entries are numbers of at most 26 bits, so that products of two are exact in double. */
    public boolean hasShortEntries() {
        return tensor.dtype() != DType.F64 && made == null;
    }

    /** The factors on a part of the matrix, cut along its long side: it begins at this line, and this entry within it. */
    public Scaling.@Nullable Tiles scaling(long line, long entry) {
        if (made == null) {
            return null;
        }
        Scaling scaling = made.scaling();
        return shape().isTall() ? scaling.rows(line, entry) : scaling.columns(line, entry);
    }

    /** The 2-D view. */
    public MatrixShape shape() {
        return MatrixShape.of(tensor.shape());
    }
}
