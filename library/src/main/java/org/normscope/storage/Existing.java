package org.normscope.storage;

/** What happens to a file that has the name of one to be written. */
public enum Existing {
    /** It stays, and nothing is written. */
    REFUSED,
    /** It is replaced. */
    REPLACED
}
