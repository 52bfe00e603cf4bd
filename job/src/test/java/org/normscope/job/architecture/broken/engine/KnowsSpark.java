package org.normscope.job.architecture.broken.engine;

import org.apache.spark.SparkContext;

interface KnowsSpark {
    void use(SparkContext context);
}
