package org.normscope.audit.result;

import org.jspecify.annotations.Nullable;
import org.normscope.tensor.StoredTensor;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weights.Role;
import org.normscope.weights.WeightMap;

/**
 * A line of the ledger: one tensor of the checkpoint.
 *
 * @param tensor what is stored
 * @param place what it is for, among the others
 * @param status where it ended up
 * @param reason why it was not analyzed, in words; null if it was
 * @param statistics counts and norms; with NaN or infinite entries only the counts mean something; null if it wasn't read
 */
public record TensorRow(
        StoredTensor tensor,
        Place place,
        Status status,
        @Nullable String reason,
        @Nullable MatrixStatistics statistics) {
    /**
     * What a tensor is for, among the others of its checkpoint.
     *
     * @param role what it is for
     * @param aliasOf the first tensor that has the same elements in the same place; null if it is this one
     * @param usedBy the weight that it is a part of; null if it is none
     */
    public record Place(
            Role role, @Nullable String aliasOf, @Nullable String usedBy) {
        /** Of a tensor that has nothing to do with others. */
        public static Place alone(Role role) {
            return new Place(role, null, null);
        }

        /** Of a tensor, by its index. */
        public static Place of(WeightMap map, int index) {
            return new Place(map.roleOf(index), map.aliasOf(index), map.usedBy(index));
        }
    }
}
