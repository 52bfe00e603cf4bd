package org.normscope.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.UpperBound;
import org.normscope.elements.TensorFiles;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.rewrite.RewriteDraft.Step;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Layout;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Recipe;
import org.normscope.weights.Role;
import org.normscope.weights.WeightMap;

/**
 * A checkpoint with weights multiplied by {@code target / U}, where U is the certified upper bound that an audit found of their spectral
 * norm. So the norm is at most the target but for rounding the products to the stored type: {@link WeightRow#roundingBound} of the new
 * weight bounds what that adds.
 *
 * <p>A plain weight is multiplied itself, in a stack every matrix by its own factor; of a weight norm g is, and v stays. What is tied is
 * multiplied under each name. What no factor changes (spectral norm) or none is stored of (codes, low-rank products) stays.
 */
public final class Normalization {
    private final AuditReport report;
    private final Rule rule;
    private final RewriteDraft draft;
    private final WeightMap map;
    /** By the tensor that holds the matrices: a factor for each of them. */
    private final Map<Integer, double[]> plain = new HashMap<>();
    /** By the first tensors that lie where the parts do. */
    private final Map<List<Integer>, Double> magnitudes = new HashMap<>();

    /** The norm that weights are to have, and which weights it is asked of. */
    private record Rule(double target, Scope scope) {
        enum Scope {
            ALL,
            ABOVE_TARGET
        }

        boolean asks(double upper) {
            return scope == Scope.ALL || upper > target;
        }
    }

    private Normalization(AuditReport report, Rule rule) {
        this.report = report;
        this.rule = rule;
        this.draft = new RewriteDraft(report.checkpoint());
        this.map = WeightMap.of(report.checkpoint());
    }

    /**
     * Plans to divide every analyzed weight by its norm.
     *
     * @param report of the old checkpoint
     * @throws BadCheckpointException if a tensor can't be copied
     */
    public static Rewrite toOne(AuditReport report) throws BadCheckpointException {
        return new Normalization(report, new Rule(1, Rule.Scope.ALL)).plan();
    }

    /**
     * Plans to scale the analyzed weights whose upper bound exceeds a cap to that cap; all others keep their bytes.
     *
     * @param report of the old checkpoint
     * @param most the cap, a positive number
     * @throws BadCheckpointException if a tensor can't be copied
     */
    public static Rewrite capped(AuditReport report, double most) throws BadCheckpointException {
        if (!(most > 0) || Double.isInfinite(most)) {
            throw new IllegalArgumentException("a cap must be a positive number, not " + most);
        }
        return new Normalization(report, new Rule(most, Rule.Scope.ABOVE_TARGET)).plan();
    }

    private Rewrite plan() throws BadCheckpointException {
        for (WeightRow row : report.weights()) {
            String obstacle = weigh(row);
            boolean selected =
                    report.settings().selection().matches(row.weight().name());
            if (obstacle != null && (selected || row.status() == Status.ANALYZED)) {
                draft.leave(name(row.weight()), obstacle);
            }
        }
        for (int i = 0; i < report.checkpoint().tensors().size(); i++) {
            double[] factors = plain.get(map.first(i));
            if (factors != null && isNormalized(map.roleOf(i)) && map.usedBy(i) == null) {
                multiply(report.checkpoint().tensors().get(i), factors);
            }
        }
        for (EffectiveWeight weight : map.made()) {
            Double factor = magnitudes.get(firsts(weight));
            if (factor != null && weight.recipe() instanceof Recipe.WeightNorm norm) {
                multiply(weight.name(), norm, factor);
            }
        }
        return draft.rewrite();
    }

    private static String name(EffectiveWeight weight) {
        return weight.isSlice() ? weight.name() + "[" + weight.batchIndex() + "]" : weight.name();
    }

    private List<Integer> firsts(EffectiveWeight weight) {
        return map.parts(weight).stream().map(map::first).toList();
    }

    /** Notes the factor of a weight; returns why it has none, or null. */
    private @Nullable String weigh(WeightRow row) {
        if (row.norm() == null) {
            return "has no norm: " + row.reason();
        }
        Optional<UpperBound> upper = row.norm().sigma().upper();
        if (upper.isEmpty()) {
            return "has no certified upper bound; audit it by another method";
        }
        double bound = upper.get().value();
        if (!rule.asks(bound)) {
            return null;
        }
        String obstacle = obstacle(row.weight());
        if (obstacle != null || bound == 0) {
            return obstacle == null ? "is zero, and no factor changes that" : obstacle;
        }
        double factor = new Promise.AtMost(rule.target()).factor(bound);
        if (!(factor >= Double.MIN_NORMAL) || Double.isInfinite(factor)) {
            return "has norm " + bound + ", too far from " + rule.target() + " for a factor in double precision";
        }
        note(row.weight(), factor);
        return null;
    }

    /** Why a weight can't be multiplied; null if it can. */
    private @Nullable String obstacle(EffectiveWeight weight) {
        int source = map.source(weight);
        if (weight.recipe() instanceof Recipe.SpectralNorm) {
            return "is under spectral norm, which takes every factor out again; fuse it first";
        }
        if (weight.recipe() instanceof Recipe.WeightNorm norm) {
            boolean narrow = norm.g().dtype().unitRoundoff() > norm.v().dtype().unitRoundoff();
            return narrow ? "has magnitudes of a narrower type than its directions; fuse it first" : null;
        }
        if (!(weight.recipe() instanceof Recipe.Plain)) {
            return "is stored as " + weight.how().word() + ", of which nothing takes a factor";
        }
        if (map.usedBy(source) != null) {
            return "is a factor of the product " + map.usedBy(source);
        }
        if (weight.source().layout() instanceof Layout.Coded) {
            return "is stored in codes of type " + weight.source().type();
        }
        Role role = map.roleOf(source);
        return isNormalized(role) ? null : "is no layer's weight: " + role.word();
    }

    private static boolean isNormalized(Role role) {
        return role == Role.WEIGHT || role == Role.EMBEDDING;
    }

    private void note(EffectiveWeight weight, double factor) {
        if (weight.recipe() instanceof Recipe.WeightNorm) {
            magnitudes.put(firsts(weight), factor);
            return;
        }
        int matrices = Math.toIntExact(
                weight.source().shape().elements() / weight.shape().elements());
        double[] factors = plain.computeIfAbsent(map.source(weight), source -> ones(matrices));
        factors[Math.toIntExact(weight.batchIndex())] = factor;
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private void multiply(StoredTensor tensor, double[] factors) {
        draft.replace(List.of(tensor), List.of(scaled(tensor, factors)), step(tensor.name(), factors));
    }

    private void multiply(String weight, Recipe.WeightNorm norm, double factor) {
        List<String> keys = new ArrayList<>(List.of(norm.g().name(), norm.v().name()));
        draft.swap(norm.g(), scaled(norm.g(), new double[] {factor}));
        draft.changed(keys, keys, step(weight, new double[] {factor}));
    }

    private NewTensor scaled(StoredTensor tensor, double[] factors) {
        TensorFiles files = TensorFiles.of(report.checkpoint(), tensor);
        return new NewTensor(tensor.name(), tensor.dtype(), tensor.shape(), new Scaled(files, tensor, factors));
    }

    private Step step(String weight, double[] factors) {
        String what = factors.length == 1
                ? "multiplied by " + factors[0]
                : "multiplied, each of its " + factors.length + " matrices by a factor of its own";
        return new Step(weight, what, new Promise.AtMost(rule.target()));
    }
}
