package org.normscope.audit.effective;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.SigmaUsed;
import org.normscope.elements.Elements;
import org.normscope.elements.Elements.Rectangle;
import org.normscope.elements.TensorFiles;
import org.normscope.kernel.Scaling;
import org.normscope.kernel.Slab;
import org.normscope.matrix.MatrixShape;
import org.normscope.storage.Storage;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Recipe;

/**
 * The entries of an effective weight: what the file stores of it, times the factors that an audit puts on it. Rows are those of
 * dimension 0, whichever becomes rows in the audit.
 */
public final class EffectiveEntries {
    /** Entries that are held at once. */
    private static final int PIECE = 1 << 18;

    private final AuditTask task;
    private final StoredTensor entries;
    private final Storage storage;

    private EffectiveEntries(AuditTask task, StoredTensor entries, Storage storage) {
        this.task = task;
        this.entries = entries;
        this.storage = storage;
    }

    /** A weight that its stored numbers don't define, in words. */
    public static final class UndefinedWeightException extends Exception {
        private static final long serialVersionUID = 1L;

        UndefinedWeightException(String message) {
            super(message);
        }
    }

    /** Takes entries in, in order. */
    @FunctionalInterface
    public interface Taker {
        /**
         * @param values {@code count} entries, from 0 on. Not to be kept.
         * @throws IOException if they can't be taken
         */
        void take(double[] values, int count) throws IOException;
    }

    /**
     * Finds the factors: reads vectors and scales, and the entries once where a norm of them is a factor.
     *
     * @param task a weight that is made of tensors of decoded types
     * @throws UndefinedWeightException if the stored numbers define no weight
     * @throws IOException if the storage fails; the message names the file
     */
    public static EffectiveEntries of(AuditTask task, Storage storage) throws UndefinedWeightException, IOException {
        try {
            AuditTask prepared = Preparation.of(task, storage);
            return new EffectiveEntries(prepared, entries(prepared), storage);
        } catch (IOException e) {
            throw new IOException(ReadFailure.reason(storage, task, e), e);
        }
    }

    /** Bound on the relative error of every entry: that of its factors, and one multiplication; 0 where nothing is multiplied. */
    public double error() {
        return task.scalingError();
    }

    /** What torch's spectral norm divides by; null for other weights. */
    public @Nullable SigmaUsed sigmaUsed() {
        return task.made() == null ? null : task.made().sigmaUsed();
    }

    /**
     * The magnitudes that torch's weight norm has for a stored tensor: the Euclidean norms of its slices, by the same sums that weights
     * under weight norm are made with. NaN and infinite entries make those of their slices NaN or infinite.
     *
     * @param files that it lies in
     * @param tensor of a decoded type
     * @param dim the dimension whose slices are measured, 0 to rank - 1; null for the whole tensor
     * @throws IOException if the storage fails
     */
    public static double[] magnitudes(Storage storage, TensorFiles files, StoredTensor tensor, @Nullable Integer dim)
            throws IOException {
        return Preparation.norms(new StoredValues(storage, files), tensor, dim).norms();
    }

    /** What is read; an audit may have another dimension of it first. */
    private static StoredTensor entries(AuditTask task) {
        EffectiveWeight weight = task.weight();
        if (weight != null && weight.recipe() instanceof Recipe.SpectralNorm norm) {
            return norm.original();
        }
        if (weight != null && weight.recipe() instanceof Recipe.Plain plain && plain.rowDim() > 0) {
            return plain.tensor();
        }
        return task.tensor();
    }

    /**
     * Shows all entries, row-major in the weight's shape, in memory that doesn't grow with it.
     *
     * @throws IOException if the storage fails, or the taker
     */
    public void forEach(Taker taker) throws IOException {
        MatrixShape shape = MatrixShape.of(entries.shape());
        if (shape.isEmpty()) {
            return;
        }
        int width = (int) Math.min(shape.cols(), PIECE);
        int height = (int) Math.min(shape.rows(), Math.max(1, PIECE / shape.cols()));
        try (Elements elements = task.files().open(storage, entries)) {
            Reading reading = new Reading(elements, taker, Math.multiplyExact(height, width));
            for (long row = 0; row < shape.rows(); row += height) {
                int rows = (int) Math.min(height, shape.rows() - row);
                for (long col = 0; col < shape.cols(); col += width) {
                    reading.show(new Rectangle(row, rows, col, (int) Math.min(width, shape.cols() - col)));
                }
            }
        }
    }

    private final class Reading {
        private final Elements elements;
        private final Taker taker;
        private final double[] values;
        private byte[] stored = new byte[0];

        /** @param most entries that are shown at once */
        Reading(Elements elements, Taker taker, int most) {
            this.elements = elements;
            this.taker = taker;
            this.values = new double[most];
        }

        /** @param part whole rows, or a part of one */
        void show(Rectangle part) throws IOException {
            int count = Math.multiplyExact(part.rows(), part.cols());
            if (stored.length != count * entries.dtype().bytes()) {
                stored = new byte[count * entries.dtype().bytes()];
            }
            try {
                elements.read(part, stored);
            } catch (IOException e) {
                throw new IOException(ReadFailure.reason(storage, task, e), e);
            }
            new Slab(stored, entries.dtype(), part.rows(), part.cols())
                    .scaled(scaling(part))
                    .forEachTile(
                            1,
                            (tile, first, lines) ->
                                    System.arraycopy(tile, 0, values, first * part.cols(), lines * part.cols()));
            taker.take(values, count);
        }

        private Scaling.@Nullable Tiles scaling(Rectangle part) {
            return task.made() == null ? null : task.made().scaling().rows(part.row(), part.col());
        }
    }
}
