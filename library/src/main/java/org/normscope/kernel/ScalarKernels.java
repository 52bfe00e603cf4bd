package org.normscope.kernel;

import java.util.Arrays;

/** The definition: plain loops in index order. */
final class ScalarKernels implements Kernels {
    static final String NAME = "scalar";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public void project(double[] tile, int lines, Block x, double[] z) {
        project(tile, lines, x, z, 0);
    }

    /** Only vectors {@code j >= from}. */
    void project(double[] tile, int lines, Block x, double[] z, int from) {
        int m = x.m();
        int b = x.b();
        double[] values = x.values();
        for (int l = 0; l < lines; l++) {
            Arrays.fill(z, l * b + from, (l + 1) * b, 0);
            for (int s = 0; s < m; s++) {
                double w = tile[l * m + s];
                for (int j = from; j < b; j++) {
                    z[l * b + j] += w * values[s * b + j];
                }
            }
        }
    }

    @Override
    public void accumulate(double[] tile, int lines, double[] z, Block y) {
        accumulate(tile, lines, z, y, 0);
    }

    /** Only vectors {@code j >= from}. */
    void accumulate(double[] tile, int lines, double[] z, Block y, int from) {
        int m = y.m();
        int b = y.b();
        double[] values = y.values();
        for (int l = 0; l < lines; l++) {
            for (int s = 0; s < m; s++) {
                double w = tile[l * m + s];
                for (int j = from; j < b; j++) {
                    values[s * b + j] += w * z[l * b + j];
                }
            }
        }
    }

    @Override
    public void gram(double[] tile, int lines, int m, double[] g) {
        for (int i = 0; i < m; i++) {
            gramRow(tile, lines, m, g, i, i);
        }
    }

    /** Row {@code i} from column {@code from} on. */
    void gramRow(double[] tile, int lines, int m, double[] g, int i, int from) {
        for (int l = 0; l < lines; l++) {
            double w = tile[l * m + i];
            for (int k = from; k < m; k++) {
                g[i * m + k] += w * tile[l * m + k];
            }
        }
    }
}
