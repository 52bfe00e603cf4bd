package org.normscope.audit.pass;

/** A weight that its stored numbers don't define, in words. */
public final class UndefinedWeightException extends Exception {
    private static final long serialVersionUID = 1L;

    UndefinedWeightException(String message) {
        super(message);
    }
}
