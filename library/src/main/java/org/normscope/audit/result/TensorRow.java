package org.normscope.audit.result;

import org.jspecify.annotations.Nullable;
import org.normscope.tensor.StoredTensor;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weights.Role;

/**
 * A line of the ledger: one tensor of the checkpoint.
 *
 * @param tensor what is stored
 * @param role what it is for
 * @param status where it ended up
 * @param reason why it was not analyzed, in words; null if it was
 * @param statistics counts and norms; with NaN or infinite entries only the counts mean something; null if it wasn't read
 */
public record TensorRow(
        StoredTensor tensor,
        Role role,
        Status status,
        @Nullable String reason,
        @Nullable MatrixStatistics statistics) {}
