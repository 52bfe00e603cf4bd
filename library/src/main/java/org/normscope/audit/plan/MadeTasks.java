package org.normscope.audit.plan;

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
        StoredTensor first = recipe.parts().get(0);
        if (recipe instanceof Recipe.Lora lora) {
            // The core of the product, which is computed, not read.
            long down = Math.min(lora.b().shape().rows(), lora.b().shape().columns());
            long across = Math.min(lora.a().shape().rows(), lora.a().shape().columns());
            return named(weight, DType.F64, Shape.of(down, across), first.layout());
        }
        if (recipe instanceof Recipe.MxFp4 || recipe instanceof Recipe.NvFp4) {
            Layout codes = new Layout.Coded(first.file(), first.offset(), BlockCode.E2M1);
            return named(weight, BlockCode.E2M1.decoded(), recipe.shape(), codes);
        }
        boolean turned = recipe instanceof Recipe.SpectralNorm && recipe.rowDim() > 0;
        StoredTensor entries = turned ? first.withFirst(recipe.rowDim()) : first;
        return named(weight, entries.dtype(), entries.shape(), entries.layout());
    }

    private static StoredTensor named(EffectiveWeight weight, DType dtype, Shape shape, Layout layout) {
        return new StoredTensor(weight.name(), dtype, shape, layout);
    }
}
