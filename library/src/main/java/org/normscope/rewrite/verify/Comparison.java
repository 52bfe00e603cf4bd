package org.normscope.rewrite.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Promise;

/**
 * The norms of changed weights before and after, and whether what was promised of them holds.
 *
 * @param rows one for every matrix of a changed weight, and one for a changed weight that isn't a matrix
 */
public record Comparison(List<Row> rows) {
    /** Copies the list. */
    public Comparison {
        rows = List.copyOf(rows);
    }

    /** What became of a promise. */
    public enum Verdict {
        /** It holds. */
        KEPT,
        /** It doesn't. */
        BROKEN,
        /** There are no two norms to compare, for a reason that has nothing to do with the rewrite. */
        UNKNOWN
    }

    /** A norm that follows from the other one of a row. */
    public enum Derived {
        /** Both were audited. */
        NEITHER,
        /** The old one follows from the new one. */
        BEFORE,
        /** The new one follows from the old one. */
        AFTER;

        /** Lower case. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A matrix before and after.
     *
     * @param change what was done with it
     * @param before what the old checkpoint says of it; null if it isn't a matrix
     * @param after what the new one says; null if it isn't one
     * @param derived which of the two wasn't audited, but follows from the other
     * @param rounding bound on what rounding to the stored type did to its norm
     * @param verdict whether what was promised holds
     * @param reason in words; null if it does
     */
    public record Row(
            Change change,
            @Nullable WeightRow before,
            @Nullable WeightRow after,
            Derived derived,
            double rounding,
            Verdict verdict,
            @Nullable String reason) {
        /** The norm before; null if it has none. */
        public @Nullable Interval sigmaBefore() {
            return sigma(before);
        }

        /** The norm after; null if it has none. */
        public @Nullable Interval sigmaAfter() {
            return sigma(after);
        }

        private static @Nullable Interval sigma(@Nullable WeightRow row) {
            WeightNorm norm = row == null ? null : row.norm();
            return norm == null ? null : norm.sigma();
        }
    }

    /**
     * Compares.
     *
     * @param tolerance relative width of intervals, by which a bound may be exceeded
     */
    public static Comparison of(List<Change> changes, Norms before, Norms after, double tolerance) {
        List<Row> rows = new ArrayList<>();
        for (Change change : changes) {
            List<WeightRow> old = before.of(change.before());
            List<WeightRow> now = after.of(change.after());
            int matrices = Math.max(1, Math.max(old.size(), now.size()));
            Derived derived = before.isDerived(change.before())
                    ? Derived.BEFORE
                    : after.isDerived(change.after()) ? Derived.AFTER : Derived.NEITHER;
            for (int i = 0; i < matrices; i++) {
                Draft draft = new Draft(
                        change,
                        i < old.size() ? old.get(i) : null,
                        i < now.size() ? now.get(i) : null,
                        derived,
                        after.rounding(change.after(), i));
                rows.add(draft.judged(tolerance));
            }
        }
        return new Comparison(rows);
    }

    /** A row without a verdict. */
    private record Draft(
            Change change,
            @Nullable WeightRow before,
            @Nullable WeightRow after,
            Derived derived,
            double rounding) {
        Row judged(double tolerance) {
            if (before == null && after == null) {
                return row(Verdict.UNKNOWN, "isn't a matrix");
            }
            if (before == null || after == null) {
                return row(
                        Verdict.BROKEN,
                        before == null ? "the old checkpoint has no such matrix" : "the new one has no such matrix");
            }
            if (before.norm() == null || after.norm() == null) {
                return withoutNorm(before, after);
            }
            Optional<String> fault = fault(change.promise(), before.norm(), after.norm(), rounding, tolerance);
            return row(fault.isPresent() ? Verdict.BROKEN : Verdict.KEPT, fault.orElse(null));
        }

        private Row row(Verdict verdict, @Nullable String reason) {
            return new Row(change, before, after, derived, rounding, verdict, reason);
        }

        /** A norm that is lost on the way is a fault, unless torch divides by zero; one that never was is none. */
        private Row withoutNorm(WeightRow old, WeightRow now) {
            WeightRow without = old.norm() == null ? old : now;
            boolean torchs = change.promise() instanceof Promise.Divided;
            boolean lost =
                    old.norm() != null && !torchs || without.status() == Status.FAILED || now.status() == Status.FAILED;
            String reason = (old.norm() == null ? "has no norm: " : "has no norm any more: ") + without.reason();
            return row(lost ? Verdict.BROKEN : Verdict.UNKNOWN, reason);
        }
    }

    private static Optional<String> fault(
            Promise promise, WeightNorm before, WeightNorm after, double rounding, double tolerance) {
        Interval old = before.sigma();
        Interval now = after.sigma();
        if (promise instanceof Promise.AtMost most) {
            return upper(now) <= most.norm() * (1 + tolerance) + rounding
                    ? Optional.empty()
                    : Optional.of("has a norm of up to " + upper(now) + " where " + most.norm() + " was promised");
        }
        if (promise instanceof Promise.Divided) {
            return divided(old, after, rounding);
        }
        return overlap(old, now, rounding)
                ? Optional.empty()
                : Optional.of("had a norm in " + text(old) + " and has one in " + text(now)
                        + " now, rounding moves it by at most " + rounding);
    }

    /** {@code sigma(W / s) |s| = sigma(W)}, where s is what torch divides by. */
    private static Optional<String> divided(Interval old, WeightNorm after, double rounding) {
        if (after.sigmaUsed() == null) {
            return Optional.of("isn't under spectral norm");
        }
        double divisor = Math.abs(after.sigmaUsed().value());
        Interval now = after.sigma();
        double low = (now.lower().value() - rounding) * divisor;
        double high = (upper(now) + rounding) * divisor;
        return low <= upper(old) && old.lower().value() <= high
                ? Optional.empty()
                : Optional.of(
                        "had a norm in " + text(old) + " and has one in " + text(now) + " now, divided by " + divisor);
    }

    private static boolean overlap(Interval old, Interval now, double rounding) {
        return now.lower().value() - rounding <= upper(old) && old.lower().value() <= upper(now) + rounding;
    }

    private static double upper(Interval interval) {
        return interval.upper().map(bound -> bound.value()).orElse(Double.POSITIVE_INFINITY);
    }

    private static String text(Interval interval) {
        return "[" + interval.lower().value() + ", " + upper(interval) + "]";
    }

    /** Chance that any of the upper bounds, before or after, is too small: at most the sum of the chances of those that were audited. */
    public double failureProbability() {
        return rows.stream()
                .flatMap(row -> Stream.of(
                        row.derived() == Derived.BEFORE ? null : row.sigmaBefore(),
                        row.derived() == Derived.AFTER ? null : row.sigmaAfter()))
                .filter(Objects::nonNull)
                .mapToDouble(Interval::failureProbability)
                .sum();
    }

    /** The first broken promise, in words. */
    public Optional<String> broken() {
        List<Row> broken =
                rows.stream().filter(row -> row.verdict() == Verdict.BROKEN).toList();
        if (broken.isEmpty()) {
            return Optional.empty();
        }
        String others = broken.size() == 1 ? "" : " (and " + (broken.size() - 1) + " more)";
        return Optional.of(broken.get(0).change().weight() + " " + broken.get(0).reason() + others);
    }
}
