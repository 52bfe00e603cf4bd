package org.normscope.audit.pass;

import java.io.IOException;
import java.io.Serializable;
import org.normscope.audit.effective.ReadFailure;
import org.normscope.audit.plan.AuditTask;
import org.normscope.elements.Elements;
import org.normscope.kernel.Decoder;
import org.normscope.matrix.MatrixShape;
import org.normscope.storage.Storage;

/**
 * A stored tensor as square blocks of doubles, read one row of blocks at a time; blocks at the lower and right edge are smaller.
 *
 * @param storage where the file lies; can be sent to other machines
 * @param task the tensor, of a decoded type, with entries
 * @param blockSize rows and columns of a block, at least 1
 */
public record TensorBlocks(Storage storage, AuditTask task, int blockSize) implements Serializable {
    /** Entries that are read at once. */
    private static final int STRETCH = 1 << 20;

    /** Rows of blocks. */
    public int down() {
        return blocks(task.shape().rows());
    }

    /** Blocks in a row of them. */
    public int across() {
        return blocks(task.shape().cols());
    }

    private int blocks(long length) {
        return Math.toIntExact((length + blockSize - 1) / blockSize);
    }

    /** Rows of matrix in a row of blocks. */
    public int rows(int down) {
        return (int) Math.min(blockSize, task.shape().rows() - (long) down * blockSize);
    }

    /** Columns of a block at this place in its row of blocks. */
    public int cols(int across) {
        return (int) Math.min(blockSize, task.shape().cols() - (long) across * blockSize);
    }

    /**
     * Reads a row of blocks: each block's entries, row after row.
     *
     * @throws IOException if the storage fails; the message names the file
     * @throws ArithmeticException if a block has more than 2^31 entries
     */
    public double[][] read(int down) throws IOException {
        double[][] blocks = new double[across()][];
        for (int j = 0; j < blocks.length; j++) {
            blocks[j] = new double[Math.multiplyExact(rows(down), cols(j))];
        }
        try (Elements elements = task.files().open(storage, task.tensor())) {
            long from = (long) down * blockSize * task.shape().cols();
            long end = from + rows(down) * task.shape().cols();
            for (long at = from; at < end; at += STRETCH) {
                int count = (int) Math.min(STRETCH, end - at);
                distribute(stretch(elements, at, count), at - from, blocks);
            }
        } catch (IOException e) {
            throw new IOException(ReadFailure.reason(storage, task, e), e);
        }
        return blocks;
    }

    private double[] stretch(Elements elements, long element, int count) throws IOException {
        int size = task.tensor().dtype().bytes();
        byte[] stored = new byte[count * size];
        elements.read(element, count, stored);
        double[] values = new double[count];
        Decoder.decode(task.tensor().dtype(), stored, 0, values, 0, count);
        return values;
    }

    /** @param first place of the first value within the row of blocks, all its rows end to end */
    private void distribute(double[] values, long first, double[][] blocks) {
        MatrixShape shape = task.shape();
        int done = 0;
        while (done < values.length) {
            long row = (first + done) / shape.cols();
            long col = (first + done) % shape.cols();
            int across = (int) (col / blockSize);
            int within = (int) (col % blockSize);
            int count = Math.min(cols(across) - within, values.length - done);
            System.arraycopy(values, done, blocks[across], (int) row * cols(across) + within, count);
            done += count;
        }
    }
}
