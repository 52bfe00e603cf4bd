package org.normscope.format.huggingface;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.normscope.tensor.BadCheckpointException;

/** Which of a directory's files is its index: {@code model.safetensors.index.json}, or as diffusers or PyTorch call it. */
final class IndexChoice {
    private final Set<String> usual;
    private final Pattern any;
    private final Pattern plain;

    /** @param suffix of the shards, with its dot */
    IndexChoice(String suffix) {
        String quoted = Pattern.quote(suffix);
        usual = Set.of("model" + suffix + ".index.json", "pytorch_model" + suffix + ".index.json");
        any = Pattern.compile(".+" + quoted + "\\.index(\\.[^.]+)?\\.json");
        plain = Pattern.compile("[^.]+" + quoted + "\\.index\\.json");
    }

    boolean isIndex(String name) {
        return any.matcher(name).matches();
    }

    /**
     * The index among the names: the only one, the usual one, or the only one without a variant such as {@code fp16}.
     *
     * @throws BadCheckpointException if several are left
     */
    Optional<String> among(String directory, List<String> names) throws BadCheckpointException {
        List<String> all = names.stream().filter(this::isIndex).toList();
        List<String> known = all.stream().filter(usual::contains).toList();
        if (known.size() == 1) {
            return Optional.of(known.get(0));
        }
        List<String> simple =
                all.stream().filter(name -> plain.matcher(name).matches()).toList();
        List<String> left = simple.size() == 1 ? simple : all;
        if (left.size() > 1) {
            throw new BadCheckpointException(directory + ": has " + left.size() + " indexes, "
                    + ShardedDirectory.listed(left) + "; keep one of them, with its shards, in a directory of its own");
        }
        return left.stream().findFirst();
    }
}
