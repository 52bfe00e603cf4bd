package org.normscope.audit.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.effective.EffectiveEntries;
import org.normscope.audit.effective.EffectiveEntries.UndefinedWeightException;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.bound.LowerBound;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.Activation;
import org.normscope.lipschitz.DenseMap;
import org.normscope.lipschitz.FeedForward;
import org.normscope.lipschitz.Layer;
import org.normscope.lipschitz.LinearMap;
import org.normscope.storage.Storage;

/**
 * The bounds for a part of a network that is a chain of matrices and elementwise functions. Matrices are read once more, as doubles.
 *
 * @param storage where the files lie
 * @param plan of the audit
 */
record ChainBounds(Storage storage, AuditPlan plan) {
    /** Entries of all matrices together. */
    private static final long MOST = 1 << 25;

    /**
     * A linear layer and the weight that it applies.
     *
     * @param row of the report
     * @param transposed whether it is stored the other way round
     * @param folded what the batch norm behind it makes of it; null without one
     */
    record Link(WeightRow row, boolean transposed, @Nullable Folded folded) {
        double error(AuditTask task) {
            return task.scalingError() + (folded == null ? 0 : ChannelFactors.RELATIVE_ERROR);
        }
    }

    /**
     * Factors on the rows of a matrix.
     *
     * @param factors one per output
     * @param norm of the matrix with them
     */
    record Folded(ChannelFactors factors, UpperBound norm) {}

    /**
     * The bounds; none where a matrix can't be had.
     *
     * @param layers of the chain, linear ones at both ends
     * @param links of the linear ones
     */
    Optional<FeedForward.Bounds> of(List<Layer> layers, Map<Layer, Link> links) throws IOException {
        long entries = links.values().stream()
                .mapToLong(link -> link.row().weight().shape().elements())
                .sum();
        boolean readable = links.values().stream()
                .allMatch(
                        link -> FoldedNorm.READABLE.contains(link.row().weight().how()));
        if (entries > MOST || !readable) {
            return Optional.empty();
        }
        List<LinearMap> weights = new ArrayList<>();
        List<Layer.Elementwise> between = new ArrayList<>();
        WideBound errors = WideBound.ZERO;
        Layer.@Nullable Elementwise function = null;
        for (Layer layer : layers) {
            Link link = links.get(layer);
            if (link == null) {
                function = (Layer.Elementwise) layer;
                continue;
            }
            AuditTask task = task(link.row());
            DenseMap map = task == null ? null : map(link, task);
            if (task == null || map == null) {
                return Optional.empty();
            }
            if (!weights.isEmpty()) {
                between.add(function == null ? Activation.IDENTITY.layer() : function);
            }
            errors = errors.plus(error(link.error(task), map));
            weights.add(map);
            function = null;
        }
        return fits(weights) ? Optional.of(bounds(new FeedForward(weights, between), errors)) : Optional.empty();
    }

    private FeedForward.Bounds bounds(FeedForward chain, WideBound errors) {
        Long seed = plan.settings().seed();
        FeedForward.Bounds bounds = chain.bounds(seed == null ? 0 : seed);
        return bounds.widened(bounds.product().times(errors));
    }

    /** Not where tokens are flattened between matrices: then the next one takes several tokens at once. */
    private static boolean fits(List<LinearMap> weights) {
        for (int i = 1; i < weights.size(); i++) {
            if (weights.get(i).cols() != weights.get(i - 1).rows()) {
                return false;
            }
        }
        return true;
    }

    /** What moving every entry within its error does to the product of all norms, relatively. */
    private static WideBound error(double entries, DenseMap map) {
        if (entries == 0 || map.norm().value() == 0) {
            return WideBound.ZERO;
        }
        double relative = (entries + 0x1p-50) * (1 + 1e-6);
        return WideBound.of(map.frobenius())
                .over(new LowerBound(map.norm().value()))
                .times(relative);
    }

    private @Nullable AuditTask task(WeightRow row) {
        return plan.tasks().stream()
                .filter(task -> row.weight().equals(task.weight()))
                .findFirst()
                .orElse(null);
    }

    private @Nullable DenseMap map(Link link, AuditTask task) throws IOException {
        Interval sigma = ReportedNorms.sigma(link.row());
        UpperBound norm = sigma == null ? null : sigma.upper().orElse(null);
        if (norm == null || link.row().statistics() == null) {
            return null;
        }
        UpperBound frobenius = ReportedNorms.frobenius(link.row().statistics());
        try {
            Matrix matrix = link.transposed() ? read(task).transpose() : read(task);
            Folded folded = link.folded();
            return folded == null
                    ? new DenseMap(matrix, norm, frobenius)
                    : new DenseMap(
                            folded.factors().on(matrix),
                            folded.norm(),
                            folded.factors().on(frobenius));
        } catch (UndefinedWeightException e) {
            return null;
        }
    }

    private Matrix read(AuditTask task) throws UndefinedWeightException, IOException {
        List<Long> dims =
                task.weight() == null ? List.of() : task.weight().shape().dims();
        int rows = Math.toIntExact(dims.get(0));
        int cols = Math.toIntExact(dims.get(1));
        Matrix matrix = Matrix.zeros(rows, cols);
        int[] next = {0};
        EffectiveEntries.of(task, storage).forEach((values, count) -> {
            for (int i = 0; i < count; i++) {
                matrix.set(next[0] / cols, next[0] % cols, values[i]);
                next[0]++;
            }
        });
        return matrix;
    }
}
