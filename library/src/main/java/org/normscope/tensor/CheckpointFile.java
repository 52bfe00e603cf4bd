package org.normscope.tensor;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One file of a checkpoint.
 *
 * @param name path below the checkpoint, as the report shows it
 * @param location what {@code Storage.open} takes
 * @param bytes length of the file
 * @param headerSha256 SHA-256 of the bytes that describe the tensors, 64 hexadecimal digits
 * @param metadata words that the file says about itself, sorted by their keys: the {@code __metadata__} of safetensors; other formats
 *     have none
 */
public record CheckpointFile(
        String name, String location, long bytes, String headerSha256, Map<String, String> metadata) {
    /** Copies the map. */
    public CheckpointFile {
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /** A file that says nothing about itself. */
    public CheckpointFile(String name, String location, long bytes, String headerSha256) {
        this(name, location, bytes, headerSha256, Map.of());
    }

    /** The same file under the name that it has below another checkpoint. */
    public CheckpointFile named(String other) {
        return new CheckpointFile(other, location, bytes, headerSha256, metadata);
    }
}
