package org.normscope.audit.plan;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.normscope.elements.TensorFiles;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Recipe;

/** Tasks of weights that are made of several tensors, or of a part of one. */
final class MadeTasks {
    private MadeTasks() {}

    static AuditTask of(Checkpoint checkpoint, int index, EffectiveWeight weight) {
        Map<Integer, String> locations = new TreeMap<>();
        for (StoredTensor part : weight.recipe().parts()) {
            locations.putAll(TensorFiles.of(checkpoint, part).locations());
        }
        return new AuditTask(index, entries(weight), new TensorFiles(locations), weight);
    }

    /** What is read pass after pass, under the weight's name. */
    private static StoredTensor entries(EffectiveWeight weight) {
        Recipe recipe = weight.recipe();
        if (!recipe.factors().isEmpty()) {
            return core(weight);
        }
        if (recipe instanceof Recipe.Adapted adapted) {
            return adapted.entries();
        }
        StoredTensor first = recipe.parts().get(0);
        BlockCode code = recipe.code();
        if (code != null) {
            Layout codes = new Layout.Coded(first.file(), first.offset(), code);
            return named(weight, code.decoded(), recipe.shape(), codes);
        }
        StoredTensor entries = first.withFirst(recipe.rowDim());
        return named(weight, entries.dtype(), entries.shape(), entries.layout());
    }

    /** The core of a product, as small as the factors' shorter sides; computed, not read. */
    private static StoredTensor core(EffectiveWeight weight) {
        List<StoredTensor> factors = weight.recipe().factors();
        long[] sides = factors.stream()
                .mapToLong(
                        factor -> Math.min(factor.shape().rows(), factor.shape().columns()))
                .toArray();
        return named(
                weight,
                DType.F64,
                Shape.of(sides),
                weight.recipe().parts().get(0).layout());
    }

    private static StoredTensor named(EffectiveWeight weight, DType dtype, Shape shape, Layout layout) {
        return new StoredTensor(weight.name(), dtype, shape, layout);
    }
}
