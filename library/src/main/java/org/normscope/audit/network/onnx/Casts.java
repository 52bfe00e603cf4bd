package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;

/** Constants in other types. Narrow integers wrap around, which isn't followed. */
final class Casts {
    /** ONNX's numbers for its types. */
    private static final long INT32 = 6;

    private static final long INT64 = 7;
    private static final long BOOL = 9;

    private Casts() {}

    /** A constant behind Cast. Between floating point types nothing happens: arithmetic is exact here. */
    static Fixed of(Call call, Fixed x) throws NoRuleException {
        long to = call.whole("to", 0);
        boolean isFloat = Functions.FLOATS.contains(to);
        boolean wasFloat =
                x.reals() != null || (x.origin() != null && x.origin().dtype().kind() == DType.Kind.FLOAT);
        if (isFloat) {
            return wasFloat ? x : reals(x);
        }
        List<Whole> wholes = new ArrayList<>();
        for (Object entry : entries(x)) {
            Whole whole = entry instanceof Double real ? whole(real, x, to) : whole((Whole) entry, to);
            if (whole == null) {
                return Fixed.unread(x.dims());
            }
            wholes.add(whole);
        }
        return x.reals() == null && x.wholes() == null ? Fixed.unread(x.dims()) : Fixed.ofWholes(x.dims(), wholes);
    }

    private static List<?> entries(Fixed x) {
        return Optional.<List<?>>ofNullable(x.reals())
                .or(() -> Optional.ofNullable(x.wholes()))
                .orElse(List.of());
    }

    private static Fixed reals(Fixed x) {
        List<Double> reals = new ArrayList<>();
        for (Whole whole : x.wholes() == null ? List.<Whole>of() : x.wholes()) {
            Long value = whole.value();
            if (value == null || Math.abs(value) > 1L << 53) {
                return Fixed.unread(x.dims());
            }
            reals.add((double) value);
        }
        return x.wholes() == null ? Fixed.unread(x.dims()) : Fixed.ofReals(x.dims(), reals);
    }

    /** An entry without its fraction, or whether it isn't 0; null if that can't be told. */
    private static @Nullable Whole whole(double real, Fixed x, long to) {
        boolean isNear = x.isRounded() && Math.abs(real - Math.rint(real)) < 1e-6;
        if (!(Math.abs(real) < 1L << 53) || isNear) {
            return null;
        }
        return to == BOOL ? Whole.of(real != 0 ? 1 : 0) : whole(Whole.of((long) real), to);
    }

    private static @Nullable Whole whole(Whole whole, long to) {
        Long value = whole.value();
        if (to == INT64) {
            return whole;
        }
        if (value == null || (to != BOOL && to != INT32)) {
            return null;
        }
        if (to == BOOL) {
            return Whole.of(value != 0 ? 1 : 0);
        }
        return value == value.intValue() ? whole : null;
    }
}
