package org.normscope.format.huggingface;

import java.util.Optional;
import org.normscope.tensor.Printable;

/**
 * The name of a file below the checkpoint's directory: path elements joined by {@code /}, none of which climbs out.
 *
 * @param path at most {@value #LONGEST} characters
 */
record ShardName(String path) implements Comparable<ShardName> {
    static final int LONGEST = 1000;
    private static final int LONGEST_ELEMENT = 255;

    /** What is wrong with a name, in words; empty if it can be a {@link ShardName}. */
    static Optional<String> fault(String path) {
        if (path.isEmpty()) {
            return Optional.of("is empty");
        }
        if (path.length() > LONGEST) {
            return Optional.of("has " + path.length() + " characters, more than " + LONGEST);
        }
        if (path.startsWith("/")) {
            return Optional.of("is absolute");
        }
        if (path.indexOf('\\') >= 0 || path.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("holds a backslash or a control character");
        }
        for (String element : path.split("/", -1)) {
            if (element.isEmpty() || element.equals(".") || element.equals("..")) {
                return Optional.of("is not a plain path below the directory");
            }
            if (element.length() > LONGEST_ELEMENT) {
                return Optional.of("has an element of more than " + LONGEST_ELEMENT + " characters");
            }
        }
        return path.endsWith(".index.json") ? Optional.of("names an index") : Optional.empty();
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
