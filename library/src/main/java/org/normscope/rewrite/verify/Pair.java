package org.normscope.rewrite.verify;

import java.io.IOException;
import java.io.Serializable;
import org.normscope.audit.plan.AuditTask;
import org.normscope.elements.Elements;
import org.normscope.storage.Storage;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe;

/**
 * A matrix of the old checkpoint and what became of it. No numbers: it may be sent to another machine.
 *
 * @param old before
 * @param now after
 * @param factor what entries were multiplied by, where they were: positive
 */
public record Pair(Matrix old, Matrix now, double factor) implements Serializable {
    /**
     * A matrix, and where it is read.
     *
     * @param task what is read of it; its factors aren't known yet
     */
    public record Matrix(AuditTask task, Storage storage) implements Serializable {
        /** @throws IllegalStateException if the task isn't that of a weight */
        Recipe recipe() {
            if (task.weight() == null) {
                throw new IllegalStateException("no weight: " + task.tensor().name());
            }
            return task.weight().recipe();
        }

        boolean isPlain() {
            return recipe() instanceof Recipe.Plain;
        }

        Elements open(StoredTensor part) throws IOException {
            return task.files().open(storage, part);
        }
    }
}
