package org.normscope.job.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Calls of the tool in processes of their own, which can be killed. */
final class MainProcess {
    private MainProcess() {}

    /** Starts one; what it prints goes behind what is in the log. */
    static Process start(Path log, List<String> arguments) throws IOException {
        return start(log, List.of(), arguments);
    }

    /**
     * Starts one that can't write larger files.
     *
     * @param blocks of 512 bytes
     */
    static Process limited(Path log, int blocks, List<String> arguments) throws IOException {
        String limit = "ulimit -f " + blocks + "; exec \"$@\"";
        return start(log, List.of("sh", "-c", limit, "sh"), arguments);
    }

    private static Process start(Path log, List<String> before, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** The end of a log. */
    static String tail(Path log) throws IOException {
        String text = Files.readString(log);
        return text.substring(Math.max(0, text.length() - 2000));
    }
}
