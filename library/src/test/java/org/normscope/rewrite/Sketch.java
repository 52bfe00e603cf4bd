package org.normscope.rewrite;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

/** A checkpoint of random numbers, and what a migration makes of its names. */
final class Sketch {
    private final WrittenCheckpoint file = new WrittenCheckpoint();
    private final SplittableRandom random = new SplittableRandom(9);

    Sketch with(String name, long... dims) {
        return with(name, DType.F32, dims);
    }

    Sketch with(String name, DType dtype, long... dims) {
        Shape shape = Shape.of(dims);
        file.with(name, dtype, shape, WrittenCheckpoint.random(dtype, (int) shape.elements(), random));
        return this;
    }

    MemoryStorage storage() {
        return file.storage();
    }

    Checkpoint checkpoint() throws BadCheckpointException, IOException {
        return Checkpoints.open(storage(), WrittenCheckpoint.LOCATION);
    }

    Rewrite to(KeyLayout layout) throws BadCheckpointException, IOException {
        return Migration.of(checkpoint(), layout, Selection.ALL);
    }

    List<String> namesIn(KeyLayout layout) throws BadCheckpointException, IOException {
        return to(layout).tensors().stream().map(NewTensor::name).toList();
    }
}
