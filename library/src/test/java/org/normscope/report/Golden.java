package org.normscope.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Golden files; {@code -Dnormscope.golden=write} writes them anew, and the difference is reviewed as a change of the interface. */
final class Golden {
    private static final Path FOLDER =
            Path.of(System.getProperty("normscope.root", ".."), "library/src/test/resources/report");

    private Golden() {}

    /** The content of a golden file. */
    static String expected(String name, String actual) throws IOException {
        if ("write".equals(System.getProperty("normscope.golden"))) {
            Files.writeString(FOLDER.resolve(name), actual);
        }
        return Files.readString(FOLDER.resolve(name));
    }
}
