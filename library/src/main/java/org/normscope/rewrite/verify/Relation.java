package org.normscope.rewrite.verify;

import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.SigmaUsed;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;

/**
 * How a matrix W' follows from W: {@code W' = D W + E} or {@code W' = W D + E} with D diagonal. Then
 * {@code low sigma(W) - rest <= sigma(W') <= high sigma(W) + rest}, so that an interval of one norm gives one of the other. Proof in
 * docs/rewriting.md.
 *
 * @param low no entry of D has a smaller absolute value; positive
 * @param high none has a larger one
 * @param rest bound on the Frobenius norm of E
 * @param sigmaUsed what torch divides W' by; null if it isn't under spectral norm now
 */
public record Relation(
        double low, double high, double rest, @Nullable SigmaUsed sigmaUsed) implements Serializable {
    /** W' is W. */
    public static final Relation IDENTITY = new Relation(1, 1, 0, null);

    /** Rejects what says nothing. */
    public Relation {
        boolean ordered = low > 0 && low <= high && rest >= 0;
        if (!ordered || Double.isInfinite(high) || Double.isInfinite(rest)) {
            throw new IllegalArgumentException("no relation: " + low + ", " + high + ", " + rest);
        }
    }

    /** What holds of {@code sigma(W')} if this holds of {@code sigma(W)}; none where it leaves the range of double. */
    Optional<Interval> forward(Interval old) {
        if (isIdentity()) {
            return Optional.of(old);
        }
        double lower = down(down(low * old.lower().value()) - rest);
        double estimate = (low + high) / 2 * old.estimate();
        return interval(old, lower, estimate, up(up(high * upper(old)) + rest));
    }

    /** What holds of {@code sigma(W)} if this holds of {@code sigma(W')}; none where it leaves the range of double. */
    Optional<Interval> backward(Interval now) {
        if (isIdentity()) {
            return Optional.of(now);
        }
        double lower = down(down(now.lower().value() - rest) / high);
        double estimate = 2 / (low + high) * now.estimate();
        return interval(now, lower, estimate, up(up(upper(now) + rest) / low));
    }

    private boolean isIdentity() {
        return low == 1 && high == 1 && rest == 0;
    }

    private static double upper(Interval known) {
        return known.upper().map(bound -> bound.value()).orElse(Double.POSITIVE_INFINITY);
    }

    private static Optional<Interval> interval(Interval known, double lower, double estimate, double upper) {
        double safe = Math.max(0, lower);
        if (!Double.isFinite(safe) || !Double.isFinite(estimate)) {
            return Optional.empty();
        }
        if (known.upper().isEmpty()) {
            return Optional.of(Interval.lowerOnly(safe, estimate));
        }
        Certificate certificate = known.certificate() == Certificate.EXACT ? Certificate.RIGOROUS : known.certificate();
        return Double.isFinite(upper)
                ? Optional.of(Interval.around(safe, estimate, upper, certificate, known.failureProbability()))
                : Optional.empty();
    }

    private static double down(double value) {
        return Math.nextDown(value);
    }

    private static double up(double value) {
        return Math.nextUp(value);
    }
}
