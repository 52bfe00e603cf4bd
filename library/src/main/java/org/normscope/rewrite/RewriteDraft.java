package org.normscope.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;

/** A {@link Rewrite} that is being planned: what nothing is put in the place of is copied. */
final class RewriteDraft {
    private final Checkpoint checkpoint;
    private final Map<String, Integer> indices = new HashMap<>();
    private final Map<Integer, List<NewTensor>> placed = new HashMap<>();
    private final Set<Integer> gone = new HashSet<>();
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, String> left = new LinkedHashMap<>();

    RewriteDraft(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        for (int i = 0; i < checkpoint.tensors().size(); i++) {
            indices.put(checkpoint.tensors().get(i).name(), i);
        }
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    /** Whether the old checkpoint has a tensor of this name. */
    boolean has(String name) {
        return indices.containsKey(name);
    }

    /**
     * What becomes of tensors.
     *
     * @param weight that they make
     * @param what is done, in a word
     * @param promise what holds of the weight then
     */
    record Step(String weight, String what, Promise promise) {}

    /** Puts new tensors where the first of the old ones stands; the old ones are gone. */
    void replace(List<StoredTensor> old, List<NewTensor> now, Step step) {
        List<Integer> places =
                old.stream().map(tensor -> index(tensor.name())).sorted().toList();
        gone.addAll(places);
        placed.put(places.get(0), now);
        changed(
                places.stream()
                        .map(place -> checkpoint.tensors().get(place).name())
                        .toList(),
                now.stream().map(NewTensor::name).toList(),
                step);
    }

    /** Puts a new tensor in the place of an old one, of a weight that {@link #changed} tells of. */
    void swap(StoredTensor old, NewTensor now) {
        placed.put(index(old.name()), List.of(now));
    }

    /** Notes a weight that has other numbers than before. */
    void changed(List<String> before, List<String> after, Step step) {
        changes.add(new Change(step.weight(), before, after, step.what(), step.promise()));
    }

    private int index(String name) {
        Integer index = indices.get(name);
        if (index == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return index;
    }

    /** Notes why a weight stays; the first reason holds. */
    void leave(String weight, String reason) {
        left.putIfAbsent(weight, reason);
    }

    /** @throws BadCheckpointException if a tensor can't be copied, or two would have one name */
    Rewrite rewrite() throws BadCheckpointException {
        List<NewTensor> tensors = new ArrayList<>();
        for (int i = 0; i < checkpoint.tensors().size(); i++) {
            if (placed.containsKey(i)) {
                tensors.addAll(placed.getOrDefault(i, List.of()));
            } else if (!gone.contains(i)) {
                StoredTensor tensor = checkpoint.tensors().get(i);
                tensors.add(NewTensor.copy(checkpoint, tensor, tensor.name()));
            }
        }
        ShardPlan.requireNames(tensors);
        List<Left> stay = new ArrayList<>();
        left.forEach((weight, reason) -> stay.add(new Left(weight, reason)));
        return new Rewrite(tensors, changes, stay);
    }
}
