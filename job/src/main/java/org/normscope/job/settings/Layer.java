package org.normscope.job.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import org.normscope.tensor.Printable;

/**
 * Settings from one source; a key without a value sets nothing.
 *
 * @param prefix what stands before a key when a message names it: {@code --}, {@code my.properties: }, {@code spark.normscope.}
 * @param values what the source sets, as text
 */
public record Layer(String prefix, Map<Setting, String> values) {
    /** What stands before a key in Spark's configuration. */
    public static final String SPARK_PREFIX = "spark.normscope.";

    /** Copies the values. */
    public Layer {
        values = Map.copyOf(values);
    }

    /**
     * A properties file in UTF-8.
     *
     * @throws UsageException if there is no such file, it isn't one, or it has an unknown key
     * @throws IOException if it can't be read
     */
    public static Layer ofFile(Path file) throws UsageException, IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new UsageException(file + ": no such settings file");
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + ": not a properties file: " + e.getMessage());
        }
        return of(file + ": ", properties, "");
    }

    /**
     * What Spark's configuration sets: spark-submit hands it over as system properties.
     *
     * @throws UsageException if it has an unknown key
     */
    public static Layer ofSpark(Properties system) throws UsageException {
        return of("", system, SPARK_PREFIX);
    }

    private static String nearest(String prefix, String key) {
        return Nearest.to(key, Setting.keys())
                .map(near -> "; did you mean '" + prefix + near + "'?")
                .orElse("; known are " + String.join(", ", Setting.keys()));
    }

    private static Layer of(String origin, Properties properties, String prefix) throws UsageException {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                String key = name.substring(prefix.length());
                Setting setting = Setting.byKey(key)
                        .orElseThrow(() -> new UsageException(
                                origin + "unknown key " + Printable.quoted(name) + nearest(prefix, key)));
                String value = properties.getProperty(name).strip();
                if (!value.isEmpty()) {
                    values.put(setting, value);
                }
            }
        }
        return new Layer(origin + prefix, values);
    }
}
