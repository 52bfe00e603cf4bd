package org.normscope.tensor;

import java.util.Locale;

/**
 * A place in a file that a message can point to.
 *
 * @param file the file's name as the user knows it
 * @param offset bytes from the start of the file
 */
public record Position(String file, long offset) {
    /** The rejection that says what is wrong here. */
    public BadCheckpointException because(String format, Object... arguments) {
        return new BadCheckpointException(
                file + ", byte " + offset + ": " + String.format(Locale.ROOT, format, arguments));
    }

    /**
     * Does nothing if the condition holds.
     *
     * @throws BadCheckpointException with file, offset and the formatted text, if it doesn't
     */
    public void require(boolean condition, String format, Object... arguments) throws BadCheckpointException {
        if (!condition) {
            throw because(format, arguments);
        }
    }
}
