package org.normscope.lipschitz;

import org.normscope.bound.LowerBound;
import org.normscope.bound.WideBound;

/**
 * How pooling moves along one dimension.
 *
 * @param kernel entries of a window, at least 1
 * @param stride between windows, at least 1
 * @param dilation between entries of a window, at least 1
 * @param uncounted entries of a window at the border that lie in padding and that a mean doesn't count (count_include_pad=False); 0
 *     where it counts them, and for maxima
 */
public record Window(int kernel, int stride, int dilation, int uncounted) {
    /** Rejects what no framework accepts. */
    public Window {
        if (kernel < 1 || stride < 1 || dilation < 1 || uncounted < 0 || uncounted >= kernel) {
            throw new IllegalArgumentException("pooling by kernel " + kernel + ", stride " + stride + ", dilation "
                    + dilation + ", " + uncounted + " entries uncounted");
        }
    }

    /** A window of adjacent entries, all counted. */
    public static Window of(int kernel, int stride) {
        return new Window(kernel, stride, 1, 0);
    }

    /** Constant of maxima along this dimension: root of the number of windows that an entry lies in. */
    WideBound largest() {
        return WideBound.of(perPhase()).root();
    }

    /**
     * Constant of means along this dimension: {@code sqrt(sum_r n_r²) / counted}, n_r taps of phase r modulo the stride; or, as the weights of a
     * mean have the sum 1, the root of the largest sum of the weights that an entry has, {@code windows / counted}.
     */
    WideBound average() {
        int step = stride / divisor();
        int rest = kernel % step;
        long fewer = kernel / step;
        long squares = rest * (fewer + 1) * (fewer + 1) + (step - rest) * fewer * fewer;
        LowerBound counted = new LowerBound(kernel - uncounted);
        WideBound share = WideBound.of(perPhase()).over(counted).root();
        return WideBound.of(squares).root().over(counted).min(share);
    }

    /** Most taps of one phase: {@code ceil(k / s')}, {@code s' = s / gcd(s, dilation)}. */
    private int perPhase() {
        int step = stride / divisor();
        return (kernel - 1) / step + 1;
    }

    private int divisor() {
        int a = stride;
        int b = dilation;
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    /** {@code 3 by 2}: kernel and stride, and what else is out of the ordinary. */
    @Override
    public String toString() {
        return kernel + " by " + stride + (dilation == 1 ? "" : ", dilation " + dilation)
                + (uncounted == 0 ? "" : ", " + uncounted + " uncounted at the border");
    }
}
