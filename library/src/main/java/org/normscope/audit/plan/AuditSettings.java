package org.normscope.audit.plan;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.normscope.matrix.MatrixShape;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithms;

/**
 * Everything a user can set that can change a number.
 *
 * @param precision how exactly norms are wanted
 * @param selection which tensors are looked at
 * @param blockBytes bytes of a matrix that are held and summed at once, at least 4096; a larger matrix is cut into slabs
 * @param top leading singular values wanted per weight, at least 1
 * @param seed start of all random streams, 0 to 2^53 - 1; null to draw a fresh one
 */
public record AuditSettings(
        Precision precision,
        Selection selection,
        long blockBytes,
        int top,
        @Nullable Long seed) implements Serializable {
    /** Largest seed: every one is exact as a JSON number. */
    public static final long LARGEST_SEED = (1L << 53) - 1;

    /** Defaults, 64 MB blocks, one singular value, a fresh seed. */
    public static final AuditSettings DEFAULT = new AuditSettings(Precision.DEFAULT, Selection.ALL, 64L << 20, 1, null);

    /** Rejects what makes no sense, by one sentence that names the setting. */
    public AuditSettings {
        if (blockBytes < 4096) {
            throw new IllegalArgumentException("block-bytes must be at least 4096, not " + blockBytes);
        }
        if (top < 1) {
            throw new IllegalArgumentException("top must be at least 1, not " + top);
        }
        if (seed != null && (seed < 0 || seed > LARGEST_SEED)) {
            throw new IllegalArgumentException("seed must be 0 to " + LARGEST_SEED + ", not " + seed);
        }
    }

    /** The same settings with this precision. */
    public AuditSettings with(Precision other) {
        return new AuditSettings(other, selection, blockBytes, top, seed);
    }

    /** The same settings with this seed. */
    public AuditSettings withSeed(long other) {
        return new AuditSettings(precision, selection, blockBytes, top, other);
    }

    /** The same settings with blocks of this size. */
    public AuditSettings withBlockBytes(long other) {
        return new AuditSettings(precision, selection, other, top, seed);
    }

    /** The way a weight of this shape is computed; depends on nothing else. */
    public Method method(MatrixShape shape) {
        int m = Math.toIntExact(shape.shortSide());
        int block = NormAlgorithms.blockSize(top);
        if (shape.shortSide() <= 1) {
            return Method.DIRECT;
        }
        if (precision.certify() == Precision.Certify.RIGOROUS) {
            return Method.GRAM;
        }
        return switch (precision.method()) {
            case GRAM -> Method.GRAM;
            case POWER -> Method.POWER;
            case KRYLOV -> m < 4 * block ? Method.GRAM : Method.KRYLOV;
            case AUTO -> NormAlgorithms.cheapest(shape.longSide(), m, block, precision.tolerance());
        };
    }
}
