package org.normscope.format.safetensors;

import java.util.Comparator;
import java.util.List;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/**
 * Where the numbers of a file lie: behind the header, up to the end.
 *
 * @param start bytes from the start of the file to the first number
 * @param end length of the file
 */
record DataArea(long start, long end) {
    private static final Comparator<StoredTensor> BY_PLACE =
            Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::bytes);

    long bytes() {
        return end - start;
    }

    /**
     * Returns the tensors in the order of their data, those of no bytes first and then as given, after checking that they
     * cover the area exactly: no byte twice, none unused.
     */
    List<StoredTensor> inOrder(String file, List<StoredTensor> tensors) throws BadCheckpointException {
        List<StoredTensor> sorted = tensors.stream().sorted(BY_PLACE).toList();
        long covered = start;
        for (StoredTensor tensor : sorted) {
            Position here = new Position(file, tensor.offset());
            String name = Printable.quoted(tensor.name());
            here.require(
                    tensor.offset() >= covered,
                    "tensor %s begins %d bytes before the previous one ends: overlapping data, write the file again",
                    name,
                    covered - tensor.offset());
            here.require(
                    tensor.offset() == covered,
                    "%d bytes before tensor %s belong to no tensor: a hole, write the file again",
                    tensor.offset() - covered,
                    name);
            covered += tensor.bytes();
        }
        new Position(file, covered)
                .require(
                        covered == end,
                        "%d bytes behind the last tensor belong to no tensor; write the file again",
                        end - covered);
        return sorted;
    }
}
