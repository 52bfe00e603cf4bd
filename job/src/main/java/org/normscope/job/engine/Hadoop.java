package org.normscope.job.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.normscope.storage.StorageChoice;
import org.normscope.storage.hadoop.HadoopStorage;

/**
 * How this process reaches {@code hdfs:} and {@code s3a:}: Hadoop's defaults and its files on the class path, then the files in
 * {@code $HADOOP_CONF_DIR}, then every {@code spark.hadoop.*} property.
 */
public final class Hadoop {
    private static final String SPARK_PREFIX = "spark.hadoop.";
    private static final List<String> FILES = List.of("core-site.xml", "hdfs-site.xml");

    private Hadoop() {}

    /** Local files without Hadoop, everything else with it. */
    public static StorageChoice storages() {
        return StorageChoice.orElse(() -> new HadoopStorage(configuration()));
    }

    /** A new configuration, as this process and its environment have it. */
    public static Configuration configuration() {
        Configuration configuration = new Configuration();
        String folder = System.getenv("HADOOP_CONF_DIR");
        for (String name : FILES) {
            if (folder != null && Files.isRegularFile(Path.of(folder, name))) {
                configuration.addResource(new org.apache.hadoop.fs.Path(
                        Path.of(folder, name).toAbsolutePath().toUri()));
            }
        }
        for (Map.Entry<Object, Object> property : System.getProperties().entrySet()) {
            String key = String.valueOf(property.getKey());
            if (key.startsWith(SPARK_PREFIX)) {
                configuration.set(key.substring(SPARK_PREFIX.length()), String.valueOf(property.getValue()));
            }
        }
        return configuration;
    }
}
