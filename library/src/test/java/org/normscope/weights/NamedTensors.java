package org.normscope.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/** A checkpoint of names, types and shapes, one tensor behind the other; there are no bytes. */
final class NamedTensors {
    private final List<StoredTensor> tensors = new ArrayList<>();
    private long offset;

    /** Adds a tensor of F32. */
    NamedTensors with(String name, long... dims) {
        return with(name, DType.F32, dims);
    }

    NamedTensors with(String name, DType dtype, long... dims) {
        StoredTensor tensor = StoredTensor.contiguous(name, dtype, Shape.of(dims), 0, offset);
        offset += Math.max(1, tensor.bytes());
        tensors.add(tensor);
        return this;
    }

    /** Adds a tensor with the type, shape and place of another one. */
    NamedTensors tied(String name, String to) {
        StoredTensor other = tensors.stream()
                .filter(tensor -> tensor.name().equals(to))
                .findFirst()
                .orElseThrow();
        tensors.add(new StoredTensor(name, other.dtype(), other.shape(), other.layout()));
        return this;
    }

    /** Adds a tensor that its file lays out like this. */
    NamedTensors with(String name, DType dtype, Shape shape, Layout layout) {
        tensors.add(new StoredTensor(name, dtype, shape, layout));
        return this;
    }

    Checkpoint checkpoint() {
        CheckpointFile file = new CheckpointFile("model", "/model", offset, "0".repeat(64));
        return new Checkpoint("/model", "none", List.of(file), tensors, List.of(), Optional.empty());
    }

    WeightMap map() {
        return WeightMap.of(checkpoint());
    }

    /** Every weight as {@code name how rows x cols}, with the index behind a {@code #} in a stack. */
    List<String> weights() {
        return map().weights().stream()
                .map(weight -> weight.name() + " " + weight.how().word() + " " + weight.rows() + "x" + weight.cols()
                        + (weight.isStored() || weight.batchIndex() == 0 ? "" : "#" + weight.batchIndex()))
                .toList();
    }

    /** Every tensor as {@code name role}, with what uses it behind an arrow. */
    List<String> roles() {
        WeightMap map = map();
        return IntStream.range(0, tensors.size())
                .mapToObj(i -> tensors.get(i).name() + " " + map.roleOf(i).word()
                        + (map.usedBy(i) == null ? "" : " -> " + map.usedBy(i)))
                .toList();
    }

    /** The recipe of the only weight. */
    Recipe recipe() {
        List<EffectiveWeight> weights = map().weights();
        if (weights.size() != 1) {
            throw new AssertionError(weights());
        }
        return weights.get(0).recipe();
    }
}
