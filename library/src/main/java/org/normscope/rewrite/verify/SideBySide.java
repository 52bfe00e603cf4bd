package org.normscope.rewrite.verify;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.effective.EffectiveEntries;
import org.normscope.audit.effective.EffectiveEntries.UndefinedWeightException;
import org.normscope.audit.effective.StoredValues;
import org.normscope.elements.Elements;
import org.normscope.kernel.Decoder;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weightnorm.SliceNorms;
import org.normscope.weightnorm.SumOfSquares;
import org.normscope.weights.Recipe;

/** Reads a matrix before and after, entry beside entry, and finds the {@link Relation} of the two. */
final class SideBySide {
    private static final int PIECE = 1 << 18;

    /** Relative error of a norm of a slice, with a rounding or two more. */
    private static final double NORM_ERROR = SumOfSquares.RELATIVE_ERROR + 0x1p-50;

    private final Pair pair;

    private SideBySide(Pair pair) {
        this.pair = pair;
    }

    /** The relation; none if the new matrix isn't what the old one should have become. */
    static Optional<Relation> relation(Pair pair) throws IOException {
        try {
            return new SideBySide(pair).found();
        } catch (UndefinedWeightException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException(
                    pair.now().task().files().first() + ": comparing it with "
                            + pair.old().task().files().first() + " failed: " + e.getMessage(),
                    e);
        }
    }

    private Optional<Relation> found() throws IOException, UndefinedWeightException {
        Recipe old = pair.old().recipe();
        Recipe now = pair.now().recipe();
        if (pair.now().isPlain()) {
            return rounded();
        }
        if (pair.old().isPlain() && now instanceof Recipe.WeightNorm norm) {
            return takenApart(norm);
        }
        if (pair.old().isPlain() && now instanceof Recipe.SpectralNorm norm) {
            return divided(norm);
        }
        if (old instanceof Recipe.WeightNorm before && now instanceof Recipe.WeightNorm after) {
            return magnified(before, after);
        }
        boolean spectral = old instanceof Recipe.SpectralNorm && now instanceof Recipe.SpectralNorm;
        return spectral && haveSameParts(old, now) ? Optional.of(Relation.IDENTITY) : Optional.empty();
    }

    private boolean haveSameParts(Recipe old, Recipe now) throws IOException {
        for (int i = 0; i < old.parts().size(); i++) {
            if (!isSame(old.parts().get(i), now.parts().get(i), null)) {
                return false;
            }
        }
        return true;
    }

    /** {@code W' = diag(g / ||v||) v} where v is W, byte for byte; slices of zeros are zeros before and after. */
    private Optional<Relation> takenApart(Recipe.WeightNorm norm) throws IOException {
        SliceNorms norms = norms(norm);
        if (!isSame(pair.old().task().tensor(), norm.v(), norms)) {
            return Optional.empty();
        }
        double[] g = values(pair.now(), norm.g());
        Range range = new Range();
        for (int i = 0; i < g.length; i++) {
            if (norms.norm(i) != 0) {
                range.add(g[i] / norms.norm(i));
            }
        }
        return range.relation(NORM_ERROR);
    }

    /** The same v under other magnitudes: {@code W' = diag(g' / g) W}. */
    private Optional<Relation> magnified(Recipe.WeightNorm before, Recipe.WeightNorm after) throws IOException {
        if (before.dim() != after.dim() || !isSame(before.v(), after.v(), null)) {
            return Optional.empty();
        }
        if (isSame(before.g(), after.g(), null)) {
            return Optional.of(Relation.IDENTITY);
        }
        double[] old = values(pair.old(), before.g());
        double[] now = values(pair.now(), after.g());
        Range range = new Range();
        for (int i = 0; i < old.length; i++) {
            if (old[i] != 0 || now[i] != 0) {
                range.add(now[i] / old[i]);
            }
        }
        return range.relation(NORM_ERROR);
    }

    /** {@code W' = W / (u . M v)}. */
    private Optional<Relation> divided(Recipe.SpectralNorm norm) throws IOException, UndefinedWeightException {
        if (!isSame(pair.old().task().tensor(), norm.original(), null)) {
            return Optional.empty();
        }
        EffectiveEntries entries =
                EffectiveEntries.of(pair.now().task(), pair.now().storage());
        if (entries.sigmaUsed() == null) {
            return Optional.empty();
        }
        Range range = new Range();
        range.add(1 / entries.sigmaUsed().value());
        return range.relation(entries.error() + NORM_ERROR)
                .map(found -> new Relation(found.low(), found.high(), 0, entries.sigmaUsed()));
    }

    /** {@code W' = c W + E}, every entry of W' that of {@code c W}, rounded once to the stored type. */
    private Optional<Relation> rounded() throws IOException, UndefinedWeightException {
        StoredTensor plain = pair.now().task().tensor();
        EffectiveEntries old = EffectiveEntries.of(pair.old().task(), pair.old().storage());
        Shape whole = Shape.of(plain.shape().elements());
        SliceNorms rest = new SliceNorms(whole, null);
        SliceNorms all = new SliceNorms(whole, null);
        try (Elements now = pair.now().open(plain)) {
            old.forEach(new Difference(now, plain, rest, all));
        }
        double norm = all.norm(0);
        double entries = Math.sqrt((double) plain.shape().elements());
        double computing = (old.error() + 0x1p-50) * (norm + rest.norm(0)) + entries * Double.MIN_VALUE;
        double off = (rest.norm(0) + computing) * (1 + 0x1p-40);
        double unit = plain.dtype().unitRoundoff();
        double most = 1.01 * (unit / (1 - unit) * norm + 0.5 * plain.dtype().smallest() * entries + 2 * computing);
        return off <= most && Double.isFinite(norm)
                ? Optional.of(new Relation(pair.factor(), pair.factor(), off, old.sigmaUsed()))
                : Optional.empty();
    }

    private final class Difference implements EffectiveEntries.Taker {
        private final Elements now;
        private final StoredTensor plain;
        private final SliceNorms rest;
        private final SliceNorms all;
        private long done;
        private byte[] stored = new byte[0];
        private double[] written = new double[0];

        /**
         * @param now entries of the new matrix
         * @param rest takes what rounding did
         * @param all takes the new entries
         */
        Difference(Elements now, StoredTensor plain, SliceNorms rest, SliceNorms all) {
            this.now = now;
            this.plain = plain;
            this.rest = rest;
            this.all = all;
        }

        @Override
        public void take(double[] values, int count) throws IOException {
            if (written.length < count) {
                stored = new byte[count * plain.dtype().bytes()];
                written = new double[count];
            }
            now.read(done, count, stored);
            Decoder.decode(plain.dtype(), stored, 0, written, 0, count);
            all.add(written, count, done);
            for (int i = 0; i < count; i++) {
                written[i] -= pair.factor() * values[i];
            }
            rest.add(written, count, done);
            done += count;
        }
    }

    private static SliceNorms norms(Recipe.WeightNorm norm) {
        return new SliceNorms(norm.v().shape(), norm.dim() == Recipe.WeightNorm.WHOLE ? null : norm.dim());
    }

    private static double[] values(Pair.Matrix matrix, StoredTensor part) throws IOException {
        return new StoredValues(matrix.storage(), matrix.task().files()).all(part);
    }

    /**
     * Whether a part of the old matrix and one of the new one have the same elements, byte for byte.
     *
     * @param norms takes them in; null if nobody wants them
     */
    private boolean isSame(StoredTensor old, StoredTensor now, @Nullable SliceNorms norms) throws IOException {
        if (old.dtype() != now.dtype() || !old.shape().equals(now.shape())) {
            return false;
        }
        long elements = now.shape().elements();
        int most = (int) Math.min(PIECE, elements);
        byte[] left = new byte[most * now.dtype().bytes()];
        byte[] right = new byte[left.length];
        double[] values = new double[norms == null ? 0 : most];
        try (Elements one = pair.old().open(old);
                Elements other = pair.now().open(now)) {
            for (long first = 0; first < elements; first += most) {
                int count = (int) Math.min(most, elements - first);
                one.read(first, count, left);
                other.read(first, count, right);
                int bytes = count * now.dtype().bytes();
                if (!Arrays.equals(left, 0, bytes, right, 0, bytes)) {
                    return false;
                }
                if (norms != null) {
                    Decoder.decode(now.dtype(), right, 0, values, 0, count);
                    norms.add(values, count, first);
                }
            }
        }
        return true;
    }

    /** Absolute values of the entries of a diagonal matrix. */
    private static final class Range {
        private double low = Double.POSITIVE_INFINITY;
        private double high;
        private boolean finite = true;

        void add(double entry) {
            low = Math.min(low, Math.abs(entry));
            high = Math.max(high, Math.abs(entry));
            finite &= Double.isFinite(entry);
        }

        /** @param error bound on the relative error of every entry; without any, all of the matrix is zero */
        Optional<Relation> relation(double error) {
            if (high == 0 && finite && low != 0) {
                return Optional.of(Relation.IDENTITY);
            }
            double least = low * (1 - 2 * error);
            double most = high * (1 + 2 * error);
            return finite && least > 0 && Double.isFinite(most)
                    ? Optional.of(new Relation(least, most, 0, null))
                    : Optional.empty();
        }
    }
}
