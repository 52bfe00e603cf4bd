package org.normscope.job.cli;

/** What a process says to its shell; 130 and 143, for SIGINT and SIGTERM, come from the JVM. */
final class ExitStatus {
    /** Everything was looked at. */
    static final int AUDITED = 0;
    /** The checkpoint is wrong. */
    static final int BAD_INPUT = 2;
    /** Reading, writing or computing failed. */
    static final int FAILED = 3;
    /** The call makes no sense. */
    static final int USAGE = 64;

    private ExitStatus() {}
}
