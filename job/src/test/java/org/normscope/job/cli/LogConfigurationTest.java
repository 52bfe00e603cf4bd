package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.testing.Suite;

/** What {@code conf/log4j2.properties} lets through. */
class LogConfigurationTest {
    private static final String SCHEDULER = "org.apache.spark.scheduler.TaskSchedulerImpl";

    @ParameterizedTest
    @CsvSource({
        "Exception in statusUpdate, DENY",
        "'Initial job has not accepted any resources; check your cluster UI', NEUTRAL"
    })
    void aSchedulerThatStopsIsSilentAndOneWithoutExecutorsIsNot(String message, Filter.Result result) throws Exception {
        Path file = Suite.repository().resolve("conf/log4j2.properties");
        try (InputStream in = Files.newInputStream(file);
                LoggerContext context = new LoggerContext("test")) {
            Configuration configuration =
                    new PropertiesConfigurationFactory().getConfiguration(context, new ConfigurationSource(in));
            configuration.initialize();
            LoggerConfig logger = configuration.getLoggerConfig(SCHEDULER);
            assertThat(logger.getLevel()).isEqualTo(Level.WARN);
            Log4jLogEvent event = Log4jLogEvent.newBuilder()
                    .setLoggerName(SCHEDULER)
                    .setLevel(Level.ERROR)
                    .setMessage(new SimpleMessage(message))
                    .build();
            assertThat(logger.getFilter().filter(event)).isEqualTo(result);
        }
    }
}
