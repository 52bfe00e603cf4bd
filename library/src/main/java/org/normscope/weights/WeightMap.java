package org.normscope.weights;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;

/**
 * Which weights a checkpoint has, and what every tensor of it is for, judged by names, types, shapes and places alone. Tensors are
 * meant by their index in the checkpoint.
 */
public final class WeightMap {
    private final List<StoredTensor> tensors;
    private final Weights weights;
    private final Map<String, Integer> indices = new HashMap<>();
    private final Map<Integer, Use> uses;
    private final int[] first;

    /**
     * What a tensor is for, where its surroundings tell more than itself.
     *
     * @param role its role
     * @param usedBy the weight that it is a part of
     * @param scheme of quantization, where nothing here decodes it
     */
    record Use(Role role, @Nullable String usedBy, @Nullable String scheme) {}

    /**
     * What was recognized, in the order of the sources.
     *
     * @param all effective weights, tied ones once
     * @param made what is made of several tensors, by every name, vectors too
     */
    record Weights(List<EffectiveWeight> all, List<EffectiveWeight> made) {
        Weights {
            all = Collections.unmodifiableList(all);
            made = Collections.unmodifiableList(made);
        }
    }

    /**
     * @param uses by tensor; those that have none are judged alone
     * @param first for every tensor the first one that has the same elements in the same place
     */
    WeightMap(List<StoredTensor> tensors, Weights weights, Map<Integer, Use> uses, int[] first) {
        this.tensors = tensors;
        this.weights = weights;
        this.uses = Map.copyOf(uses);
        this.first = first.clone();
        for (int i = 0; i < tensors.size(); i++) {
            indices.put(tensors.get(i).name(), i);
        }
    }

    /** Recognizes the weights of a checkpoint; nothing is read. */
    public static WeightMap of(Checkpoint checkpoint) {
        return of(checkpoint, List.of());
    }

    /**
     * The same with adapters merged into weights: each makes one more weight, of the base's name.
     *
     * @param adapted of tensors of this checkpoint
     */
    public static WeightMap of(Checkpoint checkpoint, List<Recipe.Adapted> adapted) {
        Draft draft = new Draft(checkpoint.tensors());
        FourBitFloats.find(draft);
        QuantizedCodes.find(draft);
        ScaledCodes.find(draft);
        Parametrizations.find(draft);
        LegacyNorms.find(draft);
        LowRankFactors.find(draft);
        adapted.forEach(recipe -> draft.weight(recipe.base().name(), recipe, 0));
        return draft.map();
    }

    /**
     * The same where the outputs of some layers are known to lie along the second dimension of their weights.
     *
     * @param names of those weights
     */
    public WeightMap transposing(Set<String> names) {
        List<EffectiveWeight> turned = weights.all().stream()
                .map(weight -> names.contains(weight.name()) ? weight.withOutputs(1) : weight)
                .toList();
        return new WeightMap(tensors, new Weights(turned, weights.made()), uses, first);
    }

    /** All effective weights, decodable or not, in the order of their sources; weights of tied tensors once. */
    public List<EffectiveWeight> weights() {
        return weights.all();
    }

    /**
     * Everything that is made of other tensors than one plain one, in the order of the sources: by each of its names where tensors are
     * tied, and vectors too, which are no weights to an audit.
     */
    public List<EffectiveWeight> made() {
        return weights.made();
    }

    /** The tensors that a weight is made of; its source comes first. */
    public List<Integer> parts(EffectiveWeight weight) {
        return weight.recipe().parts().stream()
                .map(part -> indexOf(part.name()))
                .toList();
    }

    /** The tensor of this name; there must be one. */
    private int indexOf(String name) {
        Integer index = indices.get(name);
        if (index == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return index;
    }

    /** The tensor that holds a weight's entries. */
    public int source(EffectiveWeight weight) {
        return indexOf(weight.source().name());
    }

    /** What a tensor is for. */
    public Role roleOf(int index) {
        Use use = uses.get(index);
        return use == null ? Role.of(tensors.get(index)) : use.role();
    }

    /** The name of the weight that a tensor is a part of; null if it is none. */
    public @Nullable String usedBy(int index) {
        Use use = uses.get(index);
        return use == null ? null : use.usedBy();
    }

    /** The word for a tensor's quantization, of codes and scales that nothing here decodes; null for all others. */
    public @Nullable String quantized(int index) {
        Use use = uses.get(index);
        return use == null ? null : use.scheme();
    }

    /** The name of the first tensor that has the same elements in the same place; null if that is this one. */
    public @Nullable String aliasOf(int index) {
        return first[index] == index ? null : tensors.get(first[index]).name();
    }

    /** The first tensor that has the same elements in the same place: often this one. */
    public int first(int index) {
        return first[index];
    }
}
