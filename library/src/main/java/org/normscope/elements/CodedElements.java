package org.normscope.elements;

import java.io.IOException;
import java.util.List;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;

/** Elements that lie in blocks of codes: whole blocks are read, and of the decoded weights those that are wanted. */
final class CodedElements extends Elements {
    /** Blocks that are held at once. */
    private static final int MOST_BLOCKS = 1 << 12;

    private final RangeReader file;
    private final Layout.Coded layout;

    /** @param file closed with this */
    CodedElements(RangeReader file, Layout.Coded layout, Shape shape) {
        super(shape, layout.code().decoded().bytes());
        this.file = file;
        this.layout = layout;
    }

    @Override
    void read(Box box, byte[] target, int at) throws IOException {
        if (box.elements() > 0) {
            readBelow(0, 0, box, target, at);
        }
    }

    /**
     * Reads what lies below a dimension, row after row; rows without a gap between them in one go.
     *
     * @param first index of the first element below it, all dimensions flattened
     * @return bytes that were filled
     */
    private int readBelow(int dim, long first, Box box, byte[] target, int at) throws IOException {
        if (dim == shape().rank()) {
            return readRun(first, 1, target, at);
        }
        long inner = Layout.rowMajor(shape()).get(dim);
        long begin = first + box.start().get(dim) * inner;
        if (isWholeBelow(dim, box)) {
            return readRun(begin, box.sizes().get(dim) * inner, target, at);
        }
        int filled = 0;
        for (long i = 0; i < box.sizes().get(dim); i++) {
            filled += readBelow(dim + 1, begin + i * inner, box, target, at + filled);
        }
        return filled;
    }

    private boolean isWholeBelow(int dim, Box box) {
        List<Long> dims = shape().dims();
        return box.sizes().subList(dim + 1, dims.size()).equals(dims.subList(dim + 1, dims.size()));
    }

    private int readRun(long first, long count, byte[] target, int at) throws IOException {
        BlockCode code = layout.code();
        int weights = code.weights();
        long end = first + count;
        byte[] blocks = new byte
                [Math.toIntExact(Math.min(MOST_BLOCKS, (end - 1) / weights - first / weights + 1) * code.bytes())];
        byte[] decoded = new byte[blocks.length / code.bytes() * weights * bytes()];
        int filled = 0;
        for (long element = first; element < end; ) {
            long block = element / weights;
            int some = (int) Math.min(blocks.length / code.bytes(), (end - 1) / weights - block + 1);
            file.readFully(layout.offset() + block * code.bytes(), blocks, 0, some * code.bytes());
            BlockDecoder.decode(code, blocks, some, decoded);
            int skipped = (int) (element - block * weights);
            int wanted = (int) Math.min(end - element, (long) some * weights - skipped);
            System.arraycopy(decoded, skipped * bytes(), target, at + filled, wanted * bytes());
            filled += wanted * bytes();
            element += wanted;
        }
        return filled;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
