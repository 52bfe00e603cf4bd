package org.normscope.audit.result;

import java.io.Serializable;
import org.normscope.audit.plan.AuditTask;

/**
 * A task's outcome and what it cost.
 *
 * @param task what was done
 * @param outcome what became of it
 * @param seconds compute time, reading included
 * @param bytesRead bytes fetched from storage
 */
public record TaskResult(AuditTask task, Outcome outcome, double seconds, long bytesRead) implements Serializable {}
