package org.normscope.bound;

import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a value: {@code lower <= true value <= upper} and {@code lower <= estimate <= upper}.
 *
 * @param lower bound from below
 * @param ceiling bound from above; null exactly for {@link Certificate#LOWER_ONLY}
 * @param estimate the best guess
 * @param certificate why the upper bound is one
 * @param failureProbability chance that the upper bound is wrong; 0 unless {@link Certificate#PROBABILISTIC}
 */
public record Interval(
        LowerBound lower,
        @Nullable UpperBound ceiling,
        double estimate,
        Certificate certificate,
        double failureProbability)
        implements Serializable {
    /** Rejects what contradicts itself. */
    public Interval {
        if ((ceiling == null) != (certificate == Certificate.LOWER_ONLY)) {
            throw new IllegalArgumentException(certificate + " with upper bound " + ceiling);
        }
        if (!(lower.value() <= estimate) || (ceiling != null && !(estimate <= ceiling.value()))) {
            throw new IllegalArgumentException("not in order: " + lower + ", " + estimate + ", " + ceiling);
        }
        if ((failureProbability > 0) != (certificate == Certificate.PROBABILISTIC)) {
            throw new IllegalArgumentException(certificate + " with failure probability " + failureProbability);
        }
    }

    /** An interval whose estimate is moved to the nearer bound where rounding put it outside. */
    public static Interval around(
            double lower, double estimate, double upper, Certificate certificate, double probability) {
        double safeUpper = Math.max(lower, upper);
        double inside = Math.min(Math.max(estimate, lower), safeUpper);
        return new Interval(
                new LowerBound(lower),
                new UpperBound(safeUpper),
                inside,
                certificate,
                certificate == Certificate.PROBABILISTIC ? probability : 0);
    }

    /** A lower bound and nothing else. */
    public static Interval lowerOnly(double lower, double estimate) {
        return new Interval(new LowerBound(lower), null, Math.max(lower, estimate), Certificate.LOWER_ONLY, 0);
    }

    /** The bound from above, if there is one. */
    public Optional<UpperBound> upper() {
        return Optional.ofNullable(ceiling);
    }

    /** The interval of {@code 2^exponent} times the value; bounds move outwards where the result is subnormal. */
    public Interval scaled(int exponent) {
        if (exponent == 0) {
            return this;
        }
        double low = Math.scalb(lower.value(), exponent);
        if (Math.scalb(low, -exponent) > lower.value()) {
            low = Math.nextDown(low);
        }
        double middle = Math.max(low, Math.scalb(estimate, exponent));
        if (ceiling == null) {
            return lowerOnly(low, middle);
        }
        double high = Math.scalb(ceiling.value(), exponent);
        if (Math.scalb(high, -exponent) < ceiling.value()) {
            high = Math.nextUp(high);
        }
        return around(low, middle, high, certificate, failureProbability);
    }

    /** The interval of the value times a number's size, rounded outwards; where that rounds, nothing is exact any more. */
    public Interval times(double factor) {
        double size = Math.abs(factor);
        if (size == 1) {
            return this;
        }
        double low = Math.max(0, Math.nextDown(lower.value() * size));
        double middle = estimate * size;
        if (ceiling == null) {
            return lowerOnly(low, middle);
        }
        double high = ceiling.value() == 0 ? 0 : Math.nextUp(ceiling.value() * size);
        Certificate kept = certificate == Certificate.EXACT && high > 0 ? Certificate.ENERGY : certificate;
        return around(low, middle, high, kept, failureProbability);
    }

    /** The interval of a value that differs by at most {@code margin} from this one's, both being norms. */
    public Interval widened(double margin) {
        if (margin == 0) {
            return this;
        }
        double low = Math.max(0, Math.nextDown(lower.value() - margin));
        return ceiling == null
                ? lowerOnly(low, estimate)
                : around(low, estimate, Math.nextUp(ceiling.value() + margin), certificate, failureProbability);
    }

    /** Certified relative width {@code upper / lower - 1}; 0 for [0, 0], infinite where nothing bounds from above. */
    public double relativeWidth() {
        double high = ceiling == null ? Double.POSITIVE_INFINITY : ceiling.value();
        return high == 0 ? 0 : high / lower.value() - 1;
    }
}
