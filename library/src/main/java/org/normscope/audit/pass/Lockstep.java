package org.normscope.audit.pass;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Striping;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.RowNorms;

/**
 * All striped matrices of a checkpoint, advancing together: every step asks for one pass over each matrix that isn't finished,
 * computed bundle by bundle, anywhere and in any order; matrices whose lines are cut have no bundles and are given whole passes.
 */
public final class Lockstep {
    private final List<AuditTask> tasks;
    private final List<Striping> stripings = new ArrayList<>();
    private final List<Bundle> bundles = new ArrayList<>();
    private final Map<Integer, WeightDialogue> open = new TreeMap<>();
    private final Map<Integer, Pass> passes = new TreeMap<>();
    private final Map<Integer, String> failures = new HashMap<>();

    /**
     * A bundle of neighbouring slabs of one matrix.
     *
     * @param task index of the matrix among the tasks
     * @param index index of the bundle within its matrix
     */
    public record Bundle(int task, int index) implements Serializable {}

    /** A matrix that is finished. */
    public record Finished(AuditTask task, Outcome outcome) {}

    /** Starts all dialogues; the tasks must have entries. */
    public Lockstep(List<AuditTask> tasks, AuditSettings settings, AuditPlan.Request request) {
        this(tasks, settings, task -> new WeightDialogue(task, settings, request));
    }

    /** Starts a dialogue for each task; the tasks must have entries. */
    Lockstep(List<AuditTask> tasks, AuditSettings settings, Function<AuditTask, WeightDialogue> dialogues) {
        this.tasks = List.copyOf(tasks);
        for (int i = 0; i < tasks.size(); i++) {
            Striping striping = Striping.of(tasks.get(i), settings);
            stripings.add(striping);
            for (int k = 0;
                    !striping.grid().isCutAcross() && k < striping.tree().bundles();
                    k++) {
                bundles.add(new Bundle(i, k));
            }
            open.put(i, dialogues.apply(tasks.get(i)));
        }
    }

    /** All bundles of all matrices; a bundle's place in this list is its number. */
    public List<Bundle> bundles() {
        return List.copyOf(bundles);
    }

    /** The cut of every matrix, in the order of the tasks. */
    public List<Striping> stripings() {
        return List.copyOf(stripings);
    }

    /** Begins a step: what is wanted of each open matrix, by task; empty when everything is finished. */
    public Map<Integer, SlabWork> begin() {
        return begin(rows -> {});
    }

    /**
     * The same.
     *
     * @param rows given row norms as bundles come in, if they are wanted
     */
    public Map<Integer, SlabWork> begin(Consumer<RowNorms> rows) {
        passes.clear();
        Map<Integer, SlabWork> wanted = new TreeMap<>();
        open.forEach((task, dialogue) -> {
            Optional<SlabWork> work = dialogue.next();
            work.ifPresent(value -> {
                wanted.put(task, value);
                passes.put(task, new Pass(stripings.get(task), new RowTap(tasks.get(task), value, rows)));
            });
        });
        return wanted;
    }

    /** Numbers of the bundles that the current step is about. */
    public List<Integer> wantedBundles() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < bundles.size(); i++) {
            if (passes.containsKey(bundles.get(i).task())) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    /** Bytes of row norms that the current step brings from a bundle. */
    public long rowBytes(int number) {
        Bundle bundle = bundles.get(number);
        Pass pass = passes.get(bundle.task());
        Striping striping = stripings.get(bundle.task());
        if (pass == null || !pass.tap.isTall()) {
            return 0;
        }
        long lines = (long) striping.tree().size(bundle.index())
                * striping.grid().bands().slabLength();
        return Double.BYTES * lines;
    }

    /** Gives the sum over a bundle; bundles may come in any order, each exactly once in a step. */
    public void give(int number, SlabShare sum) {
        Bundle bundle = bundles.get(number);
        Pass pass = passes.get(bundle.task());
        if (pass == null) {
            throw new IllegalArgumentException("bundle " + number + " was not asked for");
        }
        pass.give(bundle.index(), sum);
    }

    /** Says that a bundle can't be had; its matrix ends as failed, the others go on. */
    public void fail(int number, String reason) {
        failures.putIfAbsent(bundles.get(number).task(), reason);
    }

    /** Gives a whole pass over a matrix whose lines are cut; it has no bundles. */
    public void giveWhole(int task, SlabShare pass) {
        Pass asked = passes.get(task);
        if (asked == null) {
            throw new IllegalArgumentException("matrix " + task + " was not asked for");
        }
        asked.whole = pass;
    }

    /** Says that a pass over a matrix whose lines are cut can't be had; the others go on. */
    public void failWhole(int task, String reason) {
        failures.putIfAbsent(task, reason);
    }

    /** Ends a step: all dialogues get their answers; returns those that are finished. */
    public List<Finished> end() {
        List<Finished> finished = new ArrayList<>();
        passes.forEach((task, pass) -> {
            String failure = failures.get(task);
            WeightDialogue dialogue = open.get(task);
            if (failure != null) {
                finished.add(new Finished(tasks.get(task), Outcome.failed(failure)));
            } else if (dialogue != null) {
                dialogue.answer(pass.total());
                if (dialogue.isFinished()) {
                    finished.add(new Finished(tasks.get(task), dialogue.outcome()));
                }
            }
        });
        open.values().removeIf(WeightDialogue::isFinished);
        open.keySet().removeAll(failures.keySet());
        return finished;
    }

    /** A pass over one matrix: bundles are added up in their order, those that come early wait. */
    private static final class Pass {
        private final Striping striping;
        private final RowTap tap;
        private final ShareSum sum;
        private final @Nullable SlabShare[] early;
        private @Nullable SlabShare whole;
        private int next;

        Pass(Striping striping, RowTap tap) {
            this.striping = striping;
            this.tap = tap;
            sum = new ShareSum(striping.tree());
            early = new SlabShare[striping.tree().bundles()];
        }

        void give(int index, SlabShare share) {
            tap.share(striping.grid().bands().start(striping.tree().first(index)), share);
            early[index] = share;
            while (next < early.length && early[next] != null) {
                sum.addBundle(early[next]);
                early[next] = null;
                next++;
            }
        }

        SlabShare total() {
            if (whole != null) {
                tap.share(0, whole);
                tap.total(whole);
                return whole;
            }
            if (next < early.length) {
                throw new IllegalStateException("bundle " + next + " is missing");
            }
            SlabShare total = sum.total();
            tap.total(total);
            return total;
        }
    }
}
