package org.normscope.audit.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.ModelBound;
import org.normscope.lipschitz.Activation;
import org.normscope.lipschitz.Metric;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Sha256;

/**
 * A network in a user's words, each word known: docs/network.md.
 *
 * @param source the file it was read from
 * @param metric how distances are measured
 * @param inputRadius largest norm of an input; null where inputs may be anything
 * @param spreadFloor least spread before a normalization, for the blocks' local constants
 * @param assumed what must hold for it to be the model's, in words
 * @param ignored globs of tensors that play no part at inference
 * @param blocks in order, none without a layer
 */
public record NetworkDescription(
        ModelBound.Source source,
        Metric metric,
        @Nullable Double inputRadius,
        SpreadFloor spreadFloor,
        List<String> assumed,
        List<String> ignored,
        List<BlockText> blocks) {
    private static final List<String> KEYS =
            List.of("schema", "norm", "input_radius", "spread_floor", "assume", "ignore", "layers");

    /**
     * Some layers under one name.
     *
     * @param name in the report
     * @param layers in order
     */
    record BlockText(String name, List<LayerText> layers) {}

    /**
     * One layer.
     *
     * @param name by which later ones refer to it
     * @param word what it is: a {@link LayerKind}'s word or an activation's
     * @param options of its kind; the value of the kind's own key stands under that key
     * @param inputs names of what feeds it
     */
    record LayerText(String name, String word, Options options, List<String> inputs) {}

    /** Names of the blocks, in order. */
    public List<String> blockNames() {
        return blocks.stream().map(BlockText::name).toList();
    }

    /**
     * Reads a description.
     *
     * @param location a JSON file
     * @throws BadCheckpointException if it is no description, saying which layer is wrong
     * @throws IOException if the storage fails
     */
    public static NetworkDescription read(Storage storage, String location) throws BadCheckpointException, IOException {
        try (RangeReader file = storage.open(location)) {
            return of(JsonTree.read(location, file), new Origin(location, source("description", location, file)));
        }
    }

    /**
     * Where a description comes from.
     *
     * @param where it stands, for messages
     * @param source for the report
     */
    public record Origin(String where, ModelBound.Source source) {}

    /**
     * What the report says of a file.
     *
     * @param kind of source
     * @param location of the file
     * @param file its content
     * @throws IOException if the storage fails
     */
    public static ModelBound.Source source(String kind, String location, RangeReader file) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(file.length())];
        file.readFully(0, bytes, 0, bytes.length);
        Sha256 digest = new Sha256();
        digest.add(bytes);
        String name = location.substring(location.lastIndexOf('/') + 1);
        return new ModelBound.Source(kind, name, digest.hex());
    }

    /**
     * A description that was read already.
     *
     * @param description its keys: values are strings, doubles, booleans, lists and maps of them
     * @throws BadCheckpointException if it is no description, saying which layer is wrong
     */
    public static NetworkDescription of(Map<String, Object> description, Origin origin) throws BadCheckpointException {
        return of(new Options(origin.where(), description), origin.source());
    }

    private static NetworkDescription of(Options top, ModelBound.Source source) throws BadCheckpointException {
        top.requireOnly(KEYS);
        if (top.whole("schema", 1).orElse(1) != 1) {
            throw top.because("schema must be 1");
        }
        String norm = top.text("norm").orElse(Metric.L2.word());
        Metric metric = Arrays.stream(Metric.values())
                .filter(known -> known.word().equals(norm))
                .findFirst()
                .orElseThrow(() -> top.because("norm must be l2 or max_token_l2, not " + Printable.quoted(norm)));
        Double radius = top.number("input_radius").orElse(null);
        SpreadFloor floor = SpreadFloor.of(top);
        if (floor.number() < 0 || (radius != null && radius < 0)) {
            throw top.because("input_radius and spread_floor must not be negative");
        }
        List<BlockText> blocks = blocks(top);
        boolean hasBiasedPatches = blocks.stream()
                .flatMap(block -> block.layers().stream())
                .anyMatch(layer -> layer.word().equals(LayerKind.PATCHES.word())
                        && layer.options().values().containsKey("bias"));
        if (radius != null && metric == Metric.L2 && hasBiasedPatches) {
            throw top.because("input_radius says nothing in l2 where patches have a bias, which comes once for each of"
                    + " them; leave it out, or take max_token_l2");
        }
        return new NetworkDescription(source, metric, radius, floor, top.texts("assume"), top.texts("ignore"), blocks);
    }

    /** Those of some tensors that it neither names nor ignores, in their order. */
    public List<String> unnamed(Collection<String> tensors) {
        Set<String> named = NamedTensors.of(this);
        Selection meant = new Selection(List.of(), ignored);
        return tensors.stream()
                .filter(tensor -> !named.contains(tensor) && meant.matches(tensor))
                .toList();
    }

    /** Layers between blocks make a block of their own, named by its first and last layer's positions. */
    private static List<BlockText> blocks(Options top) throws BadCheckpointException {
        List<BlockText> blocks = new ArrayList<>();
        List<Object> loose = new ArrayList<>();
        List<?> layers = list(top);
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof Map<?, ?> map && map.containsKey("block")) {
                close(top, blocks, loose, i);
                Options block = Options.of(top.where() + ", layer " + i, map);
                block.requireOnly(List.of("block", "layers"));
                blocks.add(block(block, block.requiredText("block"), list(block)));
            } else {
                loose.add(layers.get(i));
            }
        }
        close(top, blocks, loose, layers.size());
        return List.copyOf(blocks);
    }

    private static void close(Options top, List<BlockText> blocks, List<Object> loose, int end)
            throws BadCheckpointException {
        if (!loose.isEmpty()) {
            int first = end - loose.size();
            String name = loose.size() == 1 ? "layer " + first : "layers " + first + " to " + (end - 1);
            blocks.add(block(top, name, List.copyOf(loose)));
            loose.clear();
        }
    }

    private static List<?> list(Options options) throws BadCheckpointException {
        if (options.values().get("layers") instanceof List<?> list && !list.isEmpty()) {
            return list;
        }
        throw options.because("needs layers, a list that isn't empty");
    }

    private static BlockText block(Options around, String name, List<?> layers) throws BadCheckpointException {
        List<LayerText> found = new ArrayList<>();
        String before = "input";
        for (int i = 0; i < layers.size(); i++) {
            LayerText layer =
                    layer(around.where() + ", " + name + ", layer " + i, layers.get(i), String.valueOf(i), before);
            before = layer.name();
            found.add(layer);
        }
        return new BlockText(name, List.copyOf(found));
    }

    static LayerText layer(String where, Object described, String standardName, String before)
            throws BadCheckpointException {
        Options options = described instanceof Map<?, ?> map
                ? Options.of(where, map)
                : new Options(where, described instanceof String word ? Map.of(word, true) : Map.of());
        return layer(options, standardName, before);
    }

    /**
     * A layer by itself.
     *
     * @param standardName where it has none
     * @param before the name of what feeds it where it doesn't say so
     */
    static LayerText layer(Options options, String standardName, String before) throws BadCheckpointException {
        String word = word(options);
        List<String> known = new ArrayList<>(List.of(word, "name", "input"));
        LayerKind.named(word).ifPresent(kind -> known.addAll(kind.options()));
        options.requireOnly(known);
        List<String> joined = isJoin(word) ? options.texts(word) : List.of();
        List<String> inputs = joined.isEmpty() ? List.of(options.text("input").orElse(before)) : joined;
        return new LayerText(options.text("name").orElse(standardName), word, options, inputs);
    }

    private static boolean isJoin(String word) {
        return LayerKind.named(word)
                .filter(kind -> kind == LayerKind.ADD || kind == LayerKind.MULTIPLY || kind == LayerKind.CONCAT)
                .isPresent();
    }

    /** The key that says what the layer is. */
    private static String word(Options options) throws BadCheckpointException {
        Optional<String> word = Optional.empty();
        for (String key : options.values().keySet()) {
            boolean known =
                    LayerKind.named(key).isPresent() || Activation.named(key).isPresent();
            if (known && word.isPresent()) {
                throw options.because("is both " + word.get() + " and " + key);
            }
            word = known ? Optional.of(key) : word;
        }
        return word.orElseThrow(() -> options.because("is no known kind of layer (" + keys(options)
                + "); describe what has no word as {\"unknown\": \"why\"}"));
    }

    private static String keys(Options options) {
        return options.values().isEmpty()
                ? "neither a word nor an object"
                : Printable.oneLine(String.join(", ", options.values().keySet()));
    }
}
