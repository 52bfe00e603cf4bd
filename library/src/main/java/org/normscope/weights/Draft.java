package org.normscope.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.WeightMap.Use;
import org.normscope.weights.WeightMap.Weights;

/** A {@link WeightMap} that is being made: what is recognized is noted here; what is left over is plain. */
final class Draft {
    private final List<StoredTensor> tensors;
    private final Map<String, Integer> indices = new HashMap<>();
    private final Map<Integer, Use> uses = new HashMap<>();
    private final Map<Integer, List<EffectiveWeight>> made = new HashMap<>();
    /** All that is made, by every name. */
    private final List<EffectiveWeight> named = new ArrayList<>();

    private final Set<List<Object>> keys = new HashSet<>();
    private final int[] first;
    private final Stacks stacks = new Stacks();

    /** The same place: equal type, shape and layout. */
    private record Place(DType dtype, Shape shape, Layout layout) {}

    Draft(List<StoredTensor> tensors) {
        this.tensors = tensors;
        this.first = new int[tensors.size()];
        Map<Place, Integer> places = new HashMap<>();
        for (int i = 0; i < first.length; i++) {
            StoredTensor tensor = tensors.get(i);
            if (Role.of(tensor) != Role.OPTIMIZER) {
                indices.put(tensor.name(), i);
            }
            // Tensors without stored bytes have no place that they could share.
            Place place = new Place(tensor.dtype(), tensor.shape(), tensor.layout());
            Integer before = tensor.bytes() == 0 ? null : places.putIfAbsent(place, i);
            first[i] = before == null ? i : before;
        }
    }

    /** Visits every tensor that nothing has a use for when its turn comes, in order; optimizer state is left out. */
    void eachUnused(Consumer<StoredTensor> visitor) {
        for (StoredTensor tensor : tensors) {
            if (find(tensor.name()) != null) {
                visitor.accept(tensor);
            }
        }
    }

    /** The unused tensor of this name; null if there is none. */
    @Nullable
    StoredTensor find(String name) {
        Integer index = indices.get(name);
        return index == null || uses.containsKey(index) ? null : tensors.get(index);
    }

    /** What slices stacks. */
    Stacks stacks() {
        return stacks;
    }

    /** Notes a tensor's use; the first one noted holds. */
    void use(StoredTensor tensor, Role role, @Nullable String usedBy) {
        use(tensor, new Use(role, usedBy, null));
    }

    /** Notes codes or scales that nothing decodes. */
    void quantized(StoredTensor tensor, String scheme) {
        use(tensor, new Use(Role.QUANTIZED, null, scheme));
    }

    private void use(StoredTensor tensor, Use use) {
        uses.putIfAbsent(index(tensor), use);
    }

    private int index(StoredTensor tensor) {
        Integer index = indices.get(tensor.name());
        if (index == null) {
            throw new IllegalArgumentException("no tensor " + tensor.name());
        }
        return index;
    }

    /** Notes a weight, whose source is its recipe's first part, and that its parts have this role. */
    void weight(String name, Recipe recipe, Role role) {
        for (StoredTensor part : recipe.parts()) {
            use(part, role, name);
        }
        weight(name, recipe, 0);
    }

    /** Notes a weight, or one of a stack of them, unless all its parts are tied to those of one that is noted. */
    void weight(String name, Recipe recipe, long batchIndex) {
        int source = index(recipe.parts().get(0));
        EffectiveWeight weight = new EffectiveWeight(name, tensors.get(source), recipe, batchIndex);
        named.add(weight);
        List<Object> key = new ArrayList<>(List.of(recipe.how(), batchIndex));
        recipe.parts().forEach(part -> key.add(first[index(part)]));
        if (recipe.shape().rank() >= 2 && keys.add(key)) {
            made.computeIfAbsent(source, i -> new ArrayList<>()).add(weight);
        }
    }

    /** What is recognized, and of all that is left the matrices. */
    WeightMap map() {
        List<EffectiveWeight> weights = new ArrayList<>();
        Set<Integer> plain = new HashSet<>();
        for (int i = 0; i < first.length; i++) {
            if (isMatrix(i) && plain.add(first[i])) {
                weights.addAll(stacks.plain(tensors.get(i)));
            }
            weights.addAll(made.getOrDefault(i, List.of()));
        }
        named.sort(Comparator.comparingInt(weight -> index(weight.source())));
        return new WeightMap(tensors, new Weights(weights, named), uses, first);
    }

    private boolean isMatrix(int index) {
        StoredTensor tensor = tensors.get(index);
        Use use = uses.get(index);
        Role role = use == null ? Role.of(tensor) : use.role();
        return tensor.shape().rank() >= 2
                && tensor.dtype().kind() != DType.Kind.INTEGER
                && role != Role.OPTIMIZER
                && role != Role.PARAMETRIZATION
                && role != Role.QUANTIZED;
    }
}
