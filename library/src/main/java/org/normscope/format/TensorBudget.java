package org.normscope.format;

import org.normscope.tensor.BadCheckpointException;

/**
 * How many tensors a checkpoint may name: {@value #MOST_TENSORS}, whose names have {@value #MOST_NAME_CHARS} characters
 * together. A mixture of 384 experts in 60 layers, with a scale beside every weight, has 140,000; an adversary's header of
 * 100 MB could list two million and exhaust a heap of 256 MB.
 */
public final class TensorBudget {
    /** Tensors in one checkpoint. */
    public static final int MOST_TENSORS = 250_000;

    /** Characters of all names of one checkpoint together. */
    public static final long MOST_NAME_CHARS = 16_000_000;

    private final String file;
    private int tensors;
    private long nameChars;

    /** Nothing is spent yet. */
    public TensorBudget(String file) {
        this.file = file;
    }

    /**
     * Counts a tensor with this name.
     *
     * @throws BadCheckpointException if that is too many
     */
    public void spend(String name) throws BadCheckpointException {
        tensors++;
        nameChars += name.length();
        if (tensors > MOST_TENSORS) {
            throw new BadCheckpointException(
                    file + ": names more than " + MOST_TENSORS + " tensors; split the checkpoint and audit the parts");
        }
        if (nameChars > MOST_NAME_CHARS) {
            throw new BadCheckpointException(
                    file + ": the names of its tensors have more than " + MOST_NAME_CHARS + " characters");
        }
    }
}
