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

    /** What is said of a pickle beyond a limit that follows the heap. */
    static final String CURE =
            "more than this heap is for; a larger one (NORMSCOPE_JAVA_OPTS=-Xmx8g) lets a checkpoint have more, else split it";

    private static final long DEFAULT_HEAP = 256L << 20;
    private static final long LARGEST_FACTOR = 64;

    /**
     * As much as fits a heap: the pickle that lists the chunks of a model takes some 70 steps for each.
     *
     * @param bytes of the heap; less than 256 MB are as much
     */
    public static PickleLimits ofHeap(long bytes) {
        long factor = Math.min(LARGEST_FACTOR, Math.max(1, bytes / DEFAULT_HEAP));
        long steps = factor * DEFAULT.steps;
        return new PickleLimits(
                steps, DEFAULT.stack, Math.toIntExact(steps / 3), DEFAULT.nesting, factor * DEFAULT.stringBytes);
    }
}
