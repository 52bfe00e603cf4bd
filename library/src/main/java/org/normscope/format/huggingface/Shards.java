package org.normscope.format.huggingface;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.format.Shard;
import org.normscope.format.ShardedTensors;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/**
 * The shards of one checkpoint: files and tensors of all of them.
 *
 * @param read where each tensor was found
 * @param tensors put together, where files hold pieces of them
 * @param ranks how many of the files are each of one rank of a distributed checkpoint
 */
record Shards(
        String directory,
        List<CheckpointFile> files,
        ShardedTensors read,
        List<StoredTensor> tensors,
        int ranks,
        List<String> notes) {
    /** Shards while they are read, one after the other. */
    static final class Reading {
        private final String directory;
        private final ShardedTensors tensors;
        private final List<CheckpointFile> files = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private int ranks;

        Reading(String directory) {
            this.directory = directory;
            this.tensors = new ShardedTensors(directory);
        }

        /**
         * Adds a shard.
         *
         * @throws BadCheckpointException if a tensor of it was in an earlier one, and they are no pieces
         */
        void add(ShardName name, Shard shard) throws BadCheckpointException {
            int first = files.size();
            for (StoredTensor tensor : shard.content().tensors()) {
                StoredTensor here = new StoredTensor(
                        tensor.name(),
                        tensor.dtype(),
                        tensor.shape(),
                        tensor.layout().renumbered(file -> first + file));
                tensors.add(name.path(), here, shard.pieces().get(tensor.name()));
            }
            for (CheckpointFile file : shard.content().files()) {
                files.add(file.named(name.path()));
            }
            notes.addAll(shard.content().notes());
            ranks += shard.pieces().isEmpty() ? 0 : 1;
        }

        /** @throws BadCheckpointException if the pieces of a tensor don't make a whole one */
        Shards whole() throws BadCheckpointException {
            return new Shards(directory, files, tensors, tensors.tensors(), ranks, notes);
        }
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
            } else if (!read.isIn(tensor.name(), claimed.path())) {
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

    /** What a person should know where no index says which files there are. */
    List<String> withoutIndex(String suffix) {
        List<String> found = new ArrayList<>();
        if (files.size() > 1) {
            found.add("no index: all " + files.size() + " " + suffix + " files were read");
        }
        if (ranks > 0) {
            found.add(ranks + " files were written by ranks of a distributed checkpoint, with " + read.cut()
                    + " tensors cut into pieces; if a last rank is missing, no other file tells");
        }
        return found;
    }

    Checkpoint checkpoint(String format, List<String> moreNotes) {
        List<String> allNotes = new ArrayList<>(notes);
        allNotes.addAll(moreNotes);
        return new Checkpoint(directory, format, files, tensors, allNotes, Optional.empty());
    }
}
