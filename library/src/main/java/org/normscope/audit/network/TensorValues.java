package org.normscope.audit.network;

import java.io.IOException;
import org.normscope.audit.effective.StoredValues;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.TensorRow;
import org.normscope.elements.TensorFiles;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/**
 * Elements of small tensors, such as scales and variances.
 *
 * @param storage where the files lie
 * @param plan of the audit
 */
record TensorValues(Storage storage, AuditPlan plan) {
    private static final long MOST = 1 << 22;

    /**
     * All elements, row-major.
     *
     * @throws BadCheckpointException if they are too many, or no floating point numbers
     * @throws IOException if the storage fails
     */
    double[] of(TensorRow row) throws BadCheckpointException, IOException {
        StoredTensor tensor = row.tensor();
        long elements = tensor.shape().elements();
        if (tensor.dtype().kind() != DType.Kind.FLOAT || elements > MOST) {
            throw new BadCheckpointException(Printable.quoted(tensor.name()) + ": " + tensor.dtype() + " "
                    + tensor.shape().dims()
                    + " can't be the scale, slope or variance that the network description takes it for");
        }
        return new StoredValues(storage, TensorFiles.of(plan.checkpoint(), tensor)).all(tensor);
    }
}
