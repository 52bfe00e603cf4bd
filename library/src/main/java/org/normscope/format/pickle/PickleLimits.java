package org.normscope.format.pickle;

/**
 * What reading one pickle may take. A legal pickle beyond a limit is rejected as too large.
 *
 * @param steps opcodes, and items that a call copies from one collection to another
 * @param stack values and marks on the stack at one time
 * @param memo values in the memo
 * @param nesting holders one inside the other, in the order in which the file shows them first
 * @param stringBytes bytes of all strings together, as they are stored
 */
public record PickleLimits(long steps, int stack, int memo, int nesting, long stringBytes) {
    /** Enough for the pickle beside the weights of a model, in a heap of 256 MB. */
    public static final PickleLimits DEFAULT = new PickleLimits(1_000_000, 10_000, 100_000, 1_000, 16L << 20);

    /** Enough for the pickle that lists the parts of a model over thousands of ranks, some 60,000 of them; it takes a heap of 1 GB then. */
    public static final PickleLimits PARTS = new PickleLimits(20_000_000, 100_000, 2_000_000, 1_000, 64L << 20);
}
