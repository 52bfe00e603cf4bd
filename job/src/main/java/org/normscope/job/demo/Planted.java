package org.normscope.job.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/**
 * A matrix whose spectral norm is known in closed form, for its stored entries: each is exact in bfloat16.
 *
 * @param name of the tensor
 * @param shape of the tensor, dimension 0 down
 * @param norm the true spectral norm, rounded to a double
 * @param why it is that
 * @param entry the entries of the 2-D view
 */
public record Planted(String name, Shape shape, double norm, String why, Entry entry) {
    private static final double GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;
    private static final Planted ORTHOGONAL = new Planted(
            "orthogonal.weight",
            Shape.of(1024, 1024),
            1,
            "orthogonal: a Hadamard matrix over 32",
            (row, col) -> hadamard(row, col) / 32);
    private static final Planted GOLDEN = new Planted(
            "golden.weight",
            Shape.of(512, 512),
            GOLDEN_RATIO,
            "[1 1; 0 1], of norm (1 + root 5) / 2, times an orthogonal matrix",
            (row, col) -> row >= 256 && col < 256 ? 0 : hadamard(row % 256, col % 256) / 16);
    private static final Planted PATH = new Planted(
            "path.weight",
            Shape.of(1000, 1000),
            2 * Math.cos(Math.PI / 1001),
            "a path of 1000 nodes: 2 cos(pi / 1001), the next norm within 0.002 %",
            (row, col) -> Math.abs(row - col) == 1 ? 1 : 0);
    private static final Planted RANK_ONE = new Planted(
            "rank_one.weight", Shape.of(4096, 256), 3, "rank one: 3 / 1024 everywhere", (row, col) -> 3.0 / 1024);
    private static final Planted OUTLIER = new Planted(
            "outlier.weight",
            Shape.of(768, 768),
            7.5,
            "diagonal: ones, one 7.5, and a row of zeros",
            (row, col) -> row != col || row == 767 ? 0 : row == 300 ? 7.5 : 1);
    private static final Planted CONVOLUTION = new Planted(
            "conv.weight",
            Shape.of(64, 64, 3, 3),
            3,
            "a convolution whose 64 filters are orthogonal, of length 3",
            (row, col) -> hadamard(row, col / 9) / 8);
    private static final Planted TINY = new Planted(
            "tiny.weight",
            Shape.of(64, 256),
            0x1p-96,
            "orthogonal rows of length 2^-96",
            (row, col) -> hadamard(row, col) * 0x1p-100);
    private static final Planted ZERO =
            new Planted("zero.weight", Shape.of(128, 32), 0, "nothing but zeros", (row, col) -> 0);

    /** The entry of a matrix. */
    interface Entry {
        double at(int row, int col);
    }

    /** All matrices of the demo. */
    public static List<Planted> all() {
        return List.of(ORTHOGONAL, GOLDEN, PATH, RANK_ONE, OUTLIER, CONVOLUTION, TINY, ZERO);
    }

    /** Sylvester's Hadamard matrix: rows of plus and minus one, each orthogonal to every other. */
    private static double hadamard(int row, int col) {
        return Integer.bitCount(row & col) % 2 == 0 ? 1 : -1;
    }

    /** The tensor as a file holds it, in BF16. */
    SafetensorsWriter.Part part() {
        return new SafetensorsWriter.Part(name, DType.BF16, shape, this::write);
    }

    private void write(OutputStream out) throws IOException {
        int rows = Math.toIntExact(shape.rows());
        int cols = Math.toIntExact(shape.columns());
        byte[] line = new byte[2 * cols];
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                int bits = bfloat16(entry.at(row, col));
                line[2 * col] = (byte) bits;
                line[2 * col + 1] = (byte) (bits >> 8);
            }
            out.write(line);
        }
    }

    static int bfloat16(double value) {
        int bits = Float.floatToRawIntBits((float) value);
        if ((float) value != value || (bits & 0xffff) != 0) {
            throw new IllegalArgumentException(value + " is not exact in bfloat16");
        }
        return bits >>> 16;
    }
}
