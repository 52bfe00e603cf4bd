package org.normscope.weights;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;

/**
 * Finds codes of quantizations that nothing here decodes, by the tensors beside them, so that neither codes nor scales are taken for
 * weights.
 */
final class QuantizedCodes {
    /**
     * What a quantization leaves in a checkpoint.
     *
     * @param word for the report
     * @param codes last word of the name of the codes; empty where they have the weight's own name, with companions behind it
     * @param types of the codes
     * @param needed endings of names, in place of {@code codes}, that must be there
     * @param others endings that may be there
     */
    private record Scheme(String word, String codes, Set<DType> types, List<String> needed, List<String> others) {}

    private static final Set<DType> PACKED = Set.of(DType.U8, DType.I8, DType.I32, DType.I64, DType.U32);

    private static final List<Scheme> SCHEMES = List.of(
            new Scheme(
                    "bitsandbytes",
                    "",
                    Set.of(DType.U8, DType.I8, DType.BF16, DType.F16, DType.F32),
                    List.of(".absmax", ".quant_map"),
                    List.of(
                            ".nested_absmax",
                            ".nested_quant_map",
                            ".quant_state.bitsandbytes__nf4",
                            ".quant_state.bitsandbytes__fp4")),
            new Scheme("bitsandbytes", "weight", Set.of(DType.I8), List.of("SCB"), List.of("weight_format")),
            new Scheme(
                    "compressed-tensors",
                    "weight_packed",
                    PACKED,
                    List.of("weight_scale"),
                    List.of("weight_shape", "weight_zero_point", "weight_g_idx", "weight_global_scale")),
            new Scheme(
                    "compressed-tensors",
                    "weight",
                    Set.of(DType.I8),
                    List.of("weight_scale"),
                    List.of("weight_zero_point", "weight_g_idx")),
            new Scheme("codes in U8", "weight", Set.of(DType.U8), List.of("weight_scale"), List.of("weight_scale_2")),
            new Scheme("pairs of FP4 in I8", "weight", Set.of(DType.I8), List.of("scale"), List.of()),
            new Scheme("hqq", "W_q", PACKED, List.of("scale", "zero"), List.of("shape", "nbits", "group_size")),
            new Scheme(
                    "aqlm", "codes", Set.of(DType.I8, DType.I16, DType.U8), List.of("codebooks"), List.of("scales")));

    private QuantizedCodes() {}

    static void find(Draft draft) {
        draft.eachUnused(tensor -> {
            if (Names.endsInWord(tensor.name(), "qweight")) {
                packedIntegers(draft, tensor);
            }
            SCHEMES.forEach(scheme -> find(draft, tensor, scheme));
        });
    }

    private static void find(Draft draft, StoredTensor codes, Scheme scheme) {
        String name = codes.name();
        boolean named = scheme.codes.isEmpty() || Names.endsInWord(name, scheme.codes);
        if (!named || !scheme.types.contains(codes.dtype())) {
            return;
        }
        String stem = Names.without(name, scheme.codes);
        if (scheme.needed.stream().allMatch(ending -> draft.find(stem + ending) != null)) {
            draft.quantized(codes, scheme.word);
            note(draft, stem, scheme.needed, scheme.word);
            note(draft, stem, scheme.others, scheme.word);
        }
    }

    private static void note(Draft draft, String stem, List<String> endings, String word) {
        for (String ending : endings) {
            StoredTensor companion = draft.find(stem + ending);
            if (companion != null) {
                draft.quantized(companion, word);
            }
        }
    }

    /** GPTQ and AWQ give their tensors the same names; an order of rows, or the side that was packed, tells. */
    private static void packedIntegers(Draft draft, StoredTensor qweight) {
        String stem = Names.without(qweight.name(), "qweight");
        StoredTensor scales = draft.find(stem + "scales");
        if (scales == null || qweight.dtype().kind() != DType.Kind.INTEGER) {
            return;
        }
        String word = draft.find(stem + "g_idx") != null ? "gptq" : packedSide(qweight, scales);
        draft.quantized(qweight, word);
        note(draft, stem, List.of("scales", "qzeros", "g_idx"), word);
    }

    private static String packedSide(StoredTensor qweight, StoredTensor scales) {
        @Nullable Long outputs = lastDim(scales);
        @Nullable Long packed = lastDim(qweight);
        if (outputs == null || packed == null) {
            return "gptq or awq";
        }
        return packed.equals(outputs) ? "gptq" : packed < outputs ? "awq" : "gptq or awq";
    }

    private static @Nullable Long lastDim(StoredTensor tensor) {
        int rank = tensor.shape().rank();
        return rank == 2 ? tensor.shape().dims().get(rank - 1) : null;
    }
}
