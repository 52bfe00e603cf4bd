package org.normscope.audit.adapter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.normscope.audit.Checkpoints;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Sha256;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe;

/**
 * A LoRA adapter in PEFT's layout and the base model it belongs to.
 *
 * @param name of its directory
 * @param checkpoint the base's tensors, then the adapter's
 * @param adapted the base's weights with the adapter merged into them, in the order of the base
 */
public record Adapter(String name, Checkpoint checkpoint, List<Recipe.Adapted> adapted) {
    private static final String BELOW = "adapter/";

    /** Copies the list. */
    public Adapter {
        adapted = List.copyOf(adapted);
    }

    /**
     * Reads all headers; nothing of an adapter is left out: what can't be merged is an error that names it.
     *
     * @param base of plain weights
     * @param directory with adapter_config.json and adapter_model.safetensors or adapter_model.bin
     * @throws BadCheckpointException if it is no such adapter, or doesn't fit the base
     * @throws IOException if the storage fails
     */
    public static Adapter open(Storage storage, Checkpoint base, String directory)
            throws BadCheckpointException, IOException {
        if (storage.kind(directory) != Storage.Kind.DIRECTORY) {
            throw new BadCheckpointException(directory + ": no directory; give the one with " + AdapterConfig.FILE);
        }
        AdapterConfig config = AdapterConfig.read(storage, directory);
        Checkpoint adapter = weights(storage, directory);
        int shift = base.files().size();
        List<StoredTensor> tensors = new ArrayList<>(base.tensors());
        List<StoredTensor> factors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        base.tensors().forEach(tensor -> names.add(tensor.name()));
        for (StoredTensor tensor : adapter.tensors()) {
            if (!names.add(tensor.name())) {
                throw new BadCheckpointException(
                        directory + ": the base has a tensor " + Printable.quoted(tensor.name()) + ", too");
            }
            factors.add(tensor.renumbered(file -> file + shift));
        }
        tensors.addAll(factors);
        List<CheckpointFile> files = new ArrayList<>(base.files());
        adapter.files().forEach(file -> files.add(file.named(BELOW + file.name())));
        files.add(config(storage, directory));
        Checkpoint both = new Checkpoint(
                base.location(), base.format(), files, tensors, notes(base, adapter), base.architecture());
        return new Adapter(storage.name(directory), both, new AdapterPairs(directory, config, base).merged(factors));
    }

    private static List<String> notes(Checkpoint base, Checkpoint adapter) {
        List<String> notes = new ArrayList<>(base.notes());
        adapter.notes().forEach(note -> notes.add("adapter: " + note));
        return notes;
    }

    private static Checkpoint weights(Storage storage, String directory) throws BadCheckpointException, IOException {
        String pickle = storage.child(directory, "adapter_model.bin");
        String tensors = storage.child(directory, "adapter_model.safetensors");
        if (storage.kind(tensors) == Storage.Kind.FILE) {
            return Checkpoints.open(storage, tensors);
        }
        if (storage.kind(pickle) == Storage.Kind.FILE) {
            return Checkpoints.open(storage, pickle);
        }
        throw new BadCheckpointException(
                directory + ": neither adapter_model.safetensors nor adapter_model.bin lies there");
    }

    /** The configuration as a file of the checkpoint: its factors decide what is audited. */
    private static CheckpointFile config(Storage storage, String directory) throws IOException {
        String location = storage.child(directory, AdapterConfig.FILE);
        try (RangeReader file = storage.open(location)) {
            byte[] bytes = new byte[Math.toIntExact(file.length())];
            file.readFully(0, bytes, 0, bytes.length);
            Sha256 digest = new Sha256();
            digest.add(bytes);
            return new CheckpointFile(BELOW + AdapterConfig.FILE, location, bytes.length, digest.hex());
        }
    }
}
