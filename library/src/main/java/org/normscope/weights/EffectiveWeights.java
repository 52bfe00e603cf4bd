package org.normscope.weights;

import java.util.ArrayList;
import java.util.List;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight.How;

/** Finds the effective weights of a checkpoint: every floating tensor with two or more dimensions that isn't optimizer state. */
public final class EffectiveWeights {
    private EffectiveWeights() {}

    /** The effective weights in the order of their tensors, decodable or not. */
    public static List<EffectiveWeight> of(Checkpoint checkpoint) {
        List<EffectiveWeight> weights = new ArrayList<>();
        for (StoredTensor tensor : checkpoint.tensors()) {
            if (isMatrix(tensor)) {
                weights.add(new EffectiveWeight(tensor.name(), tensor, How.PLAIN, 0));
            }
        }
        return weights;
    }

    private static boolean isMatrix(StoredTensor tensor) {
        return tensor.shape().rank() >= 2
                && tensor.dtype().kind() != DType.Kind.INTEGER
                && Role.of(tensor) != Role.OPTIMIZER;
    }
}
