package org.normscope.audit.plan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.normscope.elements.TensorFiles;
import org.normscope.matrix.MatrixShape;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithms;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Recipe;
import org.normscope.weights.WeightMap;

/**
 * What an audit will do, fixed before anything is computed.
 *
 * @param checkpoint what is audited
 * @param settings with a seed
 * @param map every effective matrix, and what every tensor is for
 * @param tasks what is read and analyzed, largest first; of tied tensors the first, unless only another one is a weight
 * @param skipped what is left out, and why
 * @param request what else is wanted
 */
public record AuditPlan(
        Checkpoint checkpoint,
        AuditSettings settings,
        WeightMap map,
        List<AuditTask> tasks,
        Skipped skipped,
        Request request) {
    /** A result beyond the report. */
    public enum Extra {
        /** Leading singular vectors of every weight. */
        VECTORS,
        /** The norm of every row of every weight. */
        ROW_NORMS
    }

    /**
     * What is wanted beside the report, and what is known beside the checkpoint.
     *
     * @param extras that are wanted
     * @param uses how layers use kernels, by the weights' names
     * @param adapted weights with an adapter merged into them
     */
    public record Request(Set<Extra> extras, Map<String, KernelUse> uses, List<Recipe.Adapted> adapted)
            implements Serializable {
        /** Nothing else. */
        public static final Request REPORT_ONLY = new Request(Set.of());

        /** Copies the set and the map. */
        public Request {
            extras = Set.copyOf(extras);
            uses = Map.copyOf(uses);
            adapted = List.copyOf(adapted);
        }

        /** With nothing known beside the checkpoint. */
        public Request(Set<Extra> extras) {
            this(extras, Map.of(), List.of());
        }

        /** Names of the kernels that transposed convolutions use, whose second dimension holds the outputs. */
        Set<String> transposed() {
            return uses.entrySet().stream()
                    .filter(use -> use.getValue().geometry().transposed())
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toUnmodifiableSet());
        }

        /** The same with kernels used so. */
        public Request using(Map<String, KernelUse> known) {
            return new Request(extras, known, adapted);
        }

        /** The same with these weights, too. */
        public Request adapting(List<Recipe.Adapted> weights) {
            return new Request(extras, uses, weights);
        }

        /** The report and this. */
        public static Request with(Extra extra) {
            return new Request(Set.of(extra));
        }

        /** Whether this is wanted. */
        public boolean wants(Extra extra) {
            return extras.contains(extra);
        }
    }

    /**
     * What is left out, and why, in words.
     *
     * @param tensors by index of the tensor in the checkpoint
     * @param weights by index in {@link #weights}
     */
    public record Skipped(Map<Integer, String> tensors, Map<Integer, String> weights) {
        /** Copies the maps. */
        public Skipped {
            tensors = Map.copyOf(tensors);
            weights = Map.copyOf(weights);
        }
    }

    /** Plans an audit; the settings must have a seed. */
    public static AuditPlan of(Checkpoint checkpoint, AuditSettings settings, Request request) {
        WeightMap map = WeightMap.of(checkpoint, request.adapted()).transposing(request.transposed());
        Map<Integer, EffectiveWeight> stored = new HashMap<>();
        map.weights().stream()
                .filter(EffectiveWeight::isStored)
                .forEach(weight -> stored.put(map.source(weight), weight));
        Skipped skipped = SkipReasons.of(checkpoint, map, settings.selection());
        List<AuditTask> tasks = new ArrayList<>();
        for (int i = 0; i < checkpoint.tensors().size(); i++) {
            StoredTensor tensor = checkpoint.tensors().get(i);
            boolean once = map.first(i) == i || stored.containsKey(i);
            if (once && !skipped.tensors().containsKey(i)) {
                EffectiveWeight weight = stored.get(i);
                StoredTensor read = weight == null ? tensor : tensor.withFirst(weight.dim());
                tasks.add(new AuditTask(i, read, TensorFiles.of(checkpoint, tensor), weight));
            }
        }
        for (int i = 0; i < map.weights().size(); i++) {
            EffectiveWeight weight = map.weights().get(i);
            if (!weight.isStored() && !skipped.weights().containsKey(i)) {
                tasks.add(MadeTasks.of(checkpoint, checkpoint.tensors().size() + i, weight));
            }
        }
        tasks.replaceAll(task -> task.weight() == null
                ? task
                : task.used(request.uses().get(task.weight().name())));
        tasks.sort(Comparator.comparingLong((AuditTask task) -> -task.tensor().bytes())
                .thenComparingInt(AuditTask::index));
        return new AuditPlan(checkpoint, settings, map, tasks, skipped, request);
    }

    /** Every effective matrix, in the order of the tensors. */
    public List<EffectiveWeight> weights() {
        return map.weights();
    }

    /** How a weight is computed. */
    public Method method(AuditTask task) {
        return task.weight() == null ? Method.DIRECT : settings.method(task.shape());
    }

    /** Heap in bytes that a task takes at its peak if its slabs are kept, by one thread. */
    public long memory(AuditTask task) {
        return task.tensor().bytes() + workMemory(task);
    }

    /** Heap in bytes that a task takes beside its slabs: blocks, bases, Gram matrices. */
    public long workMemory(AuditTask task) {
        MatrixShape shape = task.shape();
        long slab = 2 * Math.min(settings.blockBytes(), task.tensor().bytes());
        double m = shape.shortSide();
        double b = NormAlgorithms.blockSize(settings.top());
        double doubles = switch (method(task)) {
            case DIRECT -> 0;
            case GRAM -> 3 * m * m + 125 * b * m;
            case KRYLOV -> b * m * (4 + 50);
            case POWER -> 8 * m;
        };
        return slab + (long) (8 * doubles) + rowMemory(task) + factorMemory(task) + searchMemory(task) + (1 << 20);
    }

    /** Heap in bytes that the search for a convolution's norm as an operator takes of {@link #workMemory}; 0 where there is none. */
    public long searchMemory(AuditTask task) {
        return KernelPlan.of(task, settings).map(KernelPlan::memory).orElse(0L);
    }

    /** Whether a task's convolution is searched by many: {@code SpreadSearch} comes after everything else. */
    public boolean isSpread(AuditTask task) {
        return KernelPlan.of(task, settings)
                .filter(kernel -> kernel.way() == KernelPlan.Way.SPREAD)
                .isPresent();
    }

    /** The factors of a product: their entries, a transpose, a QR decomposition, the product with the other's triangle. */
    private static long factorMemory(AuditTask task) {
        return task.weight() == null
                ? 0
                : 4 * Double.BYTES * task.weight().recipe().factorEntries();
    }

    /** The row norms of a slab, and a copy of them on their way. */
    private long rowMemory(AuditTask task) {
        MatrixShape shape = task.shape();
        if (!request.wants(Extra.ROW_NORMS) || shape.isEmpty()) {
            return 0;
        }
        long lines = Striping.of(task, settings).grid().bands().slabLength();
        return 2 * Double.BYTES * Math.min(shape.rows(), 1 + lines);
    }

    /** Whether a task's matrix is cut into slabs that several machines can hold. */
    public boolean isStriped(AuditTask task) {
        return !task.shape().isEmpty() && Striping.of(task, settings).isStriped();
    }

    /**
     * Whether one reading is all that a task takes, so that nothing would be gained by keeping its slabs. Entries beyond 2^±200 take
     * another one.
     */
    public boolean isReadOnce(AuditTask task) {
        boolean isOnePass = method(task) == Method.GRAM || method(task) == Method.DIRECT;
        return isOnePass && !request.wants(Extra.VECTORS) && searchMemory(task) == 0;
    }

    /** Whether even a line of a task's matrix is longer than a block, so that a product takes two reductions. */
    public boolean isCutAcross(AuditTask task) {
        return isStriped(task) && Striping.of(task, settings).grid().isCutAcross();
    }
}
