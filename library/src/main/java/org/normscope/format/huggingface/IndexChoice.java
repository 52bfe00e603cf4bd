package org.normscope.format.huggingface;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.normscope.tensor.BadCheckpointException;

/** Which of a directory's files is its index: {@code model.safetensors.index.json}, or as diffusers calls it. */
final class IndexChoice {
    private static final String USUAL = "model.safetensors.index.json";
    private static final Pattern ANY = Pattern.compile(".+\\.safetensors\\.index(\\.[^.]+)?\\.json");
    private static final Pattern PLAIN = Pattern.compile("[^.]+\\.safetensors\\.index\\.json");

    private IndexChoice() {}

    static boolean isIndex(String name) {
        return ANY.matcher(name).matches();
    }

    /**
     * The index among the names: the only one, the usual one, or the only one without a variant such as {@code fp16}.
     *
     * @throws BadCheckpointException if several are left
     */
    static Optional<String> among(String directory, List<String> names) throws BadCheckpointException {
        List<String> all = names.stream().filter(IndexChoice::isIndex).toList();
        if (all.contains(USUAL)) {
            return Optional.of(USUAL);
        }
        List<String> plain =
                all.stream().filter(name -> PLAIN.matcher(name).matches()).toList();
        List<String> left = plain.size() == 1 ? plain : all;
        if (left.size() > 1) {
            throw new BadCheckpointException(directory + ": has " + left.size() + " indexes, "
                    + ShardedDirectory.listed(left) + "; keep one of them, with its shards, in a directory of its own");
        }
        return left.stream().findFirst();
    }
}
