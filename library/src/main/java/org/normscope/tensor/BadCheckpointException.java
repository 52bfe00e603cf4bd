package org.normscope.tensor;

/**
 * A checkpoint that must be rejected as a whole: its structure is wrong, incomplete or of no known format. The message is
 * one line for a person: file, offset, what is wrong, what to do.
 */
public final class BadCheckpointException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A rejection with this one-line message. */
    public BadCheckpointException(String message) {
        super(Printable.oneLine(message));
    }

    /** A rejection with this one-line message, caused by another failure. */
    public BadCheckpointException(String message, Throwable cause) {
        super(Printable.oneLine(message), cause);
    }
}
