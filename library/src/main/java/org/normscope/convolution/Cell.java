package org.normscope.convolution;

import java.util.ArrayList;
import java.util.List;
import org.normscope.spectral.Rounding;

/**
 * A box of frequencies, in each dimension {@code 2 pi index / 2^bits} to {@code 2 pi (index + 1) / 2^bits}; arithmetic only. In dimensions of degree
 * 0 it is everything.
 *
 * @param degrees of the symbol
 * @param bits per dimension
 * @param index per dimension, 0 to 2^bits - 1
 */
record Cell(int[] degrees, int[] bits, long[] index) {
    /** Widest angle whose cosine a first cell may rest on; below pi / 2. */
    private static final double WIDEST = 1.2;

    /** Cells that cover half of the frequencies; the others are their mirror images, where a real kernel has the same norms. */
    static List<Cell> halfOfAll(int[] degrees) {
        int[] bits = new int[degrees.length];
        for (int dim = 0; dim < bits.length; dim++) {
            bits[dim] = degrees[dim] == 0 ? 0 : 32 - Integer.numberOfLeadingZeros(2 * degrees[dim]);
        }
        while (angle(degrees, bits) > WIDEST) {
            for (int dim = 0; dim < bits.length; dim++) {
                bits[dim] += degrees[dim] == 0 ? 0 : 1;
            }
        }
        List<Cell> cells = new ArrayList<>();
        add(new Cell(degrees, bits, new long[degrees.length]), 0, true, cells);
        return cells;
    }

    /** Adds all cells that differ from this one in the dimensions from {@code dim} on; of the first active one only half. */
    private static void add(Cell cell, int dim, boolean halved, List<Cell> cells) {
        if (dim == cell.index.length) {
            cells.add(cell);
            return;
        }
        boolean active = cell.degrees[dim] > 0;
        long count = (1L << cell.bits[dim]) / (active && halved ? 2 : 1);
        for (long n = 0; n < count; n++) {
            long[] index = cell.index.clone();
            index[dim] = n;
            add(new Cell(cell.degrees, cell.bits, index), dim + 1, halved && !active, cells);
        }
    }

    /** {@code ½ Σ_j Q_j h_j}, h_j half the width. */
    private static double angle(int[] degrees, int[] bits) {
        double angle = 0;
        for (int dim = 0; dim < degrees.length; dim++) {
            angle += 0.5 * degrees[dim] * Math.scalb(Math.PI, -bits[dim]);
        }
        return angle;
    }

    /**
     * The share of the supremum that the symbol's norm has at the center if it is attained in this cell: {@code cos(½ Σ_j Q_j h_j)}, rounded down.
     */
    double cosine() {
        return StrictMath.cos(angle(degrees, bits)) - 32 * Rounding.U;
    }

    /** Whether halves can be told apart exactly. */
    boolean canSplit() {
        boolean active = false;
        for (int dim = 0; dim < bits.length; dim++) {
            if (bits[dim] > 40) {
                return false;
            }
            active |= degrees[dim] > 0;
        }
        return active;
    }

    /** The middle of each interval. */
    Frequency center() {
        int common = 0;
        for (int n : bits) {
            common = Math.max(common, n + 1);
        }
        long[] numerators = new long[bits.length];
        for (int dim = 0; dim < bits.length; dim++) {
            numerators[dim] = degrees[dim] == 0 ? 0 : (2 * index[dim] + 1) << (common - bits[dim] - 1);
        }
        return new Frequency(common, numerators);
    }

    /** The halves in every dimension of positive degree. */
    List<Cell> children() {
        int[] finer = bits.clone();
        for (int dim = 0; dim < bits.length; dim++) {
            finer[dim] += degrees[dim] == 0 ? 0 : 1;
        }
        List<Cell> children = new ArrayList<>();
        for (int corner = 0; corner < 1 << bits.length; corner++) {
            long[] child = new long[bits.length];
            boolean distinct = true;
            for (int dim = 0; dim < bits.length; dim++) {
                int upper = corner >> dim & 1;
                distinct &= degrees[dim] > 0 || upper == 0;
                child[dim] = degrees[dim] == 0 ? 0 : 2 * index[dim] + upper;
            }
            if (distinct) {
                children.add(new Cell(degrees, finer, child));
            }
        }
        return children;
    }
}
