package org.normscope.audit.pass;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.SlabShare.Joining;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.kernel.SlabKernel;
import org.normscope.linalg.Matrix;
import org.normscope.matrix.MatrixShape;
import org.normscope.weightnorm.StatisticsPass;

/**
 * What one pass computes from every slab of a matrix W, seen as long x m; small enough to be sent to whoever holds the slabs.
 *
 * @param kind which product
 * @param x vectors of the short side, entry by entry ({@code x[s * b + j]}); null where the product takes none
 * @param b number of vectors
 * @param exponent products are those of {@code 2^-exponent W}
 * @param statistics whether the pass also takes the statistics, of W itself
 */
public record SlabWork(Kind kind, double @Nullable [] x, int b, int exponent, Statistics statistics)
        implements Serializable {
    /** Products of a pass. */
    public enum Kind {
        /** None: the statistics alone. */
        SCAN,
        /** {@code WᵀW X} and the column norms of {@code W X}. */
        MULTIPLY,
        /** {@code WᵀW}. */
        GRAM,
        /** {@code W X}, line by line. */
        PROJECT
    }

    /** Whether a pass takes the statistics. */
    public enum Statistics {
        TAKEN,
        /** The norm of every row too. */
        TAKEN_WITH_ROWS,
        KNOWN
    }

    /** A reading for the statistics alone. */
    static SlabWork scan(Statistics statistics) {
        return new SlabWork(Kind.SCAN, null, 0, 0, statistics);
    }

    /** A product with vectors, given as a matrix m x b. */
    static SlabWork with(Kind kind, Matrix x, int exponent, Statistics statistics) {
        return new SlabWork(kind, x.transpose().values(), x.cols(), exponent, statistics);
    }

    /** The Gram matrix. */
    static SlabWork gram(int exponent, Statistics statistics) {
        return new SlabWork(Kind.GRAM, null, 0, exponent, statistics);
    }

    /** The share of one slab of a matrix of this shape; reads the slab's bytes once. */
    public SlabShare of(MatrixShape shape, Slab slab, Kernels kernels) {
        SlabKernel kernel = new SlabKernel(kernels, Math.scalb(1.0, -exponent));
        StatisticsPass pass = statistics(shape, slab);
        return switch (kind) {
            case SCAN -> new SlabShare(Joining.ADDED, new double[0], new double[0], pass);
            case MULTIPLY -> {
                SlabKernel.Product product = kernel.multiply(slab, block(slab));
                yield new SlabShare(Joining.ADDED, product.y(), product.squaredNorms(), pass);
            }
            case GRAM -> {
                double[] gram = new double[Math.multiplyExact(slab.m(), slab.m())];
                kernel.addGram(slab, gram);
                yield new SlabShare(Joining.ADDED, gram, new double[0], pass);
            }
            case PROJECT -> new SlabShare(Joining.APPENDED, kernel.project(slab, block(slab)), new double[0], pass);
        };
    }

    private @Nullable StatisticsPass statistics(MatrixShape shape, Slab slab) {
        return switch (statistics) {
            case TAKEN -> StatisticsPass.of(shape, slab);
            case TAKEN_WITH_ROWS -> StatisticsPass.keepingRows(shape, slab);
            case KNOWN -> null;
        };
    }

    private Kernels.Block block(Slab slab) {
        if (x == null) {
            throw new IllegalStateException(kind + " without vectors");
        }
        return new Kernels.Block(x, slab.m(), b);
    }
}
