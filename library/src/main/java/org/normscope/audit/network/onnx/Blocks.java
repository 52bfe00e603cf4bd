package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The layers behind some values as blocks of a network description. A block ends where everything later depends on one value alone; layers
 * one behind the other are one block.
 */
final class Blocks {
    private static final String INPUT = "input";

    private final List<Layer> layers = new ArrayList<>();
    private final Set<String> names = new HashSet<>(Set.of(INPUT));
    private final Map<String, Integer> counts = new HashMap<>();

    private Blocks() {}

    /** A layer that knows what feeds it, by position; -1 is the network's input. */
    private record Layer(String name, Words words, List<Integer> from) {}

    /**
     * The blocks.
     *
     * @param inputs of the network, side by side if they are several
     * @param outputs side by side if they are several; none if no output depends on an input
     */
    static List<Map<String, Object>> of(Scribe scribe, List<Computed> inputs, List<Computed> outputs) {
        Blocks blocks = new Blocks();
        blocks.write(scribe, inputs, outputs);
        return blocks.cut();
    }

    private void write(Scribe scribe, List<Computed> inputs, List<Computed> outputs) {
        List<Computed> needed = scribe.behind(outputs);
        Map<Computed, Integer> places = new HashMap<>();
        for (Computed value : needed) {
            value.made().layers().stream()
                    .filter(words -> words.value() instanceof Complaint)
                    .forEach(words -> ((Complaint) words.value()).add(value.name()));
        }
        boolean isOne = inputs.size() == 1;
        for (Computed value : needed) {
            boolean isInput = value.made().from().isEmpty();
            places.put(
                    value,
                    !isInput
                            ? add(
                                    value.name(),
                                    value.made().layers(),
                                    places(value.made().from(), places))
                            : isOne ? -1 : add(value.name(), List.of(Words.of("select")), List.of(-1)));
        }
        List<Integer> ends = places(outputs, places);
        if (ends.size() > 1) {
            add("outputs", List.of(Words.joining("concat")), ends);
        } else if (ends.isEmpty()) {
            add("outputs", List.of(Words.scale(0)), List.of(-1));
        } else if (layers.isEmpty()) {
            add("output", List.of(Words.of("identity")), List.of(-1));
        }
    }

    private static List<Integer> places(List<Computed> values, Map<Computed, Integer> places) {
        return values.stream().map(value -> places.getOrDefault(value, -1)).toList();
    }

    /** The position of the last of these layers. */
    private int add(String name, List<Words> words, List<Integer> from) {
        List<Integer> before = from;
        for (Words each : words) {
            Object value = each.value() instanceof Complaint complaint ? complaint.toString() : each.value();
            Words told = new Words(each.word(), value, each.options());
            layers.add(new Layer(fresh(name), each.isJoining() ? each : told, before));
            before = List.of(layers.size() - 1);
        }
        return layers.size() - 1;
    }

    /** A name that no layer has. */
    private String fresh(String name) {
        String found = name;
        while (!names.add(found)) {
            found = name + " " + counts.merge(name, 1, Integer::sum);
        }
        return found;
    }

    private List<Map<String, Object>> cut() {
        int[] lastUse = lastUse();
        List<Map<String, Object>> blocks = new ArrayList<>();
        int chain = 0;
        int start = 0;
        int reach = lastUse[0];
        for (int i = 0; i < layers.size(); i++) {
            if (reach <= i) {
                if (i > start) {
                    close(blocks, chain, start);
                    close(blocks, start, i + 1);
                    chain = i + 1;
                }
                start = i + 1;
            }
            reach = Math.max(reach, lastUse[i + 1]);
        }
        close(blocks, chain, layers.size());
        return blocks;
    }

    /** For the input and every layer, the position of the last layer that takes it. */
    private int[] lastUse() {
        int[] lastUse = new int[layers.size() + 1];
        lastUse[layers.size()] = layers.size() - 1;
        for (int i = 0; i < layers.size(); i++) {
            for (int from : layers.get(i).from()) {
                lastUse[from + 1] = i;
            }
        }
        return lastUse;
    }

    private void close(List<Map<String, Object>> blocks, int start, int end) {
        if (start < end) {
            List<Map<String, Object>> described = new ArrayList<>();
            for (Layer layer : layers.subList(start, end)) {
                List<String> from = layer.from().stream()
                        .map(place -> place < start ? INPUT : layers.get(place).name())
                        .toList();
                described.add(layer.words().described(layer.name(), from));
            }
            Map<String, Object> block = new LinkedHashMap<>();
            block.put(
                    "block", name(layers.get(start).name(), layers.get(end - 1).name()));
            block.put("layers", described);
            blocks.add(block);
        }
    }

    private static String name(String first, String last) {
        return first.equals(last) ? first : first + " to " + last;
    }
}
