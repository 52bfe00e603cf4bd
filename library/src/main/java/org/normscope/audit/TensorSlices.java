package org.normscope.audit;

import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.SlabOrder;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.kernel.Decoder;
import org.normscope.matrix.SumTree;
import org.normscope.storage.Storage;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.weightnorm.SliceNorms;

/**
 * The norms of the slices of one stored tensor along any of its dimensions, or of the whole: read part by part, wherever that is done,
 * and merged in an order that tensor and block size fix. NaN and infinite entries make the norms of their slices NaN or infinite.
 */
public final class TensorSlices implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int TILE = 1 << 13;
    /** Entries that are read at once. */
    private static final int STRETCH = 1 << 20;

    /** Bytes that the sum of one slice takes on its way. */
    private static final int SUM_BYTES = 40;

    private final Storage storage;
    private final TensorFiles files;
    private final StoredTensor tensor;
    private final @Nullable Integer dim;
    private final long blockBytes;

    /**
     * @param storage where the file lies; can be sent to other machines if the parts are read there
     * @param files that it lies in
     * @param dim the dimension whose slices are measured, 0 to rank - 1; null for the whole tensor
     * @param blockBytes bytes of a part, at least 4096
     * @throws IllegalArgumentException if the tensor has no such dimension, or isn't of floating point numbers that are decoded
     */
    public TensorSlices(
            Storage storage, TensorFiles files, StoredTensor tensor, @Nullable Integer dim, long blockBytes) {
        if (tensor.dtype().kind() != DType.Kind.FLOAT) {
            throw new IllegalArgumentException(tensor.name() + ": " + tensor.dtype() + " is not decoded");
        }
        if (blockBytes < 4096) {
            throw new IllegalArgumentException("blocks must have at least 4096 bytes, not " + blockBytes);
        }
        this.storage = storage;
        this.files = files;
        this.tensor = tensor;
        this.dim = dim;
        this.blockBytes = blockBytes;
        none();
    }

    private SliceNorms none() {
        return new SliceNorms(tensor.shape(), dim);
    }

    private long partElements() {
        return blockBytes / tensor.dtype().bytes();
    }

    private SumTree tree() {
        long parts = (tensor.shape().elements() + partElements() - 1) / partElements();
        return SumTree.of(Math.toIntExact(Math.max(1, parts)), Math.multiplyExact(SUM_BYTES, none().slices()));
    }

    /** Bundles of neighbouring parts: units of work, at least 1. */
    public int bundles() {
        return tree().bundles();
    }

    /**
     * Reads one bundle, each byte once.
     *
     * @throws IOException if the storage fails
     */
    public SliceNorms bundle(int index) throws IOException {
        SumTree tree = tree();
        SliceNorms sum = none();
        try (Elements elements = files.open(storage, tensor)) {
            for (int part = tree.first(index); part < tree.first(index) + tree.size(index); part++) {
                sum.merge(part(elements, part));
            }
        }
        return sum;
    }

    private SliceNorms part(Elements elements, int part) throws IOException {
        SliceNorms norms = none();
        long end = Math.min(tensor.shape().elements(), (part + 1L) * partElements());
        int bytes = tensor.dtype().bytes();
        byte[] stored = new byte[(int) Math.min(STRETCH, partElements()) * bytes];
        double[] values = new double[TILE];
        for (long start = part * partElements(); start < end; start += STRETCH) {
            int count = (int) Math.min(STRETCH, end - start);
            elements.read(start, count, stored);
            for (int from = 0; from < count; from += TILE) {
                int tile = Math.min(TILE, count - from);
                Decoder.decode(tensor.dtype(), stored, from * bytes, values, 0, tile);
                norms.add(values, tile, start + from);
            }
        }
        return norms;
    }

    /**
     * Reads the tensor in this process.
     *
     * @param order who reads bundles, how many at a time; the same bits whoever does
     * @throws IOException if the storage fails
     */
    public SliceNorms norms(SlabOrder order) throws IOException {
        SliceNorms sum = none();
        order.forEach(bundles(), this::bundle, sum::merge);
        return sum;
    }
}
