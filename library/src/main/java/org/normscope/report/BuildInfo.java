package org.normscope.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which Normscope this is.
 *
 * @param version the release, e.g. {@code 0.1.0}
 * @param commit the commit it was built from, with {@code -dirty} if the sources differed; {@code unknown} outside a repository
 */
public record BuildInfo(String version, String commit) {
    private static final String RESOURCE = "/org/normscope/build.properties";

    /** What the build wrote into the jar. */
    public static BuildInfo current() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
    }
}
