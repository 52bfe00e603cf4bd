package org.normscope.audit.result;

import java.io.Serializable;
import org.normscope.audit.plan.AuditTask;

/**
 * Euclidean norms of consecutive rows of a weight's 2-D view; infinite where a norm exceeds the largest double.
 *
 * @param task the weight
 * @param first index of the first of these rows
 * @param norms norm by norm. Not modified.
 */
public record RowNorms(AuditTask task, long first, double[] norms) implements Serializable {}
