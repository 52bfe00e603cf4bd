package org.normscope.audit.network.onnx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values as multiples of others, and as polynomials in them. */
final class Factored {
    private static final int DEEPEST = 8;
    private static final int DEGREE = 3;
    /** Of coefficients in a sum. */
    private static final double LARGEST = 1e3;

    private Factored() {}

    /**
     * A number times a value.
     *
     * @param isExact whether the number was not rounded
     */
    record Multiple(Computed base, double factor, boolean isExact) {}

    /** The value without the numbers that it is multiplied by. */
    static Multiple of(Computed value) {
        Computed base = value;
        double factor = 1;
        int steps = 0;
        for (int i = 0; i < DEEPEST; i++) {
            Call call = base.made().call();
            Computed inner = call == null ? null : inner(base, call);
            double next = call == null ? 1 : number(base, call);
            // A number that is put behind may have more dimensions, and so has the product.
            if (inner == null || !inner.dims().equals(base.dims()) || !Products.isOrdinary(next)) {
                break;
            }
            steps += base.isOf("Mul") && factor == 1 || base.isOf("Neg") ? 0 : 1;
            factor *= next;
            base = inner;
        }
        return new Multiple(base, factor, steps == 0);
    }

    private static @Nullable Computed inner(Computed value, Call call) {
        Value a = call.input(0).orElse(null);
        Value b = call.input(1).orElse(null);
        if (value.isOf("Neg")) {
            return a instanceof Computed x ? x : null;
        }
        if (value.isOf("Mul") && a instanceof Fixed && b instanceof Computed x) {
            return x;
        }
        boolean isScaled = value.isOf("Mul") || value.isOf("Div");
        return isScaled && b instanceof Fixed && a instanceof Computed x ? x : null;
    }

    /** The number that a value is multiplied by; NaN if there is none. */
    private static double number(Computed value, Call call) {
        if (value.isOf("Neg")) {
            return -1;
        }
        Value a = call.input(0).orElse(null);
        Value other = a instanceof Fixed ? a : call.input(1).orElse(null);
        double number = number(other).orElse(Double.NaN);
        return value.isOf("Div") ? 1 / number : number;
    }

    /** The number that a constant is, if it is one and exact. */
    static Optional<Double> number(@Nullable Value value) {
        return value instanceof Fixed fixed && !fixed.isRounded() ? fixed.number() : Optional.empty();
    }

    /**
     * Coefficients of a polynomial.
     *
     * @param c of x to the powers 0 to 3. Not to be modified.
     */
    record Polynomial(double[] c) {
        private static Polynomial constant(double value) {
            return new Polynomial(new double[] {value, 0, 0, 0});
        }

        /** The sum; empty where coefficients are so large that others may vanish in them. */
        private Optional<Polynomial> plus(Polynomial other, double sign) {
            double[] sum = c.clone();
            boolean isSmall = true;
            for (int i = 0; i <= DEGREE; i++) {
                isSmall &= Math.abs(c[i]) <= LARGEST && Math.abs(other.c[i]) <= LARGEST;
                sum[i] += sign * other.c[i];
            }
            return isSmall ? Optional.of(new Polynomial(sum)) : Optional.empty();
        }

        private Optional<Polynomial> times(Polynomial other) {
            double[] product = new double[DEGREE + 1];
            for (int i = 0; i <= DEGREE; i++) {
                for (int j = 0; j <= DEGREE; j++) {
                    double term = c[i] * other.c[j];
                    if (term != 0 && i + j > DEGREE) {
                        return Optional.empty();
                    }
                    product[Math.min(i + j, DEGREE)] += term;
                }
            }
            return Optional.of(new Polynomial(product));
        }

        private Optional<Polynomial> power(double exponent) {
            Optional<Polynomial> power = Optional.of(constant(1));
            for (int i = 0; i < exponent && power.isPresent(); i++) {
                power = power.get().times(this);
            }
            boolean isWhole = exponent == 1 || exponent == 2 || exponent == DEGREE;
            return isWhole ? power : Optional.empty();
        }

        /** Whether it is a multiple of x. */
        boolean isLinear() {
            return c[0] == 0 && c[1] != 0 && c[2] == 0 && c[3] == 0;
        }

        /** Whether it is a first power and a constant. */
        boolean isAffine() {
            return c[1] != 0 && c[2] == 0 && c[3] == 0;
        }
    }

    /** A value as a polynomial in another, coefficients rounded; empty if it is none of degree 3 or less. */
    static Optional<Polynomial> in(Computed x, Value value) {
        return in(x, value, 0);
    }

    private static Optional<Polynomial> in(Computed x, @Nullable Value value, int depth) {
        if (value == x) {
            return Optional.of(new Polynomial(new double[] {0, 1, 0, 0}));
        }
        if (value instanceof Fixed) {
            return number(value).map(Polynomial::constant);
        }
        Call call = value instanceof Computed computed ? computed.made().call() : null;
        if (call == null || depth == DEEPEST) {
            return Optional.empty();
        }
        return made(x, call, depth + 1);
    }

    private static Optional<Polynomial> made(Computed x, Call call, int depth) {
        Value second = call.input(1).orElse(null);
        Optional<Polynomial> a = in(x, call.input(0).orElse(null), depth);
        Optional<Polynomial> b = a.isPresent() && second != null ? in(x, second, depth) : Optional.empty();
        if (a.isEmpty() || (b.isEmpty() && !call.node().operator().equals("Neg"))) {
            return Optional.empty();
        }
        return switch (call.node().operator()) {
            case "Add" -> a.get().plus(b.orElseThrow(), 1);
            case "Sub" -> a.get().plus(b.orElseThrow(), -1);
            case "Neg" -> Polynomial.constant(0).plus(a.get(), -1);
            case "Mul" -> a.get().times(b.orElseThrow());
            case "Div" -> number(second).flatMap(number -> a.get().times(Polynomial.constant(1 / number)));
            case "Pow" -> number(second).flatMap(number -> a.get().power(number));
            default -> Optional.empty();
        };
    }
}
