package org.normscope.kernel;

import java.util.Arrays;
import org.normscope.kernel.Kernels.Block;

/** What the loops compute for a whole slab, with lengths checked; every product reads the slab's bytes once. */
public final class SlabKernel {
    private final Kernels kernels;
    private final double scale;

    /**
     * @param kernels the loops
     * @param scale a power of two by which every entry is multiplied, so that squares neither overflow nor vanish
     */
    public SlabKernel(Kernels kernels, double scale) {
        this.kernels = kernels;
        this.scale = scale;
    }

    /** A slab's share of a product with W, seen as long x m. */
    public static final class Product {
        private final Block y;
        private final double[] squaredNorms;

        private Product(Block y, double[] squaredNorms) {
            this.y = y;
            this.squaredNorms = squaredNorms;
        }

        private Product(int m, int b) {
            this(new Block(new double[Math.multiplyExact(m, b)], m, b), new double[b]);
        }

        private Product narrowed(int b) {
            Block first = new Block(repack(y.values(), y.m(), y.b(), b), y.m(), b);
            return new Product(first, Arrays.copyOf(squaredNorms, b));
        }

        /** {@code WᵀW X}, shape m x b, entry by entry. Not a copy. */
        public double[] y() {
            return y.values();
        }

        /** Squared Euclidean norms of the b columns of {@code W X}. Not a copy. */
        public double[] squaredNorms() {
            return squaredNorms;
        }
    }

    /** {@code WᵀW X} of the slab's lines. */
    public Product multiply(Slab slab, Block x) {
        requireOrder(slab, x.m());
        if (x.b() % kernels.lanes() != 0) {
            return multiply(slab, padded(x)).narrowed(x.b());
        }
        Product product = new Product(x.m(), x.b());
        double[] z = new double[Slab.tileLines(x.m()) * x.b()];
        slab.forEachTile(scale, (tile, first, lines) -> {
            kernels.project(tile, lines, x, z);
            kernels.accumulate(tile, lines, z, product.y);
            addSquares(z, lines, product.squaredNorms);
        });
        return product;
    }

    /** The block with zero vectors added up to a multiple of the lanes: full vectors are faster than loose ends. */
    private Block padded(Block x) {
        int wider = (x.b() / kernels.lanes() + 1) * kernels.lanes();
        return new Block(repack(x.values(), x.m(), x.b(), wider), x.m(), wider);
    }

    /** The same entries with {@code to} instead of {@code from} vectors: cut off, or zeros added. */
    private static double[] repack(double[] values, int m, int from, int to) {
        double[] packed = new double[Math.multiplyExact(m, to)];
        for (int s = 0; s < m; s++) {
            System.arraycopy(values, s * from, packed, s * to, Math.min(from, to));
        }
        return packed;
    }

    /** {@code W X} of the slab's lines, shape lines x b, line by line. */
    public double[] project(Slab slab, Block x) {
        requireOrder(slab, x.m());
        double[] all = new double[Math.multiplyExact(slab.lines(), x.b())];
        double[] z = new double[Slab.tileLines(x.m()) * x.b()];
        slab.forEachTile(scale, (tile, first, lines) -> {
            kernels.project(tile, lines, x, z);
            System.arraycopy(z, 0, all, first * x.b(), lines * x.b());
        });
        return all;
    }

    /**
     * {@code Wᵀ Z} of the slab's lines, shape m x b, entry by entry.
     *
     * @param z shape lines x b, line by line. Not modified.
     */
    public double[] accumulate(Slab slab, double[] z, int b) {
        if (z.length != (long) slab.lines() * b) {
            throw new IllegalArgumentException(slab.lines() + " lines times " + z.length + " numbers");
        }
        Block y = new Block(new double[Math.multiplyExact(slab.m(), b)], slab.m(), b);
        slab.forEachTile(scale, (tile, first, lines) -> {
            double[] part = Arrays.copyOfRange(z, first * b, (first + lines) * b);
            kernels.accumulate(tile, lines, part, y);
        });
        return y.values();
    }

    /**
     * Squared Euclidean norms of the b columns of {@code z}, added up line by line.
     *
     * @param z shape lines x b, line by line. Not modified.
     */
    public static double[] squaredNorms(double[] z, int b) {
        double[] sums = new double[b];
        addSquares(z, z.length / b, sums);
        return sums;
    }

    /**
     * Adds the slab's {@code WᵀW}.
     *
     * @param gram shape m x m; its upper triangle is modified, the rest left undefined
     */
    public void addGram(Slab slab, double[] gram) {
        requireOrder(slab, (int) Math.sqrt(gram.length));
        slab.forEachTile(scale, (tile, first, lines) -> kernels.gram(tile, lines, slab.m(), gram));
    }

    /** {@code to += from}, entry by entry. */
    public static void add(double[] to, double[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
        }
    }

    private static void addSquares(double[] z, int lines, double[] sums) {
        int b = sums.length;
        for (int l = 0; l < lines; l++) {
            for (int j = 0; j < b; j++) {
                sums[j] += z[l * b + j] * z[l * b + j];
            }
        }
    }

    private static void requireOrder(Slab slab, int m) {
        if (slab.m() != m) {
            throw new IllegalArgumentException("a slab with lines of " + slab.m() + " times vectors of " + m);
        }
    }
}
