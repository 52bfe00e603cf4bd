package org.normscope.rewrite.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.UpperBound;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.rewrite.verify.Comparison.Derived;
import org.normscope.rewrite.verify.Measurement.Wanted;
import org.normscope.rewrite.verify.VerifiedRewrite.Old;

/**
 * Finds the norms of what changed, before and after. Both matrices are read side by side; where the new one follows from the old one as was
 * promised, only one of them is audited, and the other's norm follows. All others are audited twice.
 */
final class Verification {
    private final VerifiedRewrite audits;
    private final Old old;
    private final Old now;

    /**
     * @param old the old checkpoint, and its norms if it was audited already
     * @param now the new one, before it has its name
     */
    Verification(VerifiedRewrite audits, Old old, Old now) {
        this.audits = audits;
        this.old = old;
        this.now = now;
    }

    Comparison of(List<Change> changes) throws InsufficientMemoryException, IOException {
        double tolerance = audits.settings().precision().tolerance();
        List<Kin> kin = kin(changes);
        Norms before = old.known() == null ? audits.norms(old, wantedBefore(kin)) : old.known();
        Map<List<String>, Norms.Derived> derived = new HashMap<>();
        for (Kin one : kin) {
            if (one.derived() == Derived.AFTER) {
                one.after(before.of(one.change().before()), tolerance)
                        .ifPresent(rows -> derived.put(one.change().after(), rows));
            }
        }
        Norms after =
                audits.norms(now, wantedAfter(kin, before, derived.keySet())).with(derived);
        Map<List<String>, Norms.Derived> derivedBefore = derivedBefore(kin, after);
        Norms all = audited(missing(kin, after, derivedBefore.keySet()), before).with(derivedBefore);
        return Comparison.of(changes, all, after, tolerance);
    }

    private static Map<List<String>, Norms.Derived> derivedBefore(List<Kin> kin, Norms after) {
        Map<List<String>, Norms.Derived> derived = new HashMap<>();
        for (Kin one : kin) {
            if (one.derived() == Derived.BEFORE) {
                one.before(after.of(one.change().after()))
                        .ifPresent(rows -> derived.put(one.change().before(), rows));
            }
        }
        return derived;
    }

    /** Torch turns weights under spectral norm, which a plain weight doesn't tell: it is audited in the view of the other one. */
    private static List<Wanted> wantedBefore(List<Kin> kin) {
        return kin.stream()
                .filter(one -> one.derived() != Derived.BEFORE)
                .map(one -> new Wanted(one.change().before(), one.dim()))
                .toList();
    }

    private static List<Wanted> wantedAfter(List<Kin> kin, Norms before, Set<List<String>> derived) {
        List<Wanted> wanted = new ArrayList<>();
        for (Kin one : kin) {
            Change change = one.change();
            if (derived.contains(change.after())) {
                continue;
            }
            int dim = before.of(change.before()).stream()
                    .mapToInt(WeightRow::dim)
                    .findFirst()
                    .orElse(0);
            wanted.add(new Wanted(change.after(), one.derived() == Derived.BEFORE ? one.dim() : dim));
        }
        return wanted;
    }

    /**
     * Old weights whose norms aren't known yet: those that don't follow from the new ones after all, and plain ones that are under spectral
     * norm now, where torch has turned them, unless they were audited in that view.
     */
    private static List<Wanted> missing(List<Kin> kin, Norms after, Set<List<String>> derived) {
        List<Wanted> wanted = new ArrayList<>();
        for (Kin one : kin) {
            Change change = one.change();
            int dim = after.of(change.after()).stream()
                    .mapToInt(WeightRow::dim)
                    .findFirst()
                    .orElse(0);
            boolean divided = change.promise() instanceof Promise.Divided;
            if (divided && one.relations().isEmpty() && dim > 0) {
                wanted.add(new Wanted(change.before(), dim));
            } else if (one.derived() == Derived.BEFORE && !derived.contains(change.before())) {
                wanted.add(new Wanted(change.before(), 0));
            }
        }
        return wanted;
    }

    private Norms audited(List<Wanted> wanted, Norms before) throws InsufficientMemoryException, IOException {
        List<List<String>> parts = wanted.stream().map(Wanted::parts).toList();
        return wanted.isEmpty() ? before : before.replaced(audits.norms(old, wanted), parts);
    }

    private List<Kin> kin(List<Change> changes) throws IOException {
        Tasks before = new Tasks(old, changes.stream().map(Change::before).toList());
        Tasks after = new Tasks(now, changes.stream().map(Change::after).toList());
        List<List<Pair>> pairs = new ArrayList<>();
        for (Change change : changes) {
            pairs.add(pairs(change, before, after));
        }
        List<Optional<Relation>> relations =
                audits.relations().relate(pairs.stream().flatMap(List::stream).toList());
        List<Kin> kin = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < changes.size(); i++) {
            int end = first + pairs.get(i).size();
            kin.add(Kin.of(changes.get(i), pairs.get(i), relations.subList(first, end)));
            first = end;
        }
        return kin;
    }

    /** The matrices of a weight before and after; none if they can't be told from each other. */
    private List<Pair> pairs(Change change, Tasks before, Tasks after) {
        List<AuditTask> olds = before.of(change.before());
        List<AuditTask> nows = after.of(change.after());
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < olds.size() && olds.size() == nows.size(); i++) {
            Optional<Double> factor = factor(change, i);
            if (factor.isPresent()) {
                Pair.Matrix matrix = new Pair.Matrix(nows.get(i), now.storage());
                pairs.add(new Pair(new Pair.Matrix(olds.get(i), old.storage()), matrix, factor.get()));
            }
        }
        return pairs.size() == olds.size() ? pairs : List.of();
    }

    private Optional<Double> factor(Change change, int matrix) {
        if (!(change.promise() instanceof Promise.AtMost most)) {
            return Optional.of(1.0);
        }
        List<WeightRow> rows = old.known() == null ? List.of() : old.known().of(change.before());
        WeightRow row = matrix < rows.size() ? rows.get(matrix) : null;
        return row == null || row.norm() == null
                ? Optional.empty()
                : row.norm().sigma().upper().map(UpperBound::value).map(most::factor);
    }

    /** What is read of weights, by the tensors that they are made of. */
    private final class Tasks {
        private final Keys keys;
        private final Map<Set<String>, List<AuditTask>> byParts = new HashMap<>();

        Tasks(Old checkpoint, List<List<String>> weights) {
            AuditPlan plan = Measurement.of(
                    checkpoint.checkpoint(),
                    audits.settings(),
                    weights.stream().map(parts -> new Wanted(parts, 0)).toList());
            keys = Keys.of(plan);
            for (AuditTask task : plan.tasks()) {
                if (task.weight() != null) {
                    byParts.computeIfAbsent(keys.of(task.weight()), parts -> new ArrayList<>())
                            .add(task);
                }
            }
            byParts.values().forEach(tasks -> tasks.sort(Comparator.comparingLong(AuditTask::batchIndex)));
        }

        List<AuditTask> of(List<String> parts) {
            return byParts.getOrDefault(keys.of(parts), List.of());
        }
    }
}
