package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LostJobTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.OutOfMemoryError: Java heap space",
                "Reason: Command exited with code 137",
                "Reason: Command exited with code 52",
                "The executor with id 1 exited with exit code 137(SIGKILL, possible container OOM).",
                "Container from a bad node: container_1 on host: h. Exit status: 137. Diagnostics: ",
                "Container killed by YARN for exceeding physical memory limits. 5.6 GB of 5.5 GB used."
            })
    void executorsWithoutMemorySayWhatToSet(String reason) {
        String line = said("Job aborted: Task 0 failed 4 times: ExecutorLostFailure " + reason);
        assertThat(line).contains(reason, "spark.executor.memory=", "smaller --block-bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Reason: Command exited with code 1", "Exit status: 1370", "no such class"})
    void otherFailuresBlameNoMemory(String reason) {
        assertThat(said(reason)).isEqualTo("the Spark job failed: " + reason);
    }

    @Test
    void onlyTheFirstLineIsTold() {
        assertThat(said("one\n\tat two")).isEqualTo("the Spark job failed: one");
    }

    private static String said(String message) {
        return String.valueOf(
                LostJob.because(new IllegalStateException(message)).getMessage());
    }
}
