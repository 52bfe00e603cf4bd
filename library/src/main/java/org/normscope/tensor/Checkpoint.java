package org.normscope.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint whose structure has been verified: every tensor lies inside its file, names are unique.
 *
 * @param location what the user gave
 * @param format name of the format, e.g. {@code safetensors}
 * @param files the files that hold tensors, in the order of their names
 * @param tensors all tensors: files in order, and within a file in the order of their data
 * @param notes what a person should know and that is not an error: stray shards, a stale total size
 * @param architecture the model's architecture as the checkpoint's own configuration names it
 */
public record Checkpoint(
        String location,
        String format,
        List<CheckpointFile> files,
        List<StoredTensor> tensors,
        List<String> notes,
        Optional<String> architecture) {
    /** Copies the lists. */
    public Checkpoint {
        files = List.copyOf(files);
        tensors = List.copyOf(tensors);
        notes = List.copyOf(notes);
    }

    /** The same with one more note. */
    public Checkpoint noting(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new Checkpoint(location, format, files, tensors, more, architecture);
    }

    /** The same files with these tensors. */
    public Checkpoint holding(List<StoredTensor> others) {
        return new Checkpoint(location, format, files, others, notes, architecture);
    }

    /** The file a tensor lies in. */
    public CheckpointFile fileOf(StoredTensor tensor) {
        return files.get(tensor.file());
    }
}
