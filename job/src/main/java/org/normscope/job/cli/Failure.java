package org.normscope.job.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.job.settings.UsageException;
import org.normscope.rewrite.UnwritableWeightException;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * What went wrong, for a person and for a script.
 *
 * @param status exit status
 * @param line one line, safe to print
 */
record Failure(int status, String line) {
    /** By name: an audit without Spark loads no class of it. */
    private static final String SPARK = "org.apache.spark.";

    /** What to say of an exception. */
    static Failure of(Throwable thrown) {
        Throwable cause = told(thrown);
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        if (cause instanceof BadCheckpointException || cause instanceof UnwritableWeightException) {
            return failure(ExitStatus.BAD_INPUT, message);
        }
        if (cause instanceof UsageException || cause instanceof InsufficientMemoryException) {
            return failure(ExitStatus.USAGE, message);
        }
        if (cause instanceof FileAlreadyExistsException) {
            return failure(ExitStatus.USAGE, message + " exists; --overwrite replaces it");
        }
        if (cause instanceof IOException) {
            return failure(ExitStatus.FAILED, inputOutput((IOException) cause, message));
        }
        return failure(ExitStatus.FAILED, notPlanned(cause, message));
    }

    private static String notPlanned(Throwable cause, String message) {
        if (cause instanceof OutOfMemoryError) {
            return "out of memory (" + message
                    + "); give the JVM more, NORMSCOPE_JAVA_OPTS=-Xmx8g, or use smaller --block-bytes";
        }
        String kind = cause.getClass().getSimpleName();
        if (cause.getClass().getName().startsWith(SPARK)) {
            // Behind the first line come stack traces of executors.
            return "Spark: " + message.lines().findFirst().orElse(kind);
        }
        return "unexpected " + kind + ": " + message + "; --verbose shows where";
    }

    /** The exception that has something to tell: what only carries another one is looked through. */
    private static Throwable told(Throwable thrown) {
        Throwable told = thrown;
        while (told.getCause() != null
                && (told instanceof UncheckedIOException || told.getClass() == IllegalStateException.class)) {
            told = told.getCause();
        }
        return told;
    }

    private static String inputOutput(IOException cause, String message) {
        if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException && !message.contains(" ")) {
            return message + ": no such file or directory";
        }
        if (cause instanceof AccessDeniedException) {
            return message + ": permission denied";
        }
        return message.isEmpty() ? cause.getClass().getSimpleName() : message;
    }

    private static Failure failure(int status, String line) {
        return new Failure(status, Printable.oneLine(line.replaceAll("\\s*\\R\\s*", " ")));
    }
}
