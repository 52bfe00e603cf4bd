package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.job.engine.EngineFactory;
import org.normscope.testing.SampleCheckpoint;

class LocalClusterIT {
    @TempDir
    Path folder;

    @AfterEach
    void forgetSettings() {
        System.clearProperty("spark.ui.enabled");
        System.clearProperty("spark.serializer");
    }

    @Test
    void executorsInProcessesOfTheirOwnGiveTheSameReport() throws Exception {
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
        EngineRuns runs = new EngineRuns(SampleCheckpoint.write(folder));
        String cluster = runs.repeatable(new SparkEngineFactory("local-cluster[2,1,1024]"));
        assertThat(cluster).isEqualTo(runs.repeatable(EngineFactory.LOCAL));
    }
}
