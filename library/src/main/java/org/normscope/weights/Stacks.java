package org.normscope.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * Tensors whose leading dimensions number matrices: experts, and layers where Megatron's distributed checkpoints stack them. Only
 * names that mean nothing else count.
 */
final class Stacks {
    private static final String START = "(^|[./!])";
    private static final Pattern EXPERTS = Pattern.compile(START
            + "(experts\\.(gate_up_proj|gate_proj|up_proj|down_proj|w1|w2|w3|w13)(\\.weight)?"
            + "|experts\\.(experts\\.)?linear_fc[12]\\.weight"
            + "|blk\\.\\d+\\.ffn_(gate|up|down|gate_up)_exps\\.weight)$");
    private static final Pattern LAYERS = Pattern.compile(
            START + "(decoder|encoder)\\.layers\\.(self_attention|cross_attention|mlp)\\.([A-Za-z_]\\w*\\.)*weight$");

    /** Slices of one stack, and of all stacks of a checkpoint: beyond these a tensor is no stack. */
    private static final long MOST_IN_ONE = 1 << 15;

    private static final long MOST_SLICES = 1 << 17;
    private static final long MOST_STEPS = 1 << 24;

    private long slices;
    private long steps;

    /** How many leading dimensions of a tensor of this name number matrices; 0 if it is no stack. */
    static int depth(String name, Shape shape) {
        int depth = shape.rank() - 2;
        if (depth < 1 || !Names.isOrdinary(name)) {
            return 0;
        }
        boolean experts = EXPERTS.matcher(name).find();
        boolean layers = LAYERS.matcher(name).find();
        boolean known = depth == 1 && (experts || layers) || depth == 2 && experts && layers;
        return known && shape.elements() > 0 ? depth : 0;
    }

    /** The weights that a tensor which is no part of others makes: itself, or its slices. */
    List<EffectiveWeight> plain(StoredTensor tensor) {
        int depth = depth(tensor.name(), tensor.shape());
        if (depth == 0 || !take(List.of(tensor), depth)) {
            return List.of(EffectiveWeight.plain(tensor));
        }
        List<EffectiveWeight> weights = new ArrayList<>();
        List<StoredTensor> matrices = matrices(tensor, depth);
        for (int i = 0; i < matrices.size(); i++) {
            weights.add(new EffectiveWeight(tensor.name(), tensor, new Recipe.Plain(matrices.get(i)), i));
        }
        return weights;
    }

    /** The matrices of a stack, row-major over its leading dimensions. */
    static List<StoredTensor> matrices(StoredTensor tensor, int depth) {
        List<StoredTensor> slices = List.of(tensor);
        for (int d = 0; d < depth; d++) {
            List<StoredTensor> deeper = new ArrayList<>();
            for (StoredTensor slice : slices) {
                for (long i = 0; i < slice.shape().rows(); i++) {
                    deeper.add(slice.slice(i));
                }
            }
            slices = deeper;
        }
        return slices;
    }

    /** Whether these tensors, stacked alike, may be sliced; a stranger's file can't ask for more memory than real ones do. */
    boolean take(List<StoredTensor> stacked, int depth) {
        long count = 1;
        for (long dim : stacked.get(0).shape().dims().subList(0, depth)) {
            count *= dim;
        }
        long pieces = 0;
        for (StoredTensor tensor : stacked) {
            if (tensor.layout() instanceof Layout.Opaque) {
                return false;
            }
            pieces += tensor.layout() instanceof Layout.Boxes boxes
                    ? boxes.boxes().size()
                    : 1;
        }
        if (count > MOST_IN_ONE || slices + count > MOST_SLICES || steps + count * pieces > MOST_STEPS) {
            return false;
        }
        slices += count;
        steps += count * pieces;
        return true;
    }
}
