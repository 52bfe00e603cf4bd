package org.normscope.audit.network;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.effective.EffectiveEntries;
import org.normscope.audit.effective.EffectiveEntries.UndefinedWeightException;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.KernelPlan;
import org.normscope.bound.Interval;
import org.normscope.convolution.Evaluator;
import org.normscope.convolution.Geometry;
import org.normscope.convolution.Kernel;
import org.normscope.convolution.OperatorNorms;
import org.normscope.convolution.SearchCost;
import org.normscope.storage.Storage;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.How;

/**
 * The norm of a kernel or matrix each of whose output channels is multiplied by a factor: docs/math/convolutions.md. It is read once more.
 *
 * @param storage where the files lie
 * @param plan of the audit
 */
record FoldedNorm(Storage storage, AuditPlan plan) {
    /** Recipes of weights whose entries are read as they are multiplied. */
    static final Set<How> READABLE = Set.of(How.PLAIN, How.WEIGHT_NORM, How.SPECTRAL_NORM, How.ADAPTED);

    /**
     * A weight and how its layer uses it.
     *
     * @param shape of the kernel; a matrix has one tap
     * @param geometry of the layer
     */
    record Use(EffectiveWeight weight, List<Long> shape, Geometry geometry) {
        /** A kernel's. */
        static Use of(EffectiveWeight weight, Geometry geometry) {
            return new Use(weight, weight.shape().dims(), geometry);
        }

        /**
         * A matrix's.
         *
         * @param transposed whether it is stored as inputs x outputs
         */
        static Use ofMatrix(EffectiveWeight weight, boolean transposed) {
            List<Long> dims = weight.shape().dims();
            List<Integer> one = List.of(1);
            return new Use(weight, List.of(dims.get(0), dims.get(1), 1L), new Geometry(one, one, 1, transposed));
        }

        /** Output channels. */
        long outputs() {
            return geometry.transposed() ? shape.get(1) * geometry.groups() : shape.get(0);
        }
    }

    /** An interval of the norm; none where the weight can't be had or is too large for a search. */
    Optional<Interval> of(Use use, ChannelFactors factors) throws IOException {
        AuditTask task = task(use.weight());
        boolean isReadable =
                READABLE.contains(use.weight().how()) && !use.weight().isSlice();
        if (task == null
                || !isReadable
                || factors.channels() != use.outputs()
                || !SearchCost.of(use.shape(), use.geometry()).isWithin(KernelPlan.heap(plan.settings()))) {
            return Optional.empty();
        }
        double[] entries;
        try {
            entries = entries(task);
        } catch (UndefinedWeightException e) {
            return Optional.empty();
        }
        List<Integer> shape = use.shape().stream().map(Math::toIntExact).toList();
        Kernel kernel = new Kernel(shape, entries).scaled(use.geometry(), factors.values());
        double margin = margin(kernel, use, task);
        if (!Double.isFinite(2 * margin / ChannelFactors.RELATIVE_ERROR)) {
            return Optional.empty();
        }
        double tolerance = plan.settings().precision().tolerance();
        return Optional.of(OperatorNorms.of(kernel, use.geometry(), tolerance, Evaluator.PARALLEL)
                .interval()
                .widened(margin));
    }

    /** Entries with an error move the norm by at most root of the shifts times the error's Frobenius norm. */
    private static double margin(Kernel kernel, Use use, AuditTask task) {
        double squares = 0;
        for (double value : kernel.values()) {
            squares += value * value;
        }
        double shifts = use.geometry().shifts(use.shape());
        double relative = (task.scalingError() + ChannelFactors.RELATIVE_ERROR) * (1 + 1e-6);
        double smallest = Double.MIN_NORMAL * kernel.values().length;
        return Math.sqrt(shifts) * (relative * Math.sqrt(squares) + smallest);
    }

    private @Nullable AuditTask task(EffectiveWeight weight) {
        return plan.tasks().stream()
                .filter(task -> weight.equals(task.weight()))
                .findFirst()
                .orElse(null);
    }

    private double[] entries(AuditTask task) throws UndefinedWeightException, IOException {
        double[] entries = new double[Math.toIntExact(task.tensor().shape().elements())];
        int[] next = {0};
        EffectiveEntries.of(task, storage).forEach((values, count) -> {
            System.arraycopy(values, 0, entries, next[0], count);
            next[0] += count;
        });
        return entries;
    }
}
