package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.normscope.format.onnx.Dim;
import org.normscope.tensor.DType;

/** Operators that move, drop or repeat entries and compute nothing. */
final class Moves {
    /** Those that leave tokens what they are. */
    static final Set<String> OF_TOKENS =
            Set.of("Identity", "Cast", "Gather", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice");

    private Moves() {}

    static void addTo(Map<String, Operator> all) {
        all.put("Reshape", Operator.of(Moves::reshape));
        all.put("Flatten", Operator.of(Moves::flatten));
        all.put(
                "Squeeze",
                Operator.of(call -> moved(call, squeezed(call, call.only().dims()), "flatten")));
        all.put(
                "Unsqueeze",
                Operator.of(call -> moved(call, unsqueezed(call, call.only().dims()), "flatten")));
        all.put(
                "Transpose",
                Operator.of(call -> moved(call, transposed(call, call.only().dims()), "permute")));
        all.put("DepthToSpace", Operator.of(call -> moved(call, Tiles.spread(call), "permute")));
        all.put("SpaceToDepth", Operator.of(call -> moved(call, Tiles.gathered(call), "permute")));
        all.put(
                "Slice",
                Operator.of(
                        call -> moved(call, Slices.ofMoving(call, call.only().dims()), "select")));
        all.put("Trilu", Operator.of(call -> moved(call, call.only().dims(), "select")));
        all.put("TopK", Operator.of(call -> moved(call, call.only().dims().opened(), "select")));
        all.put("Split", Moves::split);
        all.put("Gather", Operator.of(Moves::gather));
        all.put("Expand", Operator.of(Moves::expand));
        all.put("Tile", Operator.of(Moves::tile));
    }

    private static Computed moved(Call call, Dims dims, String word) throws NoRuleException {
        return call.moved(dims, call.only(), word);
    }

    private static Computed reshape(Call call) throws NoRuleException {
        Computed x = call.only();
        return call.moved(reshaped(call, x.dims()), x, "flatten");
    }

    /** The shape behind Reshape. */
    static Dims reshaped(Call call, Dims dims) throws NoRuleException {
        Fixed target = call.fixed(1).orElse(null);
        boolean allowsZero = call.whole("allowzero", 0) != 0;
        if (target == null || target.wholes() == null) {
            return Dims.UNKNOWN;
        }
        return dims.reshaped(target.wholes(), allowsZero);
    }

    private static Computed flatten(Call call) throws NoRuleException {
        Computed x = call.only();
        Dims dims = x.dims();
        int rank = dims.orNone().size();
        long axis = call.whole("axis", 1);
        int place = (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
        Dim rows = Dims.of(dims.part(0, place)).without(List.of());
        Dim cols = Dims.of(dims.part(place, rank)).without(List.of());
        return call.moved(dims.isKnown() ? Dims.of(List.of(rows, cols)) : Dims.UNKNOWN, x, "flatten");
    }

    /** The shape behind Squeeze. */
    static Dims squeezed(Call call, Dims dims) throws NoRuleException {
        List<Long> axes = call.wholes("axes", 1).orElse(List.of());
        if (!axes.isEmpty()) {
            return dims.reduced(axes, false);
        }
        boolean isOpen = dims.orNone().stream().anyMatch(dim -> dim.size() == null);
        List<Dim> left = dims.orNone().stream().filter(dim -> !dim.is(1)).toList();
        return dims.isKnown() && !isOpen ? Dims.of(left) : Dims.UNKNOWN;
    }

    /** The shape behind Unsqueeze. */
    static Dims unsqueezed(Call call, Dims dims) throws NoRuleException {
        return dims.expanded(call.wholes("axes", 1).orElse(List.of()));
    }

    /** The shape behind Transpose. */
    static Dims transposed(Call call, Dims dims) throws NoRuleException {
        int rank = dims.orNone().size();
        List<Long> reversed = new ArrayList<>();
        for (long axis = rank - 1L; axis >= 0; axis--) {
            reversed.add(axis);
        }
        List<Dim> moved = new ArrayList<>();
        for (long axis : call.wholes("perm", reversed)) {
            moved.add(dims.at(axis));
        }
        return dims.isKnown() && moved.size() == rank ? Dims.of(moved) : Dims.UNKNOWN;
    }

    /** Every part is a selection of the whole. */
    private static List<Value> split(Call call) throws NoRuleException {
        Computed x = call.only();
        long axis = call.whole("axis", 0);
        List<Long> sizes = call.wholes("split", 1).orElse(List.of());
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i < call.node().outputs().size(); i++) {
            Dim size = sizes.isEmpty() ? Dim.unknown() : part(sizes, i);
            parts.add(call.moved(x.dims().with(axis, size), x, "select"));
        }
        return parts;
    }

    private static Dim part(List<Long> sizes, int i) {
        return i < sizes.size() && sizes.get(i) >= 0 ? Dim.of(sizes.get(i)) : Dim.unknown();
    }

    /** Rows of a table by tokens; or entries of a value at fixed places, some perhaps several times. */
    private static Computed gather(Call call) throws NoRuleException {
        Value data = call.needed(0);
        Value indices = call.needed(1);
        long axis = call.whole("axis", 0);
        Dims dims = gathered(data.dims(), indices.dims(), axis);
        if (data instanceof Fixed table && indices instanceof Computed tokens) {
            return embedding(call, table, tokens, dims);
        }
        if (!(data instanceof Computed x) || !(indices instanceof Fixed places)) {
            throw new NoRuleException("at places that depend on the input");
        }
        Computed selected = call.moved(dims, x, "select");
        OptionalLong times = places.dims().isSingle()
                ? OptionalLong.of(1)
                : times(places, x.dims().at(axis));
        if (times.isEmpty()) {
            throw new NoRuleException("at places that can't be told from the file");
        }
        if (times.getAsLong() == 1) {
            return selected;
        }
        if (x.sense() == Computed.Sense.TOKENS) {
            throw new NoRuleException("of integers from outside");
        }
        return call.make(dims, selected, x.largest(), Words.repeat(times.getAsLong()));
    }

    private static Computed embedding(Call call, Fixed table, Computed tokens, Dims dims) throws NoRuleException {
        Fixed.Origin origin = table.origin();
        boolean isTable = origin != null
                && table.dims().hasRank(2)
                && origin.layout() == Fixed.Layout.AS_STORED
                && origin.dtype().kind() == DType.Kind.FLOAT
                && table.dims().place(call.whole("axis", 0)) == 0;
        if (origin == null || !isTable || tokens.sense() != Computed.Sense.TOKENS) {
            throw new NoRuleException(
                    "at places that depend on the input, other than rows of a stored table by tokens");
        }
        return call.make(dims, tokens, Words.of("embedding", origin.name()));
    }

    /** The shape behind Gather. */
    static Dims gathered(Dims data, Dims indices, long axis) {
        int place = data.place(axis);
        if (place < 0 || !indices.isKnown()) {
            return Dims.UNKNOWN;
        }
        List<Dim> dims = new ArrayList<>(data.part(0, place));
        dims.addAll(indices.orNone());
        dims.addAll(data.part(place + 1, data.orNone().size()));
        return Dims.of(dims);
    }

    /** How often the place that comes up most does, negative ones counted from the end. */
    private static OptionalLong times(Fixed places, Dim length) {
        List<Whole> wholes = places.wholes();
        Long size = length.size();
        if (wholes == null) {
            return OptionalLong.empty();
        }
        boolean isMixed = wholes.stream().anyMatch(whole -> whole.value() == null || whole.value() < 0);
        Map<Long, Long> counts = new HashMap<>();
        for (Whole whole : wholes) {
            Long value = whole.value();
            if (value == null || (isMixed && size == null)) {
                // Any of these could be the same place.
                return OptionalLong.of(Math.max(1, wholes.size()));
            }
            counts.merge(value < 0 && size != null ? value + size : value, 1L, Long::sum);
        }
        return OptionalLong.of(counts.values().stream().reduce(1L, Math::max));
    }

    private static Computed expand(Call call) throws NoRuleException {
        Computed x = call.only();
        Fixed shape = call.fixed(1).orElse(null);
        if (shape == null || shape.wholes() == null) {
            throw new NoRuleException("to a shape that can't be told from the file");
        }
        Dims target = Dims.of(shape.wholes().stream().map(Whole::dim).toList());
        Computed stretched = call.stretched(x, List.of(target));
        return call.make(Broadcast.result(List.of(x.dims(), target)), stretched, x.largest(), Words.of("flatten"));
    }

    private static Computed tile(Call call) throws NoRuleException {
        Computed x = call.only();
        Optional<Fixed> repeats = call.fixed(1);
        long times = 1;
        for (long each : Call.numbers(repeats.orElse(Fixed.unread(Dims.UNKNOWN)), "repeats")) {
            if (each < 0 || each > Integer.MAX_VALUE || times > Integer.MAX_VALUE / Math.max(1, each)) {
                throw new NoRuleException("that repeats too often");
            }
            times *= Math.max(1, each);
        }
        return call.make(x.dims().opened(), x, x.largest(), Words.repeat(times));
    }
}
