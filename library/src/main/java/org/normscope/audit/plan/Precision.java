package org.normscope.audit.plan;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How exactly norms are wanted, and by which way.
 *
 * @param tolerance certified relative width, upper / lower - 1, at which a matrix is done; 1e-8 to 1, exclusive
 * @param failureProbability chance, per weight, that a probabilistic upper bound is wrong; 0 to 0.5, exclusive
 * @param certify the weakest certificate that is good enough
 * @param method how norms are computed
 * @param iterations most readings of a matrix, at least 2; null for as many as the tolerance takes
 */
public record Precision(
        double tolerance,
        double failureProbability,
        Certify certify,
        MethodChoice method,
        @Nullable Integer iterations) implements Serializable {
    /** Certificates that satisfy the user. */
    public enum Certify {
        /** Fails with {@code failureProbability}; much cheaper for large matrices. */
        PROBABILISTIC,
        /** Deterministic, every rounding counted. */
        RIGOROUS;

        /** The word the command line and the report use. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Ways to compute a norm. */
    public enum MethodChoice {
        /** By cost: the Gram matrix where it is cheaper, block Lanczos elsewhere. */
        AUTO,
        GRAM,
        KRYLOV,
        /** Plain power iteration: lower bounds only. */
        POWER;

        /** The word the command line and the report use. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Tolerance 1e-3, failure probability 1e-12, probabilistic, method by cost. */
    public static final Precision DEFAULT = new Precision(1e-3, 1e-12, Certify.PROBABILISTIC, MethodChoice.AUTO, null);

    /** Rejects what makes no sense, by one sentence that names the setting. */
    public Precision {
        require(tolerance >= 1e-8 && tolerance < 1, "tolerance must be at least 1e-8 and below 1, not " + tolerance);
        require(
                failureProbability > 0 && failureProbability < 0.5,
                "failure-probability must be above 0 and below 0.5, not " + failureProbability);
        require(iterations == null || iterations >= 2, "iterations must be at least 2, not " + iterations);
        require(
                certify != Certify.RIGOROUS || method == MethodChoice.AUTO || method == MethodChoice.GRAM,
                "certify rigorous needs method gram or auto, not " + method.word());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
