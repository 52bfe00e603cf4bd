package org.normscope.format.torch;

import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.tensor.BadCheckpointException;

/** What in a pickle stands for a tensor. */
interface TensorValues {
    /** Calls of {@code torch._utils._rebuild_tensor} and its successors. */
    TensorValues CALLS = new TensorValues() {
        @Override
        public boolean contains(PickleValue value) {
            return TensorCall.isTensor(value);
        }

        @Override
        public TensorCall tensor(PickleValue value, StorageRef.Fault fault) throws BadCheckpointException {
            return TensorCall.of((PickleObject.Call) value, fault);
        }
    };

    /**
     * Whether a value is a tensor.
     *
     * @throws BadCheckpointException if it should be one, and isn't
     */
    boolean contains(PickleValue value) throws BadCheckpointException;

    /**
     * The tensor.
     *
     * @param value for which {@link #contains} says so
     * @throws BadCheckpointException if it is wrong
     */
    TensorCall tensor(PickleValue value, StorageRef.Fault fault) throws BadCheckpointException;
}
