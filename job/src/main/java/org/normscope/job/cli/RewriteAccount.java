package org.normscope.job.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.rewrite.NewTensor;
import org.normscope.rewrite.Rewrite;
import org.normscope.rewrite.ShardPlan;
import org.normscope.tensor.Checkpoint;

/**
 * What a call would write, known before anything is.
 *
 * @param old the old checkpoint
 * @param rewrite what becomes of its tensors
 * @param plan the files of the new one
 * @param notCopied names of files beside the old weights that are no part of the model
 * @param numbers how norms are audited, with a seed
 */
record RewriteAccount(Checkpoint old, Rewrite rewrite, ShardPlan plan, List<String> notCopied, AuditSettings numbers) {
    /** Tensors of the new checkpoint that no change made. */
    long copied() {
        Set<String> made = new HashSet<>();
        rewrite.changes().forEach(change -> made.addAll(change.after()));
        return rewrite.tensors().stream()
                .filter(tensor -> !made.contains(tensor.name()))
                .count();
    }

    /** Keys of the old files' metadata that no new file has with its value. */
    List<String> lostMetadata() {
        return plan.lostMetadata(old);
    }

    /** Bytes of all old tensors. */
    long oldBytes() {
        return old.tensors().stream().mapToLong(tensor -> tensor.bytes()).sum();
    }

    Map<String, NewTensor> tensorsByName() {
        Map<String, NewTensor> tensors = new HashMap<>();
        rewrite.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
        return tensors;
    }
}
