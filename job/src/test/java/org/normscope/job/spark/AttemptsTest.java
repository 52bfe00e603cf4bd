package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local | 1",
                "local[2] | 1",
                "local[*] | 1",
                "local[2,4] | 4",
                "local[*, 3] | 3",
                "local-cluster[2,1,1024] | 7",
                "spark://host:7077 | 7",
                "yarn | 7"
            })
    void localMasterSaysItselfHowOftenATaskIsTried(String master, int attempts) {
        SparkConf conf = new SparkConf(false).set("spark.task.maxFailures", "7").set("spark.master", master);
        assertThat(Attempts.most(conf)).isEqualTo(attempts);
    }
}
