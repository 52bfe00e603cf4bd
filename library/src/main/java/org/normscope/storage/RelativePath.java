package org.normscope.storage;

import java.util.Optional;

/**
 * The name of a file below a directory, as another file writes it: path elements joined by {@code /}, none of which climbs out.
 *
 * @param path at most {@value #LONGEST} characters
 */
public record RelativePath(String path) implements Comparable<RelativePath> {
    /** Characters of the longest one. */
    public static final int LONGEST = 1000;

    private static final int LONGEST_ELEMENT = 255;

    /** @throws IllegalArgumentException if {@link #fault} finds one */
    public RelativePath {
        fault(path).ifPresent(fault -> {
            throw new IllegalArgumentException("a path that " + fault);
        });
    }

    /** What is wrong with a name, in words; empty if it can be a {@link RelativePath}. */
    public static Optional<String> fault(String path) {
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
        return Optional.empty();
    }

    @Override
    public int compareTo(RelativePath other) {
        return path.compareTo(other.path);
    }
}
