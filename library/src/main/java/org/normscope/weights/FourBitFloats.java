package org.normscope.weights;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe.MxFp4;
import org.normscope.weights.Recipe.NvFp4;

/** Finds weights of four-bit floats with scales: gpt-oss's MXFP4, and NVFP4 as Model Optimizer and compressed-tensors write it. */
final class FourBitFloats {
    private static final int BYTES_OF_BLOCK = MxFp4.BLOCK / 2;

    private FourBitFloats() {}

    static void find(Draft draft) {
        draft.eachUnused(tensor -> {
            if (tensor.dtype() == DType.U8) {
                find(draft, tensor);
            }
        });
    }

    private static void find(Draft draft, StoredTensor codes) {
        String name = codes.name();
        if (name.endsWith("_blocks")) {
            mx(draft, Names.without(name, "_blocks"), codes);
        } else if (name.endsWith("_packed")) {
            String stem = Names.without(name, "_packed");
            nv(draft, stem, codes, draft.find(stem + "_global_scale"), NvFp4.Global.DIVIDES);
        } else {
            nv(draft, name, codes, draft.find(name + "_scale_2"), NvFp4.Global.MULTIPLIES);
        }
    }

    private static void mx(Draft draft, String name, StoredTensor blocks) {
        StoredTensor scales = draft.find(name + "_scales");
        if (scales == null || scales.dtype() != DType.U8 || !areBlocksOf(blocks, scales)) {
            return;
        }
        int depth = scales.shape().rank() - 2;
        if (depth == 0) {
            draft.weight(name, new MxFp4(blocks, scales), Role.QUANTIZED);
            return;
        }
        draft.use(blocks, Role.QUANTIZED, name);
        draft.use(scales, Role.QUANTIZED, name);
        if (draft.stacks().take(List.of(blocks, scales), depth)) {
            List<StoredTensor> scaleSlices = Stacks.matrices(scales, depth);
            List<StoredTensor> blockSlices = Stacks.matrices(blocks, depth);
            for (int i = 0; i < scaleSlices.size(); i++) {
                draft.weight(name, new MxFp4(blockSlices.get(i), scaleSlices.get(i)), i);
            }
        }
    }

    /** Whether the scales number the blocks: rows x blocks, or experts x rows x blocks, none of them zero. */
    private static boolean areBlocksOf(StoredTensor blocks, StoredTensor scales) {
        List<Long> dims = blocks.shape().dims();
        int rank = dims.size();
        return (rank == 3 || rank == 4)
                && dims.get(rank - 1) == BYTES_OF_BLOCK
                && dims.subList(0, rank - 1).equals(scales.shape().dims())
                && blocks.shape().elements() > 0;
    }

    private static void nv(
            Draft draft, String name, StoredTensor packed, @Nullable StoredTensor global, NvFp4.Global use) {
        StoredTensor scale = draft.find(name + "_scale");
        if (scale == null || global == null || scale.dtype() != DType.F8_E4M3 || global.dtype() != DType.F32) {
            return;
        }
        boolean fits = packed.shape().rank() == 2
                && scale.shape().rank() == 2
                && packed.shape().rows() == scale.shape().rows()
                && packed.shape().columns() % (NvFp4.BLOCK / 2) == 0
                && packed.shape().columns() / (NvFp4.BLOCK / 2) == scale.shape().columns()
                && global.shape().elements() == 1;
        if (fits) {
            draft.weight(name, new NvFp4(packed, scale, global, use), Role.QUANTIZED);
        }
    }
}
