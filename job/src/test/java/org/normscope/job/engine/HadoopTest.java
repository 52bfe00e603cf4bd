package org.normscope.job.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopTest {
    private static final String ENDPOINT = "fs.s3a.endpoint";
    private static final String PROPERTY = "spark.hadoop." + ENDPOINT;

    @TempDir
    private Path home;

    private Path conf = Path.of("");

    @BeforeEach
    void installNormscope() throws IOException {
        conf = Files.createDirectory(home.resolve("conf"));
        System.setProperty("normscope.home", home.toString());
    }

    @AfterEach
    void forgetIt() {
        System.clearProperty("normscope.home");
        System.clearProperty(PROPERTY);
    }

    @Test
    void theNearerSourceOverrulesTheOther() throws IOException {
        Map<String, String> environment =
                Map.of("AWS_ENDPOINT_URL", "from the environment", "HADOOP_CONF_DIR", home.toString());
        assertThat(Hadoop.configuration(environment).get(ENDPOINT)).isEqualTo("from the environment");
        site(conf, "from conf");
        assertThat(Hadoop.configuration(environment).get(ENDPOINT)).isEqualTo("from conf");
        site(home, "from HADOOP_CONF_DIR");
        assertThat(Hadoop.configuration(environment).get(ENDPOINT)).isEqualTo("from HADOOP_CONF_DIR");
        Files.writeString(conf.resolve("spark-defaults.conf"), PROPERTY + " from spark-defaults.conf  \n");
        assertThat(Hadoop.configuration(environment).get(ENDPOINT)).isEqualTo("from spark-defaults.conf");
        System.setProperty(PROPERTY, "from a property");
        assertThat(Hadoop.configuration(environment).get(ENDPOINT)).isEqualTo("from a property");
    }

    private static void site(Path folder, String endpoint) throws IOException {
        Files.writeString(
                folder.resolve("core-site.xml"),
                "<configuration><property><name>" + ENDPOINT + "</name><value>" + endpoint
                        + "</value></property></configuration>");
    }

    @Test
    void credentialsOfTheEnvironmentAreTakenTogetherOrNotAtAll() {
        Map<String, String> keys = Map.of(
                "AWS_ACCESS_KEY_ID", "key",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "AWS_SESSION_TOKEN", "token",
                "AWS_DEFAULT_REGION", "eu-north-1");
        Configuration all = Hadoop.configuration(keys);
        assertThat(all.get("fs.s3a.access.key")).isEqualTo("key");
        assertThat(all.get("fs.s3a.secret.key")).isEqualTo("secret");
        assertThat(all.get("fs.s3a.session.token")).isEqualTo("token");
        assertThat(all.get("fs.s3a.endpoint.region")).isEqualTo("eu-north-1");
        Configuration half = Hadoop.configuration(Map.of("AWS_SECRET_ACCESS_KEY", "secret"));
        assertThat(half.get("fs.s3a.secret.key", "")).isEmpty();
    }

    @Test
    void aWrongAddressIsNotTriedForMinutesUnlessSomebodyWantsThat() throws IOException {
        Configuration configuration = Hadoop.configuration(Map.of());
        assertThat(configuration.getInt("fs.s3a.retry.limit", 0)).isEqualTo(4);
        assertThat(configuration.getInt("ipc.client.connect.max.retries.on.timeouts", 0))
                .isEqualTo(2);
        Files.writeString(conf.resolve("spark-defaults.conf"), "spark.hadoop.fs.s3a.retry.limit 7\n");
        assertThat(Hadoop.configuration(Map.of()).getInt("fs.s3a.retry.limit", 0))
                .isEqualTo(7);
    }

    @Test
    void theTemplatesAreValid() {
        Configuration template = new Configuration(false);
        template.addResource(new org.apache.hadoop.fs.Path(
                Path.of(System.getProperty("normscope.root", "."), "conf", "core-site.xml.template")
                        .toUri()));
        assertThat(template.size()).isZero();
    }
}
