package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.normscope.format.onnx.Dim;

/**
 * The shape of a value, as far as it is known.
 *
 * @param list row-major; null where not even their number is known
 */
record Dims(@Nullable List<Dim> list) {
    /** Of a value of which nothing is known. */
    static final Dims UNKNOWN = new Dims(null);

    /** Of a single number. */
    static final Dims SCALAR = new Dims(List.of());

    private static final int MOST = 64;
    /** Longer ones are taken for unknown, so that sums and small products of lengths don't overflow. */
    private static final long LONGEST = 1L << 48;

    /** These; unknown if they are more than any framework has. */
    static Dims of(@Nullable List<Dim> dims) {
        return dims == null || dims.size() > MOST
                ? UNKNOWN
                : new Dims(dims.stream().map(Dims::sane).toList());
    }

    private static Dim sane(Dim dim) {
        Long size = dim.size();
        return size != null && size > LONGEST ? Dim.unknown() : dim;
    }

    /** All of a known length. */
    static Dims of(long... sizes) {
        return of(Arrays.stream(sizes).mapToObj(Dim::of).toList());
    }

    /** As many dimensions, none of them known. */
    Dims opened() {
        return list == null
                ? UNKNOWN
                : of(list.stream().map(dim -> Dim.unknown()).toList());
    }

    boolean isKnown() {
        return list != null;
    }

    /** The list; empty where nothing is known. */
    List<Dim> orNone() {
        return list == null ? List.of() : list;
    }

    OptionalInt rank() {
        return list == null ? OptionalInt.empty() : OptionalInt.of(list.size());
    }

    boolean hasRank(int rank) {
        return list != null && list.size() == rank;
    }

    /** An axis, counted from the end if negative; of unknown length where there is none. */
    Dim at(long axis) {
        int place = place(axis);
        return list == null || place < 0 ? Dim.unknown() : list.get(place);
    }

    /** The position of an axis, counted from the end if negative; -1 where there is none. */
    int place(long axis) {
        int rank = orNone().size();
        long place = axis < 0 ? axis + rank : axis;
        return place < 0 || place >= rank ? -1 : (int) place;
    }

    /** The same with one axis replaced; unknown where there is no such axis. */
    Dims with(long axis, Dim dim) {
        int place = place(axis);
        if (list == null || place < 0) {
            return UNKNOWN;
        }
        List<Dim> changed = new ArrayList<>(list);
        changed.set(place, dim);
        return of(changed);
    }

    /** From one axis to before another. */
    List<Dim> part(int from, int to) {
        return orNone().subList(from, to);
    }

    /** Whether every dimension is 1, or there is none. */
    boolean isSingle() {
        return list != null && list.stream().allMatch(dim -> dim.is(1));
    }

    /** The number of entries if it is known. */
    OptionalLong elements() {
        return list == null ? OptionalLong.empty() : product(list);
    }

    /** The product of lengths, if all are known. */
    static OptionalLong product(List<Dim> dims) {
        long product = 1;
        for (Dim dim : dims) {
            Long size = dim.size();
            if (size == null || (size != 0 && product > Long.MAX_VALUE / size)) {
                return OptionalLong.empty();
            }
            product *= size;
        }
        return OptionalLong.of(product);
    }

    /** The shape that Reshape makes: -1 takes what is left, 0 is the length of before unless zero is allowed. */
    Dims reshaped(List<Whole> target, boolean allowsZero) {
        List<Dim> dims = new ArrayList<>();
        List<Dim> others = new ArrayList<>();
        for (int i = 0; i < target.size(); i++) {
            Whole whole = target.get(i);
            Dim dim = whole.is(0) && !allowsZero ? at(i) : whole.dim();
            dims.add(dim);
            if (!whole.is(-1)) {
                others.add(dim);
            }
        }
        for (int i = 0; i < target.size(); i++) {
            if (target.get(i).is(-1)) {
                dims.set(i, without(others));
            }
        }
        return of(dims);
    }

    /** What is left of all entries when those of other dimensions are taken out; open where it can't be told. */
    Dim without(List<Dim> others) {
        if (list == null) {
            return Dim.unknown();
        }
        List<Dim> left = new ArrayList<>(list);
        List<Dim> divisors = new ArrayList<>();
        for (Dim other : others) {
            if (!left.remove(other)) {
                divisors.add(other);
            }
        }
        List<Dim> open = left.stream().filter(dim -> dim.size() == null).toList();
        left.removeAll(open);
        OptionalLong size = product(left);
        OptionalLong divisor = product(divisors);
        if (size.isEmpty() || divisor.isEmpty() || divisor.getAsLong() == 0 || open.size() > 1) {
            return Dim.unknown();
        }
        long quotient = size.getAsLong() / divisor.getAsLong();
        boolean isWhole = quotient * divisor.getAsLong() == size.getAsLong();
        if (open.isEmpty()) {
            return isWhole ? Dim.of(quotient) : Dim.unknown();
        }
        return isWhole && quotient == 1 ? open.get(0) : Dim.unknown();
    }

    /** The shape with some axes gone, or left with length 1. */
    Dims reduced(List<Long> axes, boolean keeps) {
        if (list == null) {
            return UNKNOWN;
        }
        List<Integer> places = axes.stream().map(this::place).toList();
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!places.contains(i)) {
                dims.add(list.get(i));
            } else if (keeps) {
                dims.add(Dim.ONE);
            }
        }
        return of(dims);
    }

    /** The shape with axes of length 1 put in, at these places of the result. */
    Dims expanded(List<Long> axes) {
        if (list == null || axes.size() > MOST) {
            return UNKNOWN;
        }
        int rank = list.size() + axes.size();
        List<Dim> dims = new ArrayList<>(Collections.nCopies(rank, Dim.ONE));
        List<Long> places =
                axes.stream().map(axis -> axis < 0 ? axis + rank : axis).toList();
        int next = 0;
        for (int i = 0; i < rank && next < list.size(); i++) {
            if (!places.contains((long) i)) {
                dims.set(i, list.get(next++));
            }
        }
        return of(dims);
    }
}
