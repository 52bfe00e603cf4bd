package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.onnx.Computed.Made;
import org.normscope.audit.network.onnx.Computed.Sense;

/** Writes down every value that depends on the input, in an order in which each stands behind what it is made of. */
final class Scribe {
    private static final long MOST_WORK = 100_000_000;

    private final List<Computed> values = new ArrayList<>();
    private final Map<String, Complaint> complaints = new LinkedHashMap<>();
    private long work;

    /** Whether so many more steps of work are within what a graph may take; if so they are counted. */
    boolean isAffordable(long steps) {
        boolean affordable = steps <= MOST_WORK - work;
        work += affordable ? steps : 0;
        return affordable;
    }

    /** An input of the network. */
    Computed input(String name, Dims dims, Sense sense) {
        return kept(name, dims, new Made(List.of(), List.of(), null, Double.POSITIVE_INFINITY), sense);
    }

    /** A value that layers make of others. */
    Computed value(String name, Dims dims, Made made) {
        return kept(name, dims, made, Sense.NUMBERS);
    }

    /** Tokens in another shape. */
    Computed tokens(Call call, Dims dims, Computed from) {
        Made made = new Made(List.of(Words.of("select")), List.of(from), call, Double.POSITIVE_INFINITY);
        return kept(call.node().label(), dims, made, Sense.TOKENS);
    }

    /** The result of a node without a rule. */
    Computed unknown(String name, String what, List<Computed> from, @Nullable Call call) {
        Complaint complaint = complaints.computeIfAbsent(what, Complaint::new);
        Words unknown = Words.of("unknown", complaint);
        List<Words> layers = from.size() > 1 ? List.of(Words.joining("concat"), unknown) : List.of(unknown);
        Dims dims = call == null ? Dims.UNKNOWN : Guess.of(call);
        return value(name, dims, new Made(layers, from, call, Double.POSITIVE_INFINITY));
    }

    private Computed kept(String name, Dims dims, Made made, Sense sense) {
        Computed value = new Computed(values.size(), name, dims, made, sense);
        values.add(value);
        return value;
    }

    /** Values that are needed for some, in order. */
    List<Computed> behind(List<Computed> results) {
        boolean[] needed = new boolean[values.size()];
        results.forEach(result -> needed[result.order()] = true);
        for (int i = needed.length - 1; i >= 0; i--) {
            if (needed[i]) {
                values.get(i).made().from().forEach(value -> needed[value.order()] = true);
            }
        }
        Stream<Computed> found = values.stream().filter(value -> needed[value.order()]);
        return found.toList();
    }
}
