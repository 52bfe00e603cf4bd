package org.normscope.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The same sums with SIMD instructions. Lanes run over independent sums, so the order within a sum, and with it every bit,
 * is the scalar one whatever the width; what doesn't fill a vector is left to {@link ScalarKernels}.
 */
final class VectorKernels implements Kernels {
    static final String NAME = "vector";

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    /** Lines handled together: their accumulators stay in registers. */
    private static final int GROUP = 8;

    private final ScalarKernels scalar = new ScalarKernels();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int lanes() {
        return SPECIES.length();
    }

    @Override
    public void project(double[] tile, int lines, Block x, double[] z) {
        int width = SPECIES.loopBound(x.b());
        int grouped = lines - lines % GROUP;
        for (int j = 0; j < width; j += SPECIES.length()) {
            for (int l = 0; l < grouped; l += GROUP) {
                projectGroup(tile, l, x, z, j);
            }
            for (int l = grouped; l < lines; l++) {
                projectLine(tile, l, x, z, j);
            }
        }
        if (width < x.b()) {
            scalar.project(tile, lines, x, z, width);
        }
    }

    private static void projectGroup(double[] tile, int line, Block x, double[] z, int j) {
        int m = x.m();
        int b = x.b();
        double[] values = x.values();
        int t0 = line * m, t1 = t0 + m, t2 = t1 + m, t3 = t2 + m, t4 = t3 + m, t5 = t4 + m, t6 = t5 + m, t7 = t6 + m;
        DoubleVector a0 = DoubleVector.zero(SPECIES), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        for (int s = 0; s < m; s++) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, values, s * b + j);
            a0 = a0.add(v.mul(tile[t0 + s]));
            a1 = a1.add(v.mul(tile[t1 + s]));
            a2 = a2.add(v.mul(tile[t2 + s]));
            a3 = a3.add(v.mul(tile[t3 + s]));
            a4 = a4.add(v.mul(tile[t4 + s]));
            a5 = a5.add(v.mul(tile[t5 + s]));
            a6 = a6.add(v.mul(tile[t6 + s]));
            a7 = a7.add(v.mul(tile[t7 + s]));
        }
        int to = line * b + j;
        a0.intoArray(z, to);
        a1.intoArray(z, to + b);
        a2.intoArray(z, to + 2 * b);
        a3.intoArray(z, to + 3 * b);
        a4.intoArray(z, to + 4 * b);
        a5.intoArray(z, to + 5 * b);
        a6.intoArray(z, to + 6 * b);
        a7.intoArray(z, to + 7 * b);
    }

    private static void projectLine(double[] tile, int line, Block x, double[] z, int j) {
        DoubleVector sum = DoubleVector.zero(SPECIES);
        for (int s = 0; s < x.m(); s++) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x.values(), s * x.b() + j);
            sum = sum.add(v.mul(tile[line * x.m() + s]));
        }
        sum.intoArray(z, line * x.b() + j);
    }

    @Override
    public void accumulate(double[] tile, int lines, double[] z, Block y) {
        int width = SPECIES.loopBound(y.b());
        int grouped = lines - lines % GROUP;
        for (int j = 0; j < width; j += SPECIES.length()) {
            for (int l = 0; l < grouped; l += GROUP) {
                accumulateGroup(tile, l, z, y, j);
            }
            for (int l = grouped; l < lines; l++) {
                accumulateLine(tile, l, z, y, j);
            }
        }
        if (width < y.b()) {
            scalar.accumulate(tile, lines, z, y, width);
        }
    }

    private static void accumulateGroup(double[] tile, int line, double[] z, Block y, int j) {
        int m = y.m();
        int b = y.b();
        double[] values = y.values();
        int t0 = line * m, t1 = t0 + m, t2 = t1 + m, t3 = t2 + m, t4 = t3 + m, t5 = t4 + m, t6 = t5 + m, t7 = t6 + m;
        int from = line * b + j;
        DoubleVector z0 = DoubleVector.fromArray(SPECIES, z, from);
        DoubleVector z1 = DoubleVector.fromArray(SPECIES, z, from + b);
        DoubleVector z2 = DoubleVector.fromArray(SPECIES, z, from + 2 * b);
        DoubleVector z3 = DoubleVector.fromArray(SPECIES, z, from + 3 * b);
        DoubleVector z4 = DoubleVector.fromArray(SPECIES, z, from + 4 * b);
        DoubleVector z5 = DoubleVector.fromArray(SPECIES, z, from + 5 * b);
        DoubleVector z6 = DoubleVector.fromArray(SPECIES, z, from + 6 * b);
        DoubleVector z7 = DoubleVector.fromArray(SPECIES, z, from + 7 * b);
        for (int s = 0; s < m; s++) {
            DoubleVector sum = DoubleVector.fromArray(SPECIES, values, s * b + j);
            sum = sum.add(z0.mul(tile[t0 + s]));
            sum = sum.add(z1.mul(tile[t1 + s]));
            sum = sum.add(z2.mul(tile[t2 + s]));
            sum = sum.add(z3.mul(tile[t3 + s]));
            sum = sum.add(z4.mul(tile[t4 + s]));
            sum = sum.add(z5.mul(tile[t5 + s]));
            sum = sum.add(z6.mul(tile[t6 + s]));
            sum = sum.add(z7.mul(tile[t7 + s]));
            sum.intoArray(values, s * b + j);
        }
    }

    private static void accumulateLine(double[] tile, int line, double[] z, Block y, int j) {
        DoubleVector factor = DoubleVector.fromArray(SPECIES, z, line * y.b() + j);
        for (int s = 0; s < y.m(); s++) {
            DoubleVector sum = DoubleVector.fromArray(SPECIES, y.values(), s * y.b() + j);
            sum.add(factor.mul(tile[line * y.m() + s])).intoArray(y.values(), s * y.b() + j);
        }
    }

    @Override
    public void gram(double[] tile, int lines, int m, double[] g) {
        int width = SPECIES.loopBound(m);
        int grouped = lines - lines % GROUP;
        for (int i = 0; i < m; i++) {
            int first = i - i % SPECIES.length();
            for (int l = 0; l < grouped; l += GROUP) {
                gramGroup(tile, l, m, g, new RowSpan(i, first, width));
            }
            for (int l = grouped; l < lines; l++) {
                DoubleVector w = DoubleVector.broadcast(SPECIES, tile[l * m + i]);
                for (int k = first; k < width; k += SPECIES.length()) {
                    DoubleVector sum = DoubleVector.fromArray(SPECIES, g, i * m + k);
                    sum.add(DoubleVector.fromArray(SPECIES, tile, l * m + k).mul(w))
                            .intoArray(g, i * m + k);
                }
            }
            if (width < m) {
                scalar.gramRow(tile, lines, m, g, i, Math.max(i, width));
            }
        }
    }

    /** Columns {@code from} to {@code to} of row {@code row}. */
    private record RowSpan(int row, int from, int to) {}

    private static void gramGroup(double[] tile, int line, int m, double[] g, RowSpan span) {
        int i = span.row();
        int t0 = line * m, t1 = t0 + m, t2 = t1 + m, t3 = t2 + m, t4 = t3 + m, t5 = t4 + m, t6 = t5 + m, t7 = t6 + m;
        DoubleVector w0 = DoubleVector.broadcast(SPECIES, tile[t0 + i]);
        DoubleVector w1 = DoubleVector.broadcast(SPECIES, tile[t1 + i]);
        DoubleVector w2 = DoubleVector.broadcast(SPECIES, tile[t2 + i]);
        DoubleVector w3 = DoubleVector.broadcast(SPECIES, tile[t3 + i]);
        DoubleVector w4 = DoubleVector.broadcast(SPECIES, tile[t4 + i]);
        DoubleVector w5 = DoubleVector.broadcast(SPECIES, tile[t5 + i]);
        DoubleVector w6 = DoubleVector.broadcast(SPECIES, tile[t6 + i]);
        DoubleVector w7 = DoubleVector.broadcast(SPECIES, tile[t7 + i]);
        for (int k = span.from(); k < span.to(); k += SPECIES.length()) {
            DoubleVector sum = DoubleVector.fromArray(SPECIES, g, i * m + k);
            sum = sum.add(w0.mul(DoubleVector.fromArray(SPECIES, tile, t0 + k)));
            sum = sum.add(w1.mul(DoubleVector.fromArray(SPECIES, tile, t1 + k)));
            sum = sum.add(w2.mul(DoubleVector.fromArray(SPECIES, tile, t2 + k)));
            sum = sum.add(w3.mul(DoubleVector.fromArray(SPECIES, tile, t3 + k)));
            sum = sum.add(w4.mul(DoubleVector.fromArray(SPECIES, tile, t4 + k)));
            sum = sum.add(w5.mul(DoubleVector.fromArray(SPECIES, tile, t5 + k)));
            sum = sum.add(w6.mul(DoubleVector.fromArray(SPECIES, tile, t6 + k)));
            sum = sum.add(w7.mul(DoubleVector.fromArray(SPECIES, tile, t7 + k)));
            sum.intoArray(g, i * m + k);
        }
    }
}
