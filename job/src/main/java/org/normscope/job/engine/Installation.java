package org.normscope.job.engine;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** The folder {@code conf} of the installation that the launcher started, if it was the launcher. */
public final class Installation {
    private Installation() {}

    /** Where it is. */
    static Optional<Path> configuration() {
        return Optional.ofNullable(System.getProperty("normscope.home")).map(home -> Path.of(home, "conf"));
    }

    /** The folder of templates for model types, if there is one. */
    public static Optional<Path> architectures() {
        return configuration().map(folder -> folder.resolve("architectures")).filter(Files::isDirectory);
    }

    /**
     * What {@code conf/spark-defaults.conf} says; nothing under spark-submit, which has read it already.
     *
     * @throws IOException if the file can't be read
     */
    public static Map<String, String> sparkDefaults() throws IOException {
        Map<String, String> defaults = new LinkedHashMap<>();
        Path file = configuration()
                .map(folder -> folder.resolve("spark-defaults.conf"))
                .orElse(Path.of(""));
        if (System.getProperty("SPARK_SUBMIT") == null && Files.isRegularFile(file)) {
            Properties read = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                read.load(reader);
            }
            read.stringPropertyNames()
                    .forEach(key -> defaults.put(key, read.getProperty(key).trim()));
        }
        return defaults;
    }
}
