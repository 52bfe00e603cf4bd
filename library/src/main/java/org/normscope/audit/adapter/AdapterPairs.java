package org.normscope.audit.adapter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.LowRankSum.Orientation;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe;

/** Finds the base weight of every pair of factors, and that they fit. */
final class AdapterPairs {
    private static final Pattern FACTOR = Pattern.compile(
            "(?:base_model\\.model\\.)?(?<module>.+)\\.lora_(?<letter>[AB])(?:\\.(?<adapter>[^.]+))?\\.weight");
    private static final String WEIGHT = ".weight";
    private static final int NAMED = 3;

    private final String directory;
    private final AdapterConfig config;
    private final Map<String, Integer> base = new HashMap<>();
    private final List<StoredTensor> tensors;
    private final Map<String, StoredTensor> a = new LinkedHashMap<>();
    private final Map<String, StoredTensor> b = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();

    AdapterPairs(String directory, AdapterConfig config, Checkpoint base) {
        this.directory = directory;
        this.config = config;
        this.tensors = base.tensors();
        for (int i = 0; i < tensors.size(); i++) {
            this.base.put(tensors.get(i).name(), i);
        }
    }

    private BadCheckpointException because(String message) {
        return new BadCheckpointException(directory + ": " + message);
    }

    /** @param factors all tensors of the adapter, numbered as in the checkpoint of both */
    List<Recipe.Adapted> merged(List<StoredTensor> factors) throws BadCheckpointException {
        for (StoredTensor tensor : factors) {
            take(tensor);
        }
        if (!others.isEmpty()) {
            throw because("can't be merged: " + listed(others)
                    + "; only pairs lora_A.weight and lora_B.weight of linear layers and convolutions are supported; merge the"
                    + " adapter into the model (PEFT: merge_and_unload) and audit the result");
        }
        if (a.isEmpty()) {
            throw because("no tensor is named ...lora_A.weight");
        }
        for (Map.Entry<String, StoredTensor> entry : b.entrySet()) {
            if (!a.containsKey(entry.getKey())) {
                throw because(Printable.quoted(entry.getValue().name()) + " has no lora_A beside it");
            }
        }
        Map<Integer, Recipe.Adapted> found = new HashMap<>();
        for (Map.Entry<String, StoredTensor> entry : a.entrySet()) {
            int index = index(entry.getKey());
            if (found.put(index, adapted(entry.getKey(), entry.getValue(), tensors.get(index))) != null) {
                throw because("two pairs belong to "
                        + Printable.quoted(tensors.get(index).name()));
            }
        }
        return found.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .toList();
    }

    private void take(StoredTensor tensor) throws BadCheckpointException {
        Matcher factor = FACTOR.matcher(tensor.name());
        if (!factor.matches()) {
            others.add(Printable.quoted(tensor.name()));
            return;
        }
        String module = String.valueOf(factor.group("module"));
        Map<String, StoredTensor> letter = "A".equals(factor.group("letter")) ? a : b;
        if (letter.put(module, tensor) != null) {
            throw because("has several adapters: " + Printable.quoted(tensor.name()) + " is another one of its layer");
        }
    }

    private static String listed(List<String> names) {
        String some = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() > NAMED ? some + " and " + (names.size() - NAMED) + " more" : some;
    }

    /** The base's weight of a module: by its name, or by the end of it, where one of the two was saved with a prefix. */
    private int index(String module) throws BadCheckpointException {
        String name = module + WEIGHT;
        for (String end = name; !end.equals(WEIGHT.substring(1)); end = end.substring(end.indexOf('.') + 1)) {
            Integer index = base.get(end);
            if (index != null) {
                return index;
            }
        }
        List<String> longer = base.keySet().stream()
                .filter(known -> known.endsWith("." + name))
                .toList();
        if (longer.size() == 1) {
            return base.getOrDefault(longer.get(0), -1);
        }
        throw because((longer.isEmpty() ? "the base has no weight " : "several weights of the base end with ")
                + Printable.quoted(name) + "; the adapter belongs to another model");
    }

    private Recipe.Adapted adapted(String module, StoredTensor first, StoredTensor weight)
            throws BadCheckpointException {
        StoredTensor second = b.get(module);
        if (second == null) {
            throw because(Printable.quoted(first.name()) + " has no lora_B beside it");
        }
        for (StoredTensor tensor : List.of(weight, first, second)) {
            if (tensor.dtype().kind() != DType.Kind.FLOAT || tensor.layout() instanceof Layout.Opaque) {
                throw because(Printable.quoted(tensor.name()) + " is stored as " + tensor.type()
                        + "; a sum needs floating point numbers, so take the base that isn't quantized");
            }
        }
        requireFit(module, first, second, weight);
        return new Recipe.Adapted(weight, first, second, factor(module), config.orientation());
    }

    private double factor(String module) throws BadCheckpointException {
        double factor = config.factor(module);
        if (!Double.isFinite(factor)) {
            throw because("alpha / r of " + Printable.quoted(module) + " is no finite number");
        }
        return factor;
    }

    private void requireFit(String module, StoredTensor first, StoredTensor second, StoredTensor weight)
            throws BadCheckpointException {
        long rank = config.rank(module);
        if (first.shape().rank() < 2
                || first.shape().rows() != rank
                || !isFlat(second.shape())
                || second.shape().dims().get(1) != rank) {
            throw because(Printable.quoted(first.name()) + " " + first.shape().dims() + " and lora_B "
                    + second.shape().dims() + " are no factors of rank " + rank);
        }
        boolean turned = config.orientation() == Orientation.TRANSPOSED;
        Shape shape = weight.shape();
        Long rows = shape.rank() < 2
                ? null
                : turned ? first.shape().columns() : second.shape().rows();
        Long cols = shape.rank() < 2
                ? null
                : turned ? second.shape().rows() : first.shape().columns();
        if (!fits(shape, rows, cols)) {
            throw because("the product of lora_B " + second.shape().dims() + " and lora_A "
                    + first.shape().dims() + (turned ? ", turned by fan_in_fan_out," : "") + " doesn't fit "
                    + Printable.quoted(weight.name()) + " " + shape.dims());
        }
    }

    private static boolean isFlat(Shape shape) {
        return shape.rank() >= 2 && shape.dims().stream().skip(2).allMatch(dim -> dim == 1);
    }

    private static boolean fits(Shape shape, @Nullable Long rows, @Nullable Long cols) {
        return rows != null && cols != null && shape.rows() == rows && shape.columns() == cols;
    }
}
