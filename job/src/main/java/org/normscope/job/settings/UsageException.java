package org.normscope.job.settings;

/** What the user typed or set makes no sense; the one-line message says what and what would. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A refusal with this one-line message. */
    public UsageException(String message) {
        super(message);
    }
}
