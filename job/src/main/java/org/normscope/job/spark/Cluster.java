package org.normscope.job.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.storage.StorageLevel;
import org.normscope.kernel.Kernels;
import org.normscope.storage.Storage;

/**
 * Where an audit runs.
 *
 * @param context started
 * @param storage where the checkpoint lies; sent to executors
 * @param kernels the loops, chosen on the driver and used everywhere
 * @param kept where executors keep stripes between steps; what finds no room there is read again in every step
 */
record Cluster(SparkContext context, Storage storage, Kernels kernels, StorageLevel kept) {}
