package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.format.onnx.Constant;
import org.normscope.format.onnx.Dim;

/**
 * Values that don't depend on the input: constants, and what graphs compute of shapes to feed Reshape and its kin. What can't be followed
 * is still fixed, and merely unread.
 */
final class ConstantFolding {
    /** Functions of each entry. */
    private static final Set<String> ENTRYWISE = Set.of(
            "Abs",
            "Ceil",
            "Erf",
            "Exp",
            "Floor",
            "Log",
            "Not",
            "Reciprocal",
            "Relu",
            "Round",
            "Sigmoid",
            "Sign",
            "Sin",
            "Cos",
            "Softplus",
            "Tanh",
            "Clip");

    private ConstantFolding() {}

    /** The first result of a node whose inputs are all fixed. */
    static Fixed fold(Call call) {
        try {
            Optional<Fixed> folded = folded(call);
            return folded.orElse(Fixed.unread(Dims.UNKNOWN));
        } catch (NoRuleException e) {
            return Fixed.unread(Dims.UNKNOWN);
        }
    }

    private static Optional<Fixed> folded(Call call) throws NoRuleException {
        Fixed x = call.input(0).orElse(null) instanceof Fixed fixed ? fixed : null;
        String operator = call.node().operator();
        if (operator.equals("Constant")) {
            return Constants.of(call);
        }
        if (x == null) {
            return Optional.empty();
        }
        if (ENTRYWISE.contains(operator)) {
            return Optional.of(Fixed.unread(x.dims()));
        }
        return switch (operator) {
            case "Identity" -> Optional.of(x);
            case "Dropout" -> Optional.of(Functions.isInference(call) ? x : Fixed.unread(x.dims()));
            case "Reshape" -> Optional.of(x.in(Moves.reshaped(call, x.dims())));
            case "Squeeze" -> Optional.of(x.in(Moves.squeezed(call, x.dims())));
            case "Unsqueeze" -> Optional.of(x.in(Moves.unsqueezed(call, x.dims())));
            case "Transpose" -> Optional.of(transposed(call, x));
            case "Cast" -> Optional.of(Casts.of(call, x));
            case "Gather" -> Optional.of(gathered(call, x));
            case "Slice" -> Optional.of(sliced(call, x));
            case "Concat" -> Optional.of(concatenated(call));
            case "ConstantOfShape" -> Optional.of(Constants.filled(call, x));
            case "Neg", "Sqrt" -> Optional.of(Arithmetic.of(call, x));
            case "Add",
                    "Sub",
                    "Mul",
                    "Div",
                    "Max",
                    "Min",
                    "Equal",
                    "Where",
                    "Mod",
                    "Pow",
                    "And",
                    "Or",
                    "Less",
                    "Greater" -> Optional.of(Arithmetic.entrywise(call));
            default -> Optional.empty();
        };
    }

    /** The lengths of a value's dimensions, or their product. */
    static Fixed shape(Call call, Dims dims) {
        if (!dims.isKnown()) {
            return Fixed.unread(Dims.UNKNOWN);
        }
        List<Whole> lengths = dims.orNone().stream().map(Whole::of).toList();
        if (call.node().operator().equals("Size")) {
            Whole product =
                    dims.elements().isPresent() ? Whole.of(dims.elements().getAsLong()) : Whole.unknown();
            return Fixed.ofWholes(Dims.SCALAR, List.of(product));
        }
        long rank = lengths.size();
        long start = call.node().whole("start").orElse(0);
        long end = call.node().whole("end").orElse(rank);
        int from = (int) Math.max(0, Math.min(rank, start < 0 ? start + rank : start));
        int to = (int) Math.max(from, Math.min(rank, end < 0 ? end + rank : end));
        return vector(lengths.subList(from, to));
    }

    private static Fixed vector(List<Whole> wholes) {
        return Fixed.ofWholes(Dims.of(wholes.size()), wholes);
    }

    private static Fixed transposed(Call call, Fixed x) throws NoRuleException {
        Dims dims = Moves.transposed(call, x.dims());
        if (x.dims().hasRank(0) || x.dims().hasRank(1)) {
            return x;
        }
        List<Long> sizes = sizes(x);
        List<Long> axes = call.wholes("perm", reversed(x.dims().orNone().size()));
        boolean isMoved = sizes != null && axes.size() == sizes.size();
        List<Whole> wholes = isMoved && sizes != null && x.wholes() != null
                ? Entries.transposed(x.wholes(), sizes, axes).orElse(null)
                : null;
        boolean isSwapped = x.dims().hasRank(2) && axes.equals(List.of(1L, 0L));
        Fixed.Origin origin = x.origin();
        Fixed.Origin moved = origin == null
                ? null
                : new Fixed.Origin(
                        origin.name(), origin.dtype(), isSwapped ? swapped(origin.layout()) : Fixed.Layout.OTHER);
        return new Fixed(dims, wholes, null, moved, x.isRounded());
    }

    private static Fixed.Layout swapped(Fixed.Layout layout) {
        return switch (layout) {
            case AS_STORED -> Fixed.Layout.TRANSPOSED;
            case TRANSPOSED -> Fixed.Layout.AS_STORED;
            case OTHER -> Fixed.Layout.OTHER;
        };
    }

    private static List<Long> reversed(int rank) {
        List<Long> axes = new ArrayList<>();
        for (long axis = rank - 1L; axis >= 0; axis--) {
            axes.add(axis);
        }
        return axes;
    }

    /** Lengths of a value's dimensions, all known and of as many entries as it has. */
    private static @Nullable List<Long> sizes(Fixed x) {
        int entries = x.wholes() == null ? -1 : x.wholes().size();
        if (x.dims().elements().orElse(-2) != entries) {
            return null;
        }
        List<Long> sizes = new ArrayList<>();
        for (Dim dim : x.dims().orNone()) {
            Long size = dim.size();
            sizes.add(size == null ? 0 : size);
        }
        return sizes;
    }

    private static Fixed gathered(Call call, Fixed x) throws NoRuleException {
        Fixed places = call.fixed(1).orElse(Fixed.unread(Dims.UNKNOWN));
        Dims dims = Moves.gathered(x.dims(), places.dims(), call.whole("axis", 0));
        if (x.wholes() == null || !x.dims().hasRank(1) || places.wholes() == null) {
            return Fixed.unread(dims);
        }
        List<Whole> found = new ArrayList<>();
        for (long place : Call.numbers(places, "indices")) {
            int size = x.wholes().size();
            long from = place < 0 ? place + size : place;
            found.add(from < 0 || from >= size ? Whole.unknown() : x.wholes().get((int) from));
        }
        return Fixed.ofWholes(dims, found);
    }

    private static Fixed sliced(Call call, Fixed x) throws NoRuleException {
        Dims dims = Slices.dims(call, x.dims());
        List<Whole> wholes = x.wholes();
        List<Long> sizes = sizes(x);
        if (wholes == null || sizes == null || !dims.elements().isPresent()) {
            return Fixed.unread(dims);
        }
        List<Long> starts = call.wholes("starts", 1).orElse(List.of());
        List<Long> ends = call.wholes("ends", 2).orElse(List.of());
        List<Long> axes = call.wholes("axes", 3).orElse(List.of(0L));
        List<Long> steps = call.wholes("steps", 4).orElse(List.of(1L));
        boolean isOne = starts.size() == 1 && ends.size() == 1 && steps.size() == 1 && axes.size() == 1;
        int axis = isOne ? x.dims().place(axes.get(0)) : -1;
        if (axis < 0) {
            return Fixed.unread(dims);
        }
        Optional<Entries.Range> range = Slices.range(sizes.get(axis), starts.get(0), ends.get(0), steps.get(0));
        Optional<List<Whole>> taken = range.flatMap(places -> Entries.sliced(wholes, sizes, axis, places));
        return taken.map(found -> Fixed.ofWholes(dims, found)).orElse(Fixed.unread(dims));
    }

    private static Fixed concatenated(Call call) {
        List<Whole> all = new ArrayList<>();
        for (Value value : call.values()) {
            List<Whole> wholes = value instanceof Fixed fixed ? fixed.wholes() : null;
            if (wholes == null || !value.dims().hasRank(1) || all.size() > Constant.MOST_VALUES) {
                return Fixed.unread(Dims.UNKNOWN);
            }
            all.addAll(wholes);
        }
        return vector(all);
    }
}
