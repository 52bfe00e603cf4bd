package org.normscope.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.Selection;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Role;
import org.normscope.weights.WeightMap;

/**
 * The weights of a checkpoint that one of torch's norms can be put on: matrices and kernels of layers, stored as they are, in a type that
 * torch computes in. Vectors, buffers, integers and state of optimizers are no weights.
 */
final class PlainWeights {
    private static final Set<DType> COMPUTED = Set.of(DType.F64, DType.F32, DType.F16, DType.BF16);

    private final Checkpoint checkpoint;
    private final Selection selection;
    private final WeightMap map;
    private final Set<Integer> stacks = new HashSet<>();

    PlainWeights(Checkpoint checkpoint, Selection selection) {
        this.checkpoint = checkpoint;
        this.selection = selection;
        this.map = WeightMap.of(checkpoint);
        map.weights().stream().filter(EffectiveWeight::isSlice).forEach(weight -> stacks.add(map.source(weight)));
    }

    /** Those that are selected, in order; why others aren't fit is noted. */
    List<StoredTensor> fit(RewriteDraft draft) {
        OldSpectralNorms.left(checkpoint, selection).forEach(old -> draft.leave(old.weight(), old.reason()));
        List<StoredTensor> fit = new ArrayList<>();
        for (int i = 0; i < checkpoint.tensors().size(); i++) {
            StoredTensor tensor = checkpoint.tensors().get(i);
            Role role = map.roleOf(i);
            String weight = role == Role.PARAMETRIZATION || role == Role.QUANTIZED ? map.usedBy(i) : tensor.name();
            if (weight == null || !selection.matches(weight) || !isWeight(role, tensor)) {
                continue;
            }
            String obstacle = obstacle(i, role);
            if (obstacle == null) {
                fit.add(tensor);
            } else {
                draft.leave(weight, obstacle);
            }
        }
        return fit;
    }

    private static boolean isWeight(Role role, StoredTensor tensor) {
        boolean matrix = tensor.shape().rank() >= 2 && tensor.dtype().kind() != DType.Kind.INTEGER;
        return switch (role) {
            case WEIGHT, EMBEDDING -> matrix;
            case PARAMETRIZATION, QUANTIZED -> true;
            default -> false;
        };
    }

    private @Nullable String obstacle(int index, Role role) {
        StoredTensor tensor = checkpoint.tensors().get(index);
        if (role == Role.PARAMETRIZATION) {
            return "is parametrized already; fuse it first";
        }
        if (role == Role.QUANTIZED) {
            return "is stored in codes";
        }
        if (role == Role.EMBEDDING) {
            return "is the table of an embedding, no layer that multiplies";
        }
        if (map.usedBy(index) != null) {
            return "is a factor of the product " + map.usedBy(index);
        }
        if (stacks.contains(map.first(index))) {
            return "is a stack of matrices, which torch would take for one";
        }
        return COMPUTED.contains(tensor.dtype())
                ? null
                : "has type " + tensor.type() + ", in which torch can't compute";
    }
}
