package org.normscope.format;

import org.normscope.tensor.BadCheckpointException;

/** How many chunks of tensors a checkpoint may list: as many as fit the heap with all that is made of them. */
public final class ChunkBudget {
    /** Memory that an index or a size of a chunk may take. */
    private static final int BYTES_OF_A_NUMBER = 256;

    private final long heap = Runtime.getRuntime().maxMemory();
    private long numbers = heap / BYTES_OF_A_NUMBER;

    /**
     * Counts chunks of a tensor.
     *
     * @param tensor where it stands and its name, for the message
     * @throws BadCheckpointException if with them there are too many
     */
    public void spend(String tensor, long chunks, int rank) throws BadCheckpointException {
        numbers -= chunks * (1 + 2L * rank);
        if (numbers < 0) {
            throw new BadCheckpointException(tensor + ": with it there are more chunks than fit the memory of "
                    + (heap >> 20) + " MB; give the JVM more");
        }
    }
}
