package org.normscope.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.How;
import org.normscope.weights.WeightMap;

/** Whether new tensors will be known as the parts of the weight that they are made for. */
final class Parts {
    private Parts() {}

    /** Why a weight can't be stored as these parts, in words. */
    static Optional<String> obstacle(RewriteDraft draft, String weight, How how, List<NewTensor> parts) {
        for (NewTensor part : parts) {
            if (draft.has(part.name())) {
                return Optional.of("would be stored as " + part.name() + ", which there is already");
            }
        }
        if (parts.get(0).shape().elements() == 0) {
            return Optional.of("has no elements");
        }
        List<EffectiveWeight> made = WeightMap.of(alone(parts)).made();
        boolean known = made.size() == 1
                && made.get(0).name().equals(weight)
                && made.get(0).how() == how;
        return known
                ? Optional.empty()
                : Optional.of("would not be known again by its keys, "
                        + parts.get(0).name() + " and so on; take the other layout");
    }

    private static Checkpoint alone(List<NewTensor> parts) {
        List<StoredTensor> stored = new ArrayList<>();
        for (NewTensor part : parts) {
            stored.add(StoredTensor.contiguous(part.name(), part.dtype(), part.shape(), stored.size(), 0));
        }
        return new Checkpoint("", "", List.of(), stored, List.of(), Optional.empty());
    }
}
