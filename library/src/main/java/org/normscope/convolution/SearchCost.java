package org.normscope.convolution;

import java.util.List;

/**
 * What a search for the norm of a kernel takes, from its shape alone, so that every engine decides alike.
 *
 * @param bytes heap at its peak, the kernel as doubles included
 * @param preparation floating-point operations before the first evaluation, roughly
 * @param evaluation floating-point operations of one evaluation, roughly
 * @param evaluations those of the first rounds of all groups, each made twice at worst
 */
public record SearchCost(double bytes, double preparation, double evaluation, long evaluations) {
    /** Floating-point operations that a kernel may take, about two minutes of a core. */
    private static final double WORK = 4e11;

    /** The same for a kernel whose evaluations are shared out, about eight minutes of a core: random 512 x 512 x 3 x 3 reaches 1e-3 within it. */
    private static final double SHARED_WORK = 1.5e12;

    /** Operations from which on an evaluation is worth sending away: symbols of about 330 channels. */
    private static final double LARGE = 5e7;

    /** Cells of a first round beyond which there is no search. */
    private static final double MOST_CELLS = 1 << 16;

    /** The cost for a kernel c_out x c_in/groups x taps, without empty dims. */
    public static SearchCost of(List<Long> shape, Geometry geometry) {
        double rows = (double) shape.get(0) / geometry.groups();
        double cols = shape.get(1);
        double taps = 1;
        double lags = 1;
        double cells = 1;
        int[] degrees = new int[shape.size() - 2];
        for (int dim = 0; dim < degrees.length; dim++) {
            double phases = Math.min(geometry.phases(dim), shape.get(2 + dim));
            double extent = Math.ceil(shape.get(2 + dim) / phases);
            cols *= phases;
            taps *= extent;
            lags *= 2 * extent - 1;
            cells *= 4 * extent;
            degrees[dim] = (int) extent - 1;
        }
        double order = Math.min(rows, cols);
        double depth = Math.max(rows, cols);
        double kernel = 2 * rows * geometry.groups() * cols * taps;
        double entries = kernel + taps * depth * (order + 3) + lags * order * (order + 3) / 2;
        long first = cells > MOST_CELLS
                ? Long.MAX_VALUE
                : (Cell.halfOfAll(degrees).size() + (1L << degrees.length)) * geometry.groups();
        return new SearchCost(
                8 * entries + parallel(order) + 500 * cells,
                taps * taps * order * order * depth * geometry.groups(),
                evaluation(order, lags / 2),
                first);
    }

    /** Operations of an evaluation: combining lags, a factorization, a cosine and a sine for each lag. */
    static double evaluation(double order, double lags) {
        double squared = order * order;
        return 4.0 / 3 * squared * order + 4 * squared * lags + 200 * lags + 1000;
    }

    /** Whether a search may be begun with so much heap. */
    public boolean isWithin(long heap) {
        return bytes <= heap && preparation + 2.0 * evaluations * evaluation <= work();
    }

    /** Whether one evaluation takes so long that evaluations are best shared out. */
    public boolean isLarge() {
        return evaluation >= LARGE;
    }

    /** Floating-point operations that the search may take. */
    double work() {
        return isLarge() ? SHARED_WORK : WORK;
    }

    /** Heap in bytes that another evaluation at the same time takes. */
    public static double parallel(double order) {
        return 8 * (4 * order * order + 300 * order);
    }
}
