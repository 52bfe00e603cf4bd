package org.normscope.rewrite.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.SigmaUsed;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.rewrite.verify.Comparison.Derived;
import org.normscope.tensor.DType;
import org.normscope.weights.EffectiveWeight;

/**
 * A changed weight, and how its matrices follow from the old ones.
 *
 * @param change what was done
 * @param pairs its matrices before and after
 * @param relations one for each pair; empty if there is one without
 */
record Kin(Change change, List<Pair> pairs, List<Relation> relations) {
    /** What may be missing in 2^-46 of a quotient of a magnitude and a norm, but for rounding the magnitude. */
    private static final double COMPUTED = 0x1p-46;

    /** What a matrix's interval may be wider in parts of the tolerance, to be taken for an audit's. */
    private static final double BROADENING = 0.1;

    /** The relations found, if every matrix has one that is what was promised. */
    static Kin of(Change change, List<Pair> pairs, List<Optional<Relation>> found) {
        List<Relation> relations = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Optional<Relation> relation = found.get(i);
            if (relation.isEmpty() || !isKept(change.promise(), pairs.get(i), relation.get())) {
                return new Kin(change, pairs, List.of());
            }
            relations.add(relation.get());
        }
        return new Kin(change, pairs, relations);
    }

    /** Where the norm should be what it was, a diagonal matrix is the identity but for rounding magnitudes. */
    private static boolean isKept(Promise promise, Pair pair, Relation relation) {
        if (!(promise instanceof Promise.Same)) {
            return true;
        }
        EffectiveWeight now = pair.now().task().weight();
        double unit = now == null ? 0 : now.source().dtype().unitRoundoff();
        double most = 1.01 * unit + COMPUTED;
        return relation.low() >= 1 - most && relation.high() <= 1 + most;
    }

    /** Which norms needn't be audited: plain weights are, for that is faster; of two parametrized ones, the new one. */
    Derived derived() {
        if (relations.isEmpty()) {
            return Derived.NEITHER;
        }
        if (change.promise() instanceof Promise.AtMost) {
            return Derived.AFTER;
        }
        boolean plainBefore = pairs.get(0).old().isPlain();
        boolean plainAfter = pairs.get(0).now().isPlain();
        if (plainBefore && plainAfter) {
            return Derived.NEITHER;
        }
        return plainBefore ? Derived.AFTER : Derived.BEFORE;
    }

    /** The dimension of the weight that becomes rows, where a plain weight doesn't tell. */
    int dim() {
        SigmaUsed used = relations.isEmpty() ? null : relations.get(0).sigmaUsed();
        return used == null ? 0 : used.dim();
    }

    /**
     * What is known of the new matrices if this is known of the old ones; none if that isn't enough. Of a norm that has a cap as much is
     * asked as an audit would find.
     *
     * @param tolerance relative width of intervals that audits find
     */
    Optional<Norms.Derived> after(List<WeightRow> before, double tolerance) {
        if (before.size() != pairs.size()) {
            return Optional.empty();
        }
        List<WeightRow> rows = new ArrayList<>();
        List<Double> roundings = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            WeightRow known = before.get(i);
            Relation relation = relations.get(i);
            Optional<WeightRow> row = row(known, weight(pairs.get(i).now()), relation::forward, relation.sigmaUsed());
            if (row.isEmpty() || !isSharp(known, row.get(), tolerance)) {
                return Optional.empty();
            }
            rows.add(row.get());
            roundings.add(rounding(known, row.get().weight(), relation));
        }
        return Optional.of(new Norms.Derived(rows, roundings));
    }

    /** What is known of the old matrices if this is known of the new ones; none if that isn't enough. */
    Optional<Norms.Derived> before(List<WeightRow> after) {
        if (after.size() != pairs.size()) {
            return Optional.empty();
        }
        List<WeightRow> rows = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Relation relation = relations.get(i);
            row(after.get(i), weight(pairs.get(i).old()), relation::backward, relation.sigmaUsed())
                    .ifPresent(rows::add);
        }
        return rows.size() == pairs.size() ? Optional.of(new Norms.Derived(rows, List.of())) : Optional.empty();
    }

    private boolean isSharp(WeightRow before, WeightRow after, double tolerance) {
        if (!(change.promise() instanceof Promise.AtMost) || before.norm() == null || after.norm() == null) {
            return true;
        }
        double broadened =
                after.norm().sigma().relativeWidth() - before.norm().sigma().relativeWidth();
        return broadened <= BROADENING * tolerance;
    }

    private static EffectiveWeight weight(Pair.Matrix matrix) {
        EffectiveWeight weight = matrix.task().weight();
        if (weight == null) {
            throw new IllegalStateException(
                    "no weight: " + matrix.task().tensor().name());
        }
        return weight;
    }

    private static Optional<WeightRow> row(
            WeightRow known,
            EffectiveWeight weight,
            Function<Interval, Optional<Interval>> bounds,
            @Nullable SigmaUsed used) {
        WeightNorm norm = known.norm();
        if (norm == null) {
            return Optional.of(new WeightRow(weight, known.status(), known.reason(), null, null));
        }
        return bounds.apply(norm.sigma())
                .map(sigma -> new WeightRow(
                        weight,
                        Status.ANALYZED,
                        null,
                        new WeightNorm(sigma, norm.method(), 0, List.of(), used, null),
                        null));
    }

    /** Bound on what rounding did to the new matrix: {@code u / (1 - u) ||W'||_F}, and half the smallest number for every entry. */
    private static double rounding(WeightRow before, EffectiveWeight now, Relation relation) {
        if (before.statistics() == null) {
            return 0;
        }
        DType dtype = now.source().dtype();
        double entries = (double) now.rows() * now.cols();
        double norm = before.statistics().frobenius() * relation.high() + relation.rest();
        double bound = dtype.unitRoundoff() * norm + 0.5 * dtype.smallest() * Math.sqrt(entries);
        return bound / (1 - dtype.unitRoundoff());
    }
}
