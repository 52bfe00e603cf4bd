package org.normscope.format.huggingface;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.format.TensorBudget;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/** The shards of one checkpoint while they are read, one after the other: files and tensors of all of them. */
final class Shards {
    private final String directory;
    private final TensorBudget budget;
    private final List<CheckpointFile> files = new ArrayList<>();
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, ShardName> shardOf = new HashMap<>();

    Shards(String directory) {
        this.directory = directory;
        this.budget = new TensorBudget(directory);
    }

    /**
     * Adds a shard.
     *
     * @throws BadCheckpointException if a tensor of it was in an earlier one
     */
    void add(ShardName name, Checkpoint shard) throws BadCheckpointException {
        int first = files.size();
        for (StoredTensor tensor : shard.tensors()) {
            budget.spend(tensor.name());
            ShardName earlier = shardOf.putIfAbsent(tensor.name(), name);
            if (earlier != null) {
                throw new BadCheckpointException(directory + ": tensor " + Printable.quoted(tensor.name())
                        + " is in two files, " + Printable.quoted(earlier.path()) + " and "
                        + Printable.quoted(name.path()) + "; give the file that counts, or write the shards again");
            }
            tensors.add(new StoredTensor(
                    tensor.name(),
                    tensor.dtype(),
                    tensor.shape(),
                    tensor.layout().renumbered(file -> first + file)));
        }
        for (CheckpointFile file : shard.files()) {
            files.add(new CheckpointFile(name.path(), file.location(), file.bytes(), file.headerSha256()));
        }
        notes.addAll(shard.notes());
    }

    /**
     * Compares what was read with what the index says; takes the index's entries away.
     *
     * @return what a person should know
     * @throws BadCheckpointException if no shard has a tensor that the index names
     */
    List<String> compareWith(ShardIndex index) throws BadCheckpointException {
        List<String> found = new ArrayList<>();
        List<String> elsewhere = new ArrayList<>();
        List<String> unlisted = new ArrayList<>();
        for (StoredTensor tensor : tensors) {
            ShardName claimed = index.weightMap().remove(tensor.name());
            if (claimed == null) {
                unlisted.add(tensor.name());
            } else if (!claimed.equals(shardOf.get(tensor.name()))) {
                elsewhere.add(tensor.name());
            }
        }
        requireNoGhost(index);
        addNote(found, elsewhere, "tensors lie in another shard than " + index.name() + " says");
        addNote(found, unlisted, "tensors of its shards are not in " + index.name() + " and were read all the same");
        long bytes = tensors.stream().mapToLong(StoredTensor::bytes).sum();
        index.totalSize()
                .filter(claimed -> !claimed.equals(Long.toString(bytes)))
                .ifPresent(claimed -> found.add(index.name() + " says total_size " + Printable.quoted(claimed)
                        + ", the tensors have " + bytes + " bytes"));
        return found;
    }

    private void requireNoGhost(ShardIndex index) throws BadCheckpointException {
        Optional<Map.Entry<String, ShardName>> ghost =
                index.weightMap().entrySet().stream().min(Map.Entry.comparingByKey());
        if (ghost.isPresent()) {
            throw new BadCheckpointException(directory + ": " + index.name() + " says that tensor "
                    + Printable.quoted(ghost.get().getKey()) + " is in shard "
                    + Printable.quoted(ghost.get().getValue().path())
                    + ", but no shard has it (" + index.weightMap().size()
                    + " such tensors); download index and shards again, from one revision");
        }
    }

    private static void addNote(List<String> notes, List<String> tensors, String text) {
        if (!tensors.isEmpty()) {
            notes.add(tensors.size() + " " + text + ": " + ShardedDirectory.listed(tensors));
        }
    }

    Checkpoint checkpoint(String format, List<String> moreNotes) {
        List<String> allNotes = new ArrayList<>(notes);
        allNotes.addAll(moreNotes);
        return new Checkpoint(directory, format, files, tensors, allNotes, Optional.empty());
    }
}
