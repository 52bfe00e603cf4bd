package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local | local[1,4]",
                "local[2] | local[2,4]",
                "local[*] | local[*,4]",
                "local[2,1] | local[2,1]",
                "local-cluster[2,1,1024] | local-cluster[2,1,1024]",
                "spark://127.0.0.1:7077 | spark://127.0.0.1:7077",
                "yarn | yarn"
            })
    void localMastersTryATaskFourTimes(String given, String used) {
        assertThat(Configurations.withRetries(given)).isEqualTo(used);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"local[2]", "local[*]", "local[2,1]", "spark://127.0.0.1:7077", "local-cluster[2,1,1024]"})
    void reportsShowTheMasterAsItWasGiven(String given) {
        assertThat(Configurations.withoutRetries(Configurations.withRetries(given)))
                .isEqualTo(given);
    }

    @ParameterizedTest
    @CsvSource({"24, 3.4.2", "25, 3.4.2", "25, 3.3.6", "25, 2.10.2"})
    void oldHadoopOnNewJavaIsToldInOneLine(int java, String hadoop) {
        assertThatThrownBy(() -> HadoopOnNewJava.require(java, hadoop))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("Hadoop " + hadoop, "Java " + java, "3.4.3")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"17, 3.4.2", "21, 3.4.2", "24, 3.4.3", "25, 3.5.0", "25, 3.4.3-SNAPSHOT", "25, 3.10.0"})
    void everyOtherCombinationIsFine(int java, String hadoop) {
        assertThatCode(() -> HadoopOnNewJava.require(java, hadoop)).doesNotThrowAnyException();
    }

    @Test
    void thisJvmHasAHadoopThatWorks() {
        assertThatCode(HadoopOnNewJava::require).doesNotThrowAnyException();
    }
}
