package org.normscope.audit;

/** What was asked for doesn't fit the memory there is; the one-line message says how much it needs. */
public final class InsufficientMemoryException extends Exception {
    private static final long serialVersionUID = 1L;

    InsufficientMemoryException(String message) {
        super(message);
    }
}
