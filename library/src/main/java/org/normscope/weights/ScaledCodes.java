package org.normscope.weights;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe.BlockScaled;

/**
 * Finds weights of eight-bit floats that a tensor of scales multiplies, per tensor, row or block, as its shape says. Where the shape
 * says nothing that fits, codes and scales are marked as not decoded: a wrong scale is worse than none.
 */
final class ScaledCodes {
    /** Rows and columns of a block where a matrix isn't a whole number of blocks (DeepSeek-V3). */
    private static final long BLOCK = 128;

    private static final Set<DType> CODES =
            EnumSet.of(DType.F8_E4M3, DType.F8_E5M2, DType.F8_E4M3FNUZ, DType.F8_E5M2FNUZ);
    private static final Set<DType> SCALES = EnumSet.of(DType.F32, DType.BF16, DType.F16, DType.F64, DType.F8_E8M0);

    private ScaledCodes() {}

    static void find(Draft draft) {
        draft.eachUnused(tensor -> {
            StoredTensor scale = CODES.contains(tensor.dtype()) ? scale(draft, tensor.name()) : null;
            if (scale != null && !isWeight(draft, tensor, scale)) {
                String scheme = "scales of shape " + scale.shape() + " for codes of shape " + tensor.shape();
                draft.quantized(tensor, scheme);
                draft.quantized(scale, scheme);
            }
        });
    }

    private static @Nullable StoredTensor scale(Draft draft, String name) {
        StoredTensor inverse = draft.find(name + "_scale_inv");
        StoredTensor direct = inverse == null ? draft.find(name + "_scale") : inverse;
        return direct == null && Names.endsInWord(name, "weight")
                ? draft.find(Names.without(name, "weight") + "scale")
                : direct;
    }

    private static boolean isWeight(Draft draft, StoredTensor codes, StoredTensor scale) {
        if (!SCALES.contains(scale.dtype()) || codes.shape().rank() < 2) {
            return false;
        }
        int depth = Stacks.depth(codes.name(), codes.shape());
        return depth > 0 ? isStack(draft, codes, scale, depth) : isMatrix(draft, codes, scale);
    }

    private static boolean isMatrix(Draft draft, StoredTensor codes, StoredTensor scale) {
        BlockScaled recipe = recipe(codes, scale);
        if (recipe == null) {
            return false;
        }
        draft.weight(codes.name(), recipe, Role.QUANTIZED);
        return true;
    }

    private static boolean isStack(Draft draft, StoredTensor codes, StoredTensor scale, int depth) {
        List<Long> batch = codes.shape().dims().subList(0, depth);
        boolean shared = scale.shape().elements() == 1;
        boolean stacked = scale.shape().rank() >= depth
                && scale.shape().dims().subList(0, depth).equals(batch);
        if (!shared && !stacked || !draft.stacks().take(List.of(codes, scale), depth)) {
            return false;
        }
        List<StoredTensor> matrices = Stacks.matrices(codes, depth);
        List<StoredTensor> scales = stacked ? Stacks.matrices(scale, depth) : List.of(scale);
        if (recipe(matrices.get(0), scales.get(0)) == null) {
            return false;
        }
        draft.use(codes, Role.QUANTIZED, codes.name());
        draft.use(scale, Role.QUANTIZED, codes.name());
        for (int i = 0; i < matrices.size(); i++) {
            BlockScaled recipe = recipe(matrices.get(i), scales.get(stacked ? i : 0));
            if (recipe != null) {
                draft.weight(codes.name(), recipe, i);
            }
        }
        return true;
    }

    /** The recipe that the scale's shape fits; null if none. */
    private static @Nullable BlockScaled recipe(StoredTensor codes, StoredTensor scale) {
        long rows = codes.shape().rows();
        long cols = codes.shape().columns();
        Shape cut = cut(scale.shape(), codes.shape());
        if (cut == null) {
            return null;
        }
        long blockRows = block(rows, cut.dims().get(0));
        long blockCols = block(cols, cut.dims().get(1));
        return blockRows == 0 || blockCols == 0 ? null : new BlockScaled(codes, scale, blockRows, blockCols);
    }

    /** Factors down and across; null where the scale's dimensions aren't those of a matrix. */
    private static @Nullable Shape cut(Shape scale, Shape codes) {
        if (scale.elements() == 1) {
            return Shape.of(1, 1);
        }
        if (scale.rank() == 2 && (codes.rank() == 2 || scale.columns() == 1)) {
            return scale;
        }
        boolean perRow = scale.rank() == 1 || scale.rank() == codes.rank() && scale.elements() == scale.rows();
        return perRow && scale.rows() == codes.rows() ? Shape.of(scale.rows(), 1) : null;
    }

    /** Length of a block where n entries have so many factors; 0 if no usual one fits. */
    private static long block(long n, long factors) {
        if (factors == 1 || factors == n) {
            return factors == 1 ? Math.max(1, n) : 1;
        }
        if (factors > 1 && n / BLOCK + (n % BLOCK == 0 ? 0 : 1) == factors) {
            return BLOCK;
        }
        return factors > 1 && n % factors == 0 ? n / factors : 0;
    }
}
