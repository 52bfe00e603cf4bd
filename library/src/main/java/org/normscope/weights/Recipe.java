package org.normscope.weights;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout.LowRankSum;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * How the weight that a layer applies is made of what is stored: tensors and a formula, no numbers. In a stack of matrices the tensors
 * are slices of stored ones, under the stored ones' names.
 */
public sealed interface Recipe extends Serializable {
    /**
     * W is what is stored.
     *
     * @param rowDim 0, unless somebody who knows the layer says that another one holds its outputs
     */
    record Plain(StoredTensor tensor, int rowDim) implements Recipe {
        /** Whose first dimension becomes rows. */
        public Plain(StoredTensor tensor) {
            this(tensor, 0);
        }

        @Override
        public RowAxis rowAxis() {
            return rowDim == 0 ? RowAxis.UNKNOWN : RowAxis.OUT;
        }

        @Override
        public How how() {
            return How.PLAIN;
        }

        @Override
        public List<StoredTensor> parts() {
            return List.of(tensor);
        }
    }

    /**
     * {@code W = v (g / ||v||)}, torch's weight norm: the Euclidean norm is that of every slice of v along {@code dim}, one entry of g
     * each, or that of all of v. v needn't have norm 1, entries of g may be negative, and a slice of zeros stays zeros.
     *
     * @param g magnitudes: one number, or as many as v has slices
     * @param v directions, of the shape of W
     * @param dim the dimension of v that g runs along; {@link #WHOLE} where g is one number. Not the dimension that becomes rows
     */
    record WeightNorm(StoredTensor g, StoredTensor v, int dim) implements Recipe {
        /** One norm for the whole tensor; torch writes {@code dim=-1} and {@code dim=None} for that. */
        public static final int WHOLE = -1;

        @Override
        public How how() {
            return How.WEIGHT_NORM;
        }

        @Override
        public int preparingReadings() {
            return 1;
        }

        @Override
        public List<StoredTensor> parts() {
            return List.of(v, g);
        }
    }

    /**
     * {@code W = W0 / (u . M v)}, torch's spectral norm, where M is W0 with one of its dimensions first and the others flattened.
     *
     * @param original W0
     * @param u a vector, as long as M has rows
     * @param v a vector, as long as M has columns
     * @param orientation which dimension is first
     */
    record SpectralNorm(StoredTensor original, StoredTensor u, StoredTensor v, Orientation orientation)
            implements Recipe {
        /** Which dimension of the original is first, as the lengths of u and v tell. */
        public enum Orientation {
            /** The first: all layers but transposed convolutions. */
            DIM_0,
            /** The second: transposed convolutions. */
            DIM_1,
            /** The lengths fit both: the one with the larger {@code u . M v}, for u and v are the state of a power iteration on it. */
            EITHER
        }

        @Override
        public How how() {
            return How.SPECTRAL_NORM;
        }

        @Override
        public int preparingReadings() {
            return orientation == Orientation.EITHER ? 2 : 1;
        }

        @Override
        public List<StoredTensor> parts() {
            return List.of(original, u, v);
        }

        /** Torch puts dimension 1 first for transposed convolutions, whose outputs it numbers; dimension 0 for embeddings, too. */
        @Override
        public RowAxis rowAxis() {
            return orientation == Orientation.DIM_1 ? RowAxis.OUT : RowAxis.UNKNOWN;
        }

        @Override
        public int rowDim() {
            return orientation == Orientation.DIM_1 ? 1 : 0;
        }
    }

    /**
     * {@code W[i, j] = codes[i, j] * scale[i / blockRows, j / blockCols]}: eight-bit floats, one factor for every block; blocks at the
     * lower and right edge are cropped. The scale, row-major, has {@code ceil(cols / blockCols)} entries a row. It multiplies under
     * each of its names, {@code weight_scale_inv} too.
     *
     * @param codes eight-bit floats, of the shape of W
     * @param scale the factors
     * @param blockRows rows that share a factor, at least 1
     * @param blockCols neighbours in a row that share a factor, at least 1
     */
    record BlockScaled(StoredTensor codes, StoredTensor scale, long blockRows, long blockCols) implements Recipe {
        @Override
        public How how() {
            return How.BLOCK_SCALED;
        }

        @Override
        public List<StoredTensor> parts() {
            return List.of(codes, scale);
        }
    }

    /**
     * {@code W[i, 32 b + k] = e2m1(nibble k of blocks[i, b]) * 2^(scales[i, b] - 127)}, OCP MXFP4: a byte holds an even k in its lower
     * four bits and k + 1 in its upper ones. The scale 255 is NaN.
     *
     * @param blocks bytes, rows x blocks x 16
     * @param scales bytes, rows x blocks: E8M0 exponents
     */
    record MxFp4(StoredTensor blocks, StoredTensor scales) implements Recipe {
        /** Weights that share a scale. */
        public static final int BLOCK = 32;

        @Override
        public How how() {
            return How.MXFP4;
        }

        @Override
        public List<StoredTensor> parts() {
            return List.of(blocks, scales);
        }

        @Override
        public BlockCode code() {
            return BlockCode.E2M1;
        }

        @Override
        public Shape shape() {
            long cols = Math.multiplyExact(BLOCK, scales.shape().columns());
            return Shape.of(scales.shape().rows(), cols);
        }
    }

    /**
     * {@code W[i, 16 b + k] = e2m1(nibble k of packed[i, 8 b ...]) * scale[i, b] * G}, NVIDIA's NVFP4: a byte holds an even k in its
     * lower four bits. G is the one global number, or 1 divided by it: {@link Global}.
     *
     * @param packed bytes, rows x cols / 2
     * @param scale E4M3 numbers, rows x cols / 16
     * @param global one F32 number
     * @param use what is done with it
     */
    record NvFp4(StoredTensor packed, StoredTensor scale, StoredTensor global, Global use) implements Recipe {
        /** Weights that share a scale. */
        public static final int BLOCK = 16;

        /** What is done with the global number. */
        public enum Global {
            /** {@code G = global}: {@code weight_scale_2} of NVIDIA's Model Optimizer. */
            MULTIPLIES,
            /** {@code G = 1 / global}: {@code weight_global_scale} of compressed-tensors. */
            DIVIDES
        }

        @Override
        public How how() {
            return How.NVFP4;
        }

        @Override
        public List<StoredTensor> parts() {
            return List.of(packed, scale, global);
        }

        @Override
        public BlockCode code() {
            return BlockCode.E2M1;
        }

        @Override
        public Shape shape() {
            long cols = Math.multiplyExact(2, packed.shape().columns());
            return Shape.of(packed.shape().rows(), cols);
        }
    }

    /**
     * {@code W = B A}, the product of a low-rank adapter, without the factor alpha / r, which lies in a configuration. Both factors are
     * taken as matrices with dimension 0 first.
     *
     * @param a r x in
     * @param b out x r
     * @param magnitude norms of the rows of the adapted weight, where the adapter is a DoRA; not a factor of the product
     */
    record Lora(StoredTensor a, StoredTensor b, @Nullable StoredTensor magnitude) implements Recipe {
        @Override
        public List<StoredTensor> factors() {
            return List.of(b, a);
        }

        @Override
        public How how() {
            return How.LORA;
        }

        @Override
        public List<StoredTensor> parts() {
            return magnitude == null ? List.of(a, b) : List.of(a, b, magnitude);
        }

        @Override
        public RowAxis rowAxis() {
            return RowAxis.OUT;
        }

        @Override
        public Shape shape() {
            return Shape.of(b.shape().rows(), a.shape().columns());
        }
    }

    /**
     * {@code W = base + factor B A}: a stored weight with a low-rank adapter merged into it; (B A)ᵀ where the base is stored as inputs x
     * outputs.
     *
     * @param base the stored weight
     * @param a r x in
     * @param b out x r
     * @param factor alpha / r, or alpha / sqrt(r), as a double
     * @param orientation how the product is added
     */
    record Adapted(StoredTensor base, StoredTensor a, StoredTensor b, double factor, LowRankSum.Orientation orientation)
            implements Recipe {
        @Override
        public How how() {
            return How.ADAPTED;
        }

        @Override
        public List<StoredTensor> parts() {
            return List.of(base, a, b);
        }

        @Override
        public long factorEntries() {
            return a.shape().elements() + b.shape().elements();
        }

        /** The entries, under the base's name. */
        public StoredTensor entries() {
            return new StoredTensor(
                    base.name(), DType.F64, base.shape(), new LowRankSum(base, a, b, factor, orientation));
        }
    }

    /**
     * W is a function of the originals that no file names: torch stores a parametrization's tensors, not what it does with them.
     *
     * @param original the largest of the originals
     * @param others all else that is stored of it
     */
    record Parametrized(StoredTensor original, List<StoredTensor> others) implements Recipe {
        /** Copies the list. */
        public Parametrized {
            others = List.copyOf(others);
        }

        @Override
        public How how() {
            return How.PARAMETRIZED;
        }

        @Override
        public List<StoredTensor> parts() {
            return Stream.concat(Stream.of(original), others.stream()).toList();
        }
    }

    /** What kind of recipe this is. */
    How how();

    /** The tensors that are read for it; first the one that has the weight's entries, or the codes of them. */
    List<StoredTensor> parts();

    /** Matrices whose product W is: they are held in memory, and W itself is never read. None where entries of W are read. */
    default List<StoredTensor> factors() {
        return List.of();
    }

    /** Entries of all factors that are held in memory. */
    default long factorEntries() {
        return factors().stream().mapToLong(factor -> factor.shape().elements()).sum();
    }

    /** What the bytes of the first of the parts are codes of; null where its elements are numbers. */
    default @Nullable BlockCode code() {
        return null;
    }

    /** The shape of the weight, at least two dimensions. */
    default Shape shape() {
        return parts().get(0).shape();
    }

    /** What the rows are, where the parts tell. */
    default RowAxis rowAxis() {
        return RowAxis.UNKNOWN;
    }

    /** How often the first of the parts is read before the passes over the weight. */
    default int preparingReadings() {
        return 0;
    }

    /** The dimension of the weight that becomes rows; for an orientation that isn't known yet, 0. */
    default int rowDim() {
        return 0;
    }
}
