package org.normscope.rewrite;

import java.io.IOException;
import java.io.OutputStream;
import org.normscope.audit.effective.EffectiveEntries;
import org.normscope.audit.effective.EffectiveEntries.UndefinedWeightException;
import org.normscope.audit.plan.AuditTask;
import org.normscope.storage.Storage;
import org.normscope.tensor.DType;

/**
 * An effective weight, every entry rounded once.
 *
 * @param task the weight; its factors are found when it is written
 * @param dtype of the new tensor, of kind FLOAT
 */
record MadeContent(AuditTask task, DType dtype) implements TensorContent {
    @Override
    public void writeTo(Storage storage, OutputStream out) throws IOException {
        try {
            Encoding encoding = new Encoding(dtype, out);
            EffectiveEntries.of(task, storage).forEach(encoding::write);
        } catch (UndefinedWeightException e) {
            throw new UnwritableWeightException(
                    task.files().first(), task.tensor().name(), String.valueOf(e.getMessage()));
        }
    }
}
