package org.normscope.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.normscope.format.CheckpointFormat;
import org.normscope.format.huggingface.ModelConfig;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Sha256;

/** Opens a checkpoint of any known format: finds the format by content, reads and verifies all headers. */
public final class Checkpoints {
    private Checkpoints() {}

    /**
     * Reads everything about a checkpoint but its numbers.
     *
     * @param location a file or a directory
     * @throws BadCheckpointException if there is no such thing, nobody can read it, or its structure is wrong
     * @throws IOException if the storage fails
     */
    public static Checkpoint open(Storage storage, String location) throws BadCheckpointException, IOException {
        Storage.Kind kind = storage.kind(location);
        switch (kind) {
            case MISSING -> throw new BadCheckpointException(location + ": no such file or directory");
            case SPECIAL ->
                throw new BadCheckpointException(
                        location + ": is a device, a pipe or a circle of links, not a checkpoint");
            case FILE, DIRECTORY -> {}
        }
        for (CheckpointFormat format : CheckpointFormats.all()) {
            if (format.recognizes(storage, location)) {
                Checkpoint checkpoint = format.read(storage, location);
                return kind == Storage.Kind.FILE
                        ? ModelConfig.read(storage, storage.parent(location)).describe(checkpoint)
                        : checkpoint;
            }
        }
        throw new BadCheckpointException(location + ": "
                + (kind == Storage.Kind.FILE ? aboutFile(storage, location) : aboutDirectory(storage, location)));
    }

    /**
     * What changes when a file of the checkpoint is written again, though its headers be the same: SHA-256 of the times when they were last
     * written, in the order of the files.
     *
     * @throws IOException if a file is gone, or the storage fails
     */
    public static String written(Storage storage, Checkpoint checkpoint) throws IOException {
        Sha256 digest = new Sha256();
        for (CheckpointFile file : checkpoint.files()) {
            String line = storage.lastWritten(file.location()) + "\n";
            digest.add(line.getBytes(StandardCharsets.US_ASCII));
        }
        return digest.hex();
    }

    private static String aboutFile(Storage storage, String location) throws IOException {
        if (storage.name(location).endsWith(".index.json")) {
            return "is an index; give the directory it lies in";
        }
        Optional<String> foreign = FileContent.begin(storage, location).foreign();
        return foreign.orElse("unsupported format: not known by its first bytes; export to safetensors");
    }

    private static String aboutDirectory(Storage storage, String directory) throws IOException {
        List<String> names = storage.list(directory);
        Optional<String> single = names.stream()
                .filter(name -> name.matches(".*\\.(bin|pt|pth|ckpt|gguf|onnx|npz|npy)"))
                .findFirst();
        if (single.isPresent()) {
            return "a directory of files that are read one by one, such as " + Printable.quoted(single.get())
                    + "; give the one that has the weights";
        }
        for (String name : names) {
            String format = formatByName(name.toLowerCase(Locale.ROOT));
            if (!format.isEmpty()) {
                return aboutMember(storage, directory, name).orElse(unsupported(format));
            }
        }
        return "a directory without weights: no *.safetensors file and no index; give the directory that has them";
    }

    /** What the weights of an unsupported directory really are: often a Git LFS pointer. */
    private static Optional<String> aboutMember(Storage storage, String directory, String name) throws IOException {
        String location = storage.child(directory, name);
        return storage.kind(location) == Storage.Kind.FILE && storage.belongsTo(directory, location)
                ? FileContent.begin(storage, location).foreign().map(what -> name + ": " + what)
                : Optional.empty();
    }

    private static String formatByName(String name) {
        if (name.matches(".*\\.(h5|hdf5|keras)")) {
            return "Keras or HDF5";
        }
        return name.endsWith(".msgpack") ? "Flax" : "";
    }

    private static String unsupported(String format) {
        return "unsupported format: " + format + "; export to safetensors";
    }
}
