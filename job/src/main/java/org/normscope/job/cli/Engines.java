package org.normscope.job.cli;

import org.normscope.job.engine.EngineFactory;
import org.normscope.job.spark.SparkEngineFactory;
import picocli.CommandLine.ParseResult;

/** Which engine a call asks for. */
final class Engines {
    private Engines() {}

    /** Spark with {@code --master} or under spark-submit, else this process. */
    static EngineFactory of(ParseResult call) {
        String submitted = System.getProperty("spark.master", "");
        String master = call.matchedOptionValue(SettingOptions.MASTER, submitted);
        return master.isEmpty() ? EngineFactory.LOCAL : spark(master);
    }

    /** Spark on this master; its classes are loaded when the engine is opened. */
    static EngineFactory spark(String master) {
        return (storage, kernels) -> new SparkEngineFactory(master).open(storage, kernels);
    }
}
