package org.normscope.format.huggingface;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;

/**
 * What lies beside the weights in a directory: the files that make a model of them, such as {@code config.json} and tokenizers, and
 * others. Hidden files, indexes and folders are neither.
 *
 * @param model files that belong to the model whatever its numbers are, sorted
 * @param others the names of all other files, sorted
 */
public record SideFiles(List<SideFile> model, List<String> others) {
    /** No file. */
    public static final SideFiles NONE = new SideFiles(List.of(), List.of());

    /** Larger files hold data. */
    private static final long MOST_BYTES = 256L << 20;

    private static final Pattern MODEL = Pattern.compile(
            ".*\\.(json|txt|model|tiktoken|vocab|bpe|jinja|py|md|ya?ml)|(LICENSE|LICENCE|NOTICE|USE_POLICY)([-_.].*)?",
            Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    private static final Pattern INDEX = Pattern.compile(".*\\.index(\\.[^.]+)?\\.json", Pattern.DOTALL);
    /** What training leaves behind, of whatever ending. */
    private static final Pattern TRAINING = Pattern.compile(
            "(trainer_state|training_args|all_results|train_results|eval_results)([-_.].*)?", Pattern.DOTALL);

    /** Copies the lists. */
    public SideFiles {
        model = List.copyOf(model);
        others = List.copyOf(others);
    }

    /**
     * A file beside the weights.
     *
     * @param location what {@link Storage#open} takes
     * @param bytes its length
     */
    public record SideFile(String name, String location, long bytes) implements Serializable {}

    /**
     * Looks at names and sizes in the directory of a checkpoint; a checkpoint that is a single file, or was written by a distributed
     * writer, has none.
     *
     * @throws IOException if the storage fails
     */
    public static SideFiles of(Storage storage, Checkpoint checkpoint) throws IOException {
        String directory = checkpoint.location();
        if (checkpoint.format().equals("dcp") || storage.kind(directory) != Storage.Kind.DIRECTORY) {
            return NONE;
        }
        Set<String> weights = new HashSet<>();
        checkpoint.files().forEach(file -> weights.add(file.location()));
        List<SideFile> model = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String name : storage.list(directory)) {
            String location = storage.child(directory, name);
            boolean looked = !name.startsWith(".") && !INDEX.matcher(name).matches() && !weights.contains(location);
            if (!looked || storage.kind(location) != Storage.Kind.FILE) {
                continue;
            }
            long bytes = isModel(name) && storage.belongsTo(directory, location) ? length(storage, location) : -1;
            if (bytes >= 0 && bytes <= MOST_BYTES) {
                model.add(new SideFile(name, location, bytes));
            } else {
                others.add(name);
            }
        }
        return new SideFiles(model, others);
    }

    private static boolean isModel(String name) {
        return MODEL.matcher(name).matches() && !TRAINING.matcher(name).matches();
    }

    private static long length(Storage storage, String location) throws IOException {
        try (RangeReader in = storage.open(location)) {
            return in.length();
        }
    }
}
