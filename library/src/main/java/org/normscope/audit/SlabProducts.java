package org.normscope.audit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.kernel.SlabKernel;
import org.normscope.linalg.Matrix;
import org.normscope.matrix.SlabGrid;
import org.normscope.spectral.Answer;
import org.normscope.spectral.Ask;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weightnorm.StatisticsPass;
import org.normscope.weightnorm.SumOfSquares;

/** Products of a matrix that this process reads slab by slab. */
final class SlabProducts implements Products {
    private final SlabGrid grid;
    private final Slabs slabs;
    private final SlabOrder order;
    private final Kernels kernels;
    private SlabKernel kernel;
    private int exponent;
    private @Nullable MatrixStatistics statistics;

    SlabProducts(SlabGrid grid, Slabs slabs, SlabOrder order, Kernels kernels) {
        this.grid = grid;
        this.slabs = slabs;
        this.order = order;
        this.kernels = kernels;
        this.kernel = new SlabKernel(kernels, 1);
    }

    @Override
    public MatrixStatistics statistics() {
        if (statistics == null) {
            throw new IllegalStateException("nothing was read yet");
        }
        return statistics;
    }

    @Override
    public void scaleDown(int newExponent) {
        exponent = newExponent;
        kernel = new SlabKernel(kernels, Math.scalb(1.0, -newExponent));
    }

    @Override
    public MatrixStatistics scan() throws IOException {
        pass(slab -> slab.lines(), lines -> {});
        return statistics();
    }

    @Override
    public Answer answer(Ask ask) throws IOException {
        if (ask instanceof Ask.Multiply multiply) {
            return multiply(multiply.x());
        }
        if (ask instanceof Ask.FormGram) {
            return gram();
        }
        throw new IllegalArgumentException("nothing to compute: " + ask);
    }

    private Answer multiply(Matrix x) throws IOException {
        Kernels.Block block = new Kernels.Block(x.transpose().values(), x.rows(), x.cols());
        SlabKernel.Product total = new SlabKernel.Product(x.rows(), x.cols());
        pass(slab -> kernel.multiply(slab, block), total::add);
        Matrix y = new Matrix(x.cols(), x.rows(), total.y()).transpose();
        return new Answer.Product(y, total.squaredNorms(), frobenius());
    }

    private Answer gram() throws IOException {
        int m = Math.toIntExact(grid.shape().shortSide());
        GramSum total = new GramSum();
        pass(
                slab -> {
                    double[] share = new double[Math.multiplyExact(m, m)];
                    kernel.addGram(slab, share);
                    return share;
                },
                total::add);
        // The kernels fill the upper triangle row by row, which is the lower one column by column.
        return new Answer.Gram(new Matrix(m, m, total.values()), frobenius());
    }

    /** The sum of Gram shares, which takes over the first one instead of copying it. */
    private static final class GramSum {
        private double @Nullable [] sum;

        void add(double[] share) {
            if (sum == null) {
                sum = share;
            } else {
                SlabKernel.add(sum, share);
            }
        }

        double[] values() {
            if (sum == null) {
                throw new IllegalStateException("a matrix has at least one slab");
            }
            return sum;
        }
    }

    @Override
    public Matrix project(Matrix x) throws IOException {
        Kernels.Block block = new Kernels.Block(x.transpose().values(), x.rows(), x.cols());
        int lines = Math.toIntExact(grid.shape().longSide());
        double[] all = new double[Math.multiplyExact(lines, x.cols())];
        int[] at = {0};
        pass(slab -> kernel.project(slab, block), part -> {
            System.arraycopy(part, 0, all, at[0], part.length);
            at[0] += part.length;
        });
        return new Matrix(x.cols(), lines, all).transpose();
    }

    /** What a pass computes from a slab. */
    @FunctionalInterface
    private interface SlabWork<T> {
        T of(Slab slab);
    }

    /** A slab's share of a first pass: of its result, and of the statistics. */
    private record FirstShare<T>(T result, StatisticsPass statistics) {}

    private <T> void pass(SlabWork<T> work, java.util.function.Consumer<T> merge) throws IOException {
        if (statistics != null) {
            order.forEach(grid.slabs(), index -> work.of(slabs.get(index)), merge);
            return;
        }
        StatisticsPass[] sum = new StatisticsPass[1];
        order.forEach(
                grid.slabs(),
                index -> {
                    Slab slab = slabs.get(index);
                    return new FirstShare<>(work.of(slab), StatisticsPass.of(grid.shape(), slab));
                },
                share -> {
                    merge.accept(share.result());
                    if (sum[0] == null) {
                        sum[0] = share.statistics();
                    } else {
                        sum[0].merge(share.statistics());
                    }
                });
        statistics = sum[0].result();
    }

    /** An upper bound on the Frobenius norm of the scaled matrix. */
    private double frobenius() {
        SumOfSquares squares = statistics().squares();
        double norm = Math.sqrt(squares.high() + squares.low());
        return Math.scalb(norm, squares.exponent() - exponent) * (1 + SumOfSquares.RELATIVE_ERROR);
    }
}
