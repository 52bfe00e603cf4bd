package org.normscope.job.notebooks;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.LocalExecutionControlProvider;

/** Runs Java cells one after the other in this JVM, on its class path, as a Jupyter kernel does. */
final class CellRunner implements AutoCloseable {
    private final JShell shell = JShell.builder()
            .executionEngine(new LocalExecutionControlProvider(), Map.of())
            .build();

    CellRunner() {
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .forEach(shell::addToClasspath);
    }

    /**
     * Runs a cell.
     *
     * @return what it printed
     * @throws AssertionError if a statement doesn't compile or throws
     */
    String run(String source) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            String rest = source;
            while (!rest.isBlank()) {
                CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
                if (!next.completeness().isComplete()) {
                    throw new AssertionError("not a whole statement: " + rest);
                }
                shell.eval(next.source()).forEach(this::require);
                rest = next.remaining();
            }
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void require(SnippetEvent event) {
        JShellException failure = event.exception();
        if (failure != null) {
            throw new AssertionError(event.snippet().source(), failure);
        }
        if (event.status() != Snippet.Status.VALID && event.status() != Snippet.Status.OVERWRITTEN) {
            String diagnostics = shell.diagnostics(event.snippet())
                    .map(diagnostic -> diagnostic.getMessage(null))
                    .collect(Collectors.joining("; "));
            throw new AssertionError(
                    event.status() + ": " + diagnostics + "\n" + event.snippet().source());
        }
    }

    @Override
    public void close() {
        shell.close();
    }
}
