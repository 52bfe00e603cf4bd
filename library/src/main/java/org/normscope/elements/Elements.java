package org.normscope.elements;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.normscope.tensor.Shape;

/**
 * The elements of one stored tensor, wherever they lie: packed, little-endian, in row-major order. Many threads may share it.
 */
public abstract class Elements implements Closeable {
    private final Shape shape;
    private final int bytes;

    /** @param bytes of an element */
    Elements(Shape shape, int bytes) {
        this.shape = shape;
        this.bytes = bytes;
    }

    Shape shape() {
        return shape;
    }

    int bytes() {
        return bytes;
    }

    /**
     * Reads elements that follow each other in row-major order.
     *
     * @param first index of the first one, all dimensions flattened
     * @param count how many
     * @param target Modified: {@code count} elements from its beginning on
     * @throws IOException if the storage fails
     */
    public final void read(long first, int count, byte[] target) throws IOException {
        int at = 0;
        for (Box box : Box.ofRange(shape.dims(), first, count)) {
            read(box, target, at);
            at += Math.toIntExact(box.elements() * bytes);
        }
    }

    /**
     * Reads a rectangle of the matrix that dimension 0 and all others, flattened, make.
     *
     * @param target Modified: the rectangle's rows, one behind the other, from its beginning on
     * @throws IOException if the storage fails
     */
    public final void read(Rectangle part, byte[] target) throws IOException {
        long width = shape.rank() < 2 ? 1 : shape.columns();
        if (part.cols() == width) {
            read(part.row() * width, Math.multiplyExact(part.rows(), part.cols()), target);
        } else if (shape.rank() == 2) {
            read(new Box(List.of(part.row(), part.col()), List.of((long) part.rows(), (long) part.cols())), target, 0);
        } else {
            byte[] line = new byte[part.cols() * bytes];
            for (int i = 0; i < part.rows(); i++) {
                read((part.row() + i) * width + part.col(), part.cols(), line);
                System.arraycopy(line, 0, target, i * line.length, line.length);
            }
        }
    }

    /**
     * A part of a matrix.
     *
     * @param row its first row
     * @param rows how many
     * @param col its first column
     * @param cols how many
     */
    public record Rectangle(long row, int rows, long col, int cols) {}

    /** Reads a box, packed, to {@code at} bytes behind the target's beginning. */
    abstract void read(Box box, byte[] target, int at) throws IOException;

    @Override
    public void close() throws IOException {}
}
