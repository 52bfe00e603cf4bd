package org.normscope.format.numpy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.normscope.format.HeaderInput;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;

/**
 * The header of an array (<a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>), versions
 * 1 to 3: magic bytes, version, length, and a Python dictionary that is read as data.
 *
 * @param shape dimensions, outermost first, whatever the order of the elements
 * @param data bytes from the start of the array's file to its elements
 * @param bytes that they take
 */
record NpyHeader(Descr descr, Shape shape, boolean isFortran, long data, long bytes) {
    static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);

    /** Longest dictionary that is read; those of plain arrays have about a hundred characters. */
    static final int LONGEST = 65_535;

    /** Bytes before the longest dictionary. */
    static final int PREFIX = 12;

    private static final int MOST_DIMS = 64;

    /** Reads the header at the start of a file. */
    static NpyHeader read(HeaderInput in) throws BadCheckpointException, IOException {
        Position start = in.here();
        byte[] magic = in.bytes((int) Math.min(MAGIC.length, in.left()));
        start.require(
                java.util.Arrays.equals(magic, MAGIC), "not an array of numpy's: it doesn't begin with \\x93NUMPY");
        int major = in.u8();
        int minor = in.u8();
        start.require(
                major >= 1 && major <= 3 && minor == 0,
                "npy version %d.%d; 1.0, 2.0 and 3.0 are read, save it again",
                major,
                minor);
        long length = major == 1 ? in.u16() : in.u32();
        start.require(
                length <= LONGEST && length <= in.left(),
                "a header of %d bytes, more than %d; damaged or truncated",
                length,
                Math.min(LONGEST, in.left()));
        Position dictionary = in.here();
        String text = in.text((int) length, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return of(new PythonDict(text, dictionary).read(), dictionary, in.position());
    }

    private static NpyHeader of(PythonDict.Entries entries, Position here, long data) throws BadCheckpointException {
        String shown = Printable.quoted(entries.descr());
        Optional<Descr> known = Descr.parse(entries.descr());
        here.require(known.isPresent(), "elements of type %s are not read; save plain numbers", shown);
        Descr descr = known.orElseThrow();
        here.require(
                !descr.isObject(),
                "an array of Python objects (%s): it would have to be unpickled, which Normscope never does",
                shown);
        here.require(entries.shape().size() <= MOST_DIMS, "more than %d dimensions", MOST_DIMS);
        try {
            Shape shape = new Shape(entries.shape());
            long bytes = Math.multiplyExact(shape.elements(), descr.bytes());
            return new NpyHeader(descr, shape, entries.isFortran(), data, bytes);
        } catch (ArithmeticException e) {
            throw here.because("an array %s of %s exceeds 2^63 - 1 bytes", entries.shape(), shown);
        }
    }

    DType dtype() {
        return descr.dtype();
    }

    /**
     * How the elements lie.
     *
     * @param offset bytes from the start of file 0 to them
     */
    Layout layout(long offset) {
        if (dtype() == DType.OPAQUE) {
            return new Layout.Opaque(0, offset, bytes, descr.text());
        }
        return strided(offset);
    }

    /** How elements of a decoded type lie. */
    Layout.Strided strided(long offset) {
        return new Layout.Strided(0, offset, isFortran ? columnMajor() : Layout.rowMajor(shape), descr.order());
    }

    private List<Long> columnMajor() {
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (long dim : shape.dims()) {
            strides.add(stride);
            stride *= Math.max(1, dim);
        }
        return strides;
    }
}
