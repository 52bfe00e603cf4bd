package org.normscope.job.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.normscope.storage.StorageChoice;
import org.normscope.storage.hadoop.HadoopStorage;

/**
 * How this process reaches {@code hdfs:} and {@code s3a:}. The later overrules the earlier: Hadoop's defaults and its files on the
 * class path; the installation's {@code conf}; {@code $HADOOP_CONF_DIR}; {@code spark.hadoop.*} in {@code conf/spark-defaults.conf};
 * {@code spark.hadoop.*} properties. What none of them says is taken from the {@code AWS_} variables. Executors get the result.
 */
public final class Hadoop {
    private static final String SPARK_PREFIX = "spark.hadoop.";
    private static final List<String> FILES = List.of("core-site.xml", "hdfs-site.xml");

    /**
     * Hadoop's own would retry a wrong address for minutes, in the SDK and around it, and a busy store for hours; fetch the gaps between
     * columns; and, from 3.4.3 on, read by a stream that fetches ahead and gives up at the first 503.
     */
    private static final Map<String, String> DEFAULTS = Map.of(
            "fs.s3a.attempts.maximum", "0",
            "fs.s3a.retry.limit", "4",
            "fs.s3a.retry.throttle.limit", "10",
            "fs.s3a.connection.establish.timeout", "15s",
            "fs.s3a.connection.timeout", "30s",
            "fs.s3a.input.stream.type", "classic",
            "fs.s3a.vectored.read.max.merged.size", "0",
            "fs.s3a.vectored.active.ranged.reads", "16",
            "ipc.client.connect.max.retries.on.timeouts", "2");

    private Hadoop() {}

    /** Local files without Hadoop, everything else with it. */
    public static StorageChoice storages() {
        return StorageChoice.orElse(() -> new HadoopStorage(configuration()));
    }

    /**
     * A new configuration, as this process and its environment have it.
     *
     * @throws UncheckedIOException if a file of the installation can't be read
     */
    public static Configuration configuration() {
        return configuration(System.getenv());
    }

    static Configuration configuration(Map<String, String> environment) {
        Configuration configuration = new Configuration();
        Installation.configuration().ifPresent(folder -> addFiles(configuration, folder));
        Optional.ofNullable(environment.get("HADOOP_CONF_DIR"))
                .ifPresent(folder -> addFiles(configuration, Path.of(folder)));
        try {
            Installation.sparkDefaults().forEach((key, value) -> addSpark(configuration, key, value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.getProperties()
                .forEach((key, value) -> addSpark(configuration, String.valueOf(key), String.valueOf(value)));
        addAmazon(configuration, environment);
        DEFAULTS.forEach((key, value) -> setUnlessChosen(configuration, key, value));
        return configuration;
    }

    private static void addFiles(Configuration configuration, Path folder) {
        for (String name : FILES) {
            if (Files.isRegularFile(folder.resolve(name))) {
                configuration.addResource(new org.apache.hadoop.fs.Path(
                        folder.resolve(name).toAbsolutePath().toUri()));
            }
        }
    }

    private static void addSpark(Configuration configuration, String key, String value) {
        if (key.startsWith(SPARK_PREFIX)) {
            configuration.set(key.substring(SPARK_PREFIX.length()), value);
        }
    }

    /** Set here and not left to S3A, for executors have another environment. */
    private static void addAmazon(Configuration configuration, Map<String, String> environment) {
        String key = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
        String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
        if (!key.isEmpty() && !secret.isEmpty() && isUnset(configuration, "fs.s3a.access.key")) {
            configuration.set("fs.s3a.access.key", key);
            configuration.set("fs.s3a.secret.key", secret);
            first(environment, "AWS_SESSION_TOKEN")
                    .ifPresent(token -> configuration.set("fs.s3a.session.token", token));
        }
        first(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
                .ifPresent(url -> setUnlessChosen(configuration, "fs.s3a.endpoint", url));
        first(environment, "AWS_REGION", "AWS_DEFAULT_REGION")
                .ifPresent(region -> setUnlessChosen(configuration, "fs.s3a.endpoint.region", region));
    }

    private static Optional<String> first(Map<String, String> environment, String... names) {
        return List.of(names).stream()
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static boolean isUnset(Configuration configuration, String key) {
        return configuration.getTrimmed(key, "").isEmpty();
    }

    /** Sets what only Hadoop's own defaults say, if anything does. */
    private static void setUnlessChosen(Configuration configuration, String key, String value) {
        String[] sources = configuration.getPropertySources(key);
        if (sources == null || sources.length == 0 || sources[sources.length - 1].equals("core-default.xml")) {
            configuration.set(key, value);
        }
    }
}
