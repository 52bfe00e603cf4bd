package org.normscope.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.KeyLayout.SpectralKeys;
import org.normscope.parity.KeyLayout.WeightKeys;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Role;
import org.normscope.weights.WeightMap;

/**
 * A checkpoint with the keys of weight norms and spectral norms in one of torch's two layouts. Nothing but names changes; tensors keep
 * their order and their bytes.
 */
public final class Migration {
    private Migration() {}

    /**
     * Plans it from names, types and shapes; nothing is read.
     *
     * @param target the layout of the new keys
     * @param selection which weights it may rename, by their own names
     * @throws BadCheckpointException if a tensor can't be copied, or two would have one name
     */
    public static Rewrite of(Checkpoint checkpoint, KeyLayout target, Selection selection)
            throws BadCheckpointException {
        return new Planning(checkpoint, target, selection).plan();
    }

    private static final class Planning {
        private final Checkpoint checkpoint;
        private final KeyLayout target;
        private final Selection selection;
        private final WeightMap map;
        private final Map<String, StoredTensor> byName = new HashMap<>();
        private final Map<String, String> renamed = new HashMap<>();
        private final List<Change> changes = new ArrayList<>();
        private final List<Left> left = new ArrayList<>();

        Planning(Checkpoint checkpoint, KeyLayout target, Selection selection) {
            this.checkpoint = checkpoint;
            this.target = target;
            this.selection = selection;
            this.map = WeightMap.of(checkpoint);
            checkpoint.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
        }

        Rewrite plan() throws BadCheckpointException {
            parametrizations().forEach(this::weight);
            if (target == KeyLayout.PARAMETRIZED) {
                left.addAll(OldSpectralNorms.left(checkpoint, selection));
            }
            List<NewTensor> tensors = new ArrayList<>();
            for (StoredTensor tensor : checkpoint.tensors()) {
                String name = renamed.getOrDefault(tensor.name(), tensor.name());
                tensors.add(NewTensor.copy(checkpoint, tensor, name));
            }
            ShardPlan.requireNames(tensors);
            return new Rewrite(tensors, changes, left);
        }

        /** The parts of every weight that is made of some. */
        private Map<String, Set<String>> parametrizations() {
            Map<String, Set<String>> parts = new LinkedHashMap<>();
            for (int i = 0; i < checkpoint.tensors().size(); i++) {
                String weight = map.usedBy(i);
                if (weight != null && selection.matches(weight) && map.roleOf(i) == Role.PARAMETRIZATION) {
                    parts.computeIfAbsent(weight, name -> new HashSet<>())
                            .add(checkpoint.tensors().get(i).name());
                }
            }
            return parts;
        }

        private void weight(String weight, Set<String> parts) {
            KeyLayout source = target == KeyLayout.LEGACY ? KeyLayout.PARAMETRIZED : KeyLayout.LEGACY;
            Map<String, String> spectral = spectral(weight, source);
            Map<String, String> norm = norm(weight, source);
            if (parts.equals(norm.keySet())) {
                move(weight, norm);
            } else if (parts.equals(spectral.keySet())) {
                obstacle(weight, source)
                        .ifPresentOrElse(reason -> left.add(new Left(weight, reason)), () -> move(weight, spectral));
            } else if (!isInTarget(weight, parts)) {
                left.add(
                        new Left(
                                weight,
                                "is parametrized by more than one function, or by one that the file doesn't name; rewrite it in torch"));
            }
        }

        private void move(String weight, Map<String, String> keys) {
            renamed.putAll(keys);
            changes.add(new Change(
                    weight, List.copyOf(keys.keySet()), List.copyOf(keys.values()), "renamed", new Promise.Same()));
        }

        private boolean isInTarget(String weight, Set<String> parts) {
            return parts.equals(new HashSet<>(spectral(weight, target).values()))
                    || parts.equals(new HashSet<>(norm(weight, target).values()));
        }

        private Map<String, String> spectral(String weight, KeyLayout from) {
            SpectralKeys old = from.spectralNorm(weight);
            SpectralKeys now = target.spectralNorm(weight);
            Map<String, String> keys = new LinkedHashMap<>();
            keys.put(old.original(), now.original());
            keys.put(old.u(), now.u());
            keys.put(old.v(), now.v());
            return keys;
        }

        private Map<String, String> norm(String weight, KeyLayout from) {
            WeightKeys old = from.weightNorm(weight);
            WeightKeys now = target.weightNorm(weight);
            Map<String, String> keys = new LinkedHashMap<>();
            keys.put(old.g(), now.g());
            keys.put(old.v(), now.v());
            return keys;
        }

        /** Why torch would not read a spectral norm under its new keys as what it is. */
        private Optional<String> obstacle(String weight, KeyLayout source) {
            StoredTensor original = byName.get(source.spectralNorm(weight).original());
            if (original != null && original.shape().rank() == 1) {
                return Optional.of("is a vector, which has no u and v in the parametrized layout; rewrite it in torch");
            }
            return target == KeyLayout.LEGACY && byName.containsKey(weight)
                    ? Optional.of(
                            "lies beside its plain weight, which torch's legacy load hook would take for a checkpoint"
                                    + " without v; remove the plain weight first")
                    : Optional.empty();
        }
    }
}
