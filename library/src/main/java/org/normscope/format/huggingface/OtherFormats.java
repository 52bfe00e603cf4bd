package org.normscope.format.huggingface;

import java.util.List;
import java.util.regex.Pattern;

/** Files that may hold weights in another format than that of their directory: they are not read, and people should know. */
final class OtherFormats {
    private static final Pattern ENDINGS =
            Pattern.compile(".*\\.(safetensors|bin|pt|pth|ckpt|gguf|npy|npz|onnx|h5|hdf5|distcp)", Pattern.DOTALL);
    /** What training leaves beside weights. */
    private static final Pattern TRAINING =
            Pattern.compile("(training_args|optimizer|scheduler|scaler|rng_state)([-_.].*)?", Pattern.DOTALL);

    private OtherFormats() {}

    /**
     * A note that names them, or none.
     *
     * @param names of all files of the directory
     * @param suffix of the files that are read, or would be if their names fit
     */
    static List<String> notes(List<String> names, String suffix) {
        List<String> others = names.stream()
                .filter(name -> !name.endsWith(suffix))
                .filter(name -> ENDINGS.matcher(name).matches())
                .filter(name -> !TRAINING.matcher(name).matches())
                .toList();
        return others.isEmpty()
                ? List.of()
                : List.of(
                        "files of other formats, not read (" + others.size() + "): " + ShardedDirectory.listed(others));
    }
}
