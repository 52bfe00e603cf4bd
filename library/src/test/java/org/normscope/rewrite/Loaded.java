package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.normscope.audit.Checkpoints;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.WrittenCheckpoint;

/** Checkpoints as tests look at them: all bytes of all tensors, in order. */
final class Loaded {
    private Loaded() {}

    /** {@code dtype shape}, and the bytes as text, by name. */
    static Map<String, String> tensors(Storage storage, Checkpoint checkpoint) throws BadCheckpointException {
        Map<String, String> tensors = new LinkedHashMap<>();
        for (StoredTensor tensor : checkpoint.tensors()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                StoredCopy.of(checkpoint, tensor).writeTo(storage, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            tensors.put(
                    tensor.name(),
                    tensor.dtype() + " " + tensor.shape() + " "
                            + java.util.HexFormat.of().formatHex(bytes.toByteArray()));
        }
        return tensors;
    }

    /** Writes tensors of a local checkpoint to a folder, and opens what is there then. */
    static Checkpoint written(List<NewTensor> tensors, long maxShardBytes, Storage storage, Path folder)
            throws Exception {
        return written(ShardPlan.of(tensors, maxShardBytes), storage, folder);
    }

    static Checkpoint written(ShardPlan plan, Storage storage, Path folder) throws Exception {
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, new LocalFolder(folder), Existing.REFUSED)) {
            writer.write(ShardEngine.local(2), storage);
            writer.requireSame(
                    Checkpoints.open(writer.unpublished(new LocalStorage(), folder.toString()), folder.toString()));
            writer.publish();
            return Checkpoints.open(new LocalStorage(), folder.toString());
        }
    }

    /** The numbers of a tensor that is to be written. */
    static double[] values(Storage storage, NewTensor tensor) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tensor.content().writeTo(storage, bytes);
        assertThat(bytes.size()).isEqualTo(tensor.bytes());
        return WrittenCheckpoint.decoded(tensor.dtype(), bytes.toByteArray());
    }

    static double[] values(Sketch sketch, NewTensor tensor) throws IOException {
        return values(sketch.storage(), tensor);
    }

    /** The numbers of a tensor of the old checkpoint. */
    static double[] values(Sketch sketch, String name) throws Exception {
        return values(sketch.storage(), sketch.checkpoint(), name);
    }

    static double[] values(Storage storage, Checkpoint checkpoint, String name) throws Exception {
        for (StoredTensor tensor : checkpoint.tensors()) {
            if (tensor.name().equals(name)) {
                return values(storage, NewTensor.copy(checkpoint, tensor, name));
            }
        }
        throw new AssertionError("no " + name);
    }

    static Checkpoint opened(WrittenCheckpoint file) throws BadCheckpointException, IOException {
        return Checkpoints.open(file.storage(), WrittenCheckpoint.LOCATION);
    }

    /** The same checkpoint with every tensor under two names. */
    static Checkpoint tied(Checkpoint checkpoint, String prefix, String other) {
        List<StoredTensor> tensors = new ArrayList<>(checkpoint.tensors());
        for (StoredTensor tensor : checkpoint.tensors()) {
            tensors.add(new StoredTensor(
                    tensor.name().replace(prefix, other), tensor.dtype(), tensor.shape(), tensor.layout()));
        }
        return new Checkpoint(
                checkpoint.location(),
                checkpoint.format(),
                checkpoint.files(),
                tensors,
                checkpoint.notes(),
                checkpoint.architecture());
    }
}
