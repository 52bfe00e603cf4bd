package org.normscope.format.huggingface;

import java.util.Optional;
import org.normscope.storage.RelativePath;
import org.normscope.tensor.Printable;

/**
 * The name of a file below the checkpoint's directory: path elements joined by {@code /}, none of which climbs out.
 *
 * @param path a {@link RelativePath}
 */
record ShardName(String path) implements Comparable<ShardName> {
    /** What is wrong with a name, in words; empty if it can be a {@link ShardName}. */
    static Optional<String> fault(String path) {
        return RelativePath.fault(path)
                .or(() -> path.endsWith(".index.json") ? Optional.of("names an index") : Optional.empty());
    }

    ShardName {
        fault(path).ifPresent(fault -> {
            throw new IllegalArgumentException(Printable.quoted(path) + " " + fault);
        });
    }

    @Override
    public int compareTo(ShardName other) {
        return path.compareTo(other.path);
    }
}
