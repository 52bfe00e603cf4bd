package org.normscope.job.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a command prints.
 *
 * @param out results
 * @param err errors and progress
 * @param progress what may be done with {@code err}
 */
record Streams(PrintStream out, PrintStream err, Progress progress) {
    /** How progress can be shown. */
    enum Progress {
        /** On a terminal: one line that is redrawn. */
        REDRAWN,
        /** In a log: a plain line now and then. */
        PLAIN,
        /** Not at all. */
        NONE
    }

    /** The same streams, without progress. */
    Streams withoutProgress() {
        return new Streams(out, err, Progress.NONE);
    }

    /** Standard output and error of this process, in UTF-8 whatever the locale. */
    static Streams ofProcess() {
        return new Streams(
                print(FileDescriptor.out),
                print(FileDescriptor.err),
                errorIsTerminal() ? Progress.REDRAWN : Progress.PLAIN);
    }

    private static PrintStream print(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /*
     * System.console() tells of input and output together, and its meaning changed with JDK 22. The launcher asks the shell
     * ("test -t 2"); without it, Linux says what descriptor 2 is.
     */
    private static boolean errorIsTerminal() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        @Nullable String told = System.getProperty("normscope.tty");
        if (told != null) {
            return told.equals("true");
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Prints one line about what went wrong. */
    void error(String line) {
        err.println("normscope: " + line);
    }
}
