package org.normscope.audit.result;

import java.time.Instant;
import java.util.Map;

/**
 * What may differ between two runs that give the same report.
 *
 * @param started when
 * @param seconds wall time of the audit
 * @param bytesRead bytes fetched from storage, headers included
 * @param environment engine, master, executors, java, os, arch, spark, serializer: names as in the report, in its order
 * @param weightSeconds compute seconds per weight, by name
 */
public record RunRecord(
        Instant started,
        double seconds,
        long bytesRead,
        Map<String, String> environment,
        Map<String, Double> weightSeconds) {}
