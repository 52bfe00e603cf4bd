package org.normscope.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs once, small, in this JVM: it checks its answer and doesn't rot. */
class BenchmarksRunTest {
    @BeforeAll
    static void allowSeveralBuildsOnAMachine() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void kernels() throws RunnerException {
        Collection<RunResult> results = new Runner(once(KernelBenchmark.class)
                        .param("shape", "24x16", "9x33")
                        .param("dtype", "BF16", "F32")
                        .build())
                .run();
        assertThat(results).hasSize(6 * 2 * 2);
    }

    @Test
    void algorithms() throws RunnerException {
        Collection<RunResult> results =
                new Runner(once(AlgorithmBenchmark.class).param("m", "40").build()).run();
        assertThat(results).hasSize(6);
    }

    private static ChainedOptionsBuilder once(Class<?> benchmark) {
        return new OptionsBuilder()
                .include(benchmark.getSimpleName())
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }
}
