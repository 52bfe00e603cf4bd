package org.normscope.format.gguf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.normscope.format.HeaderInput;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * What a file says of a tensor; its blocks are whole and its size fits a {@code long}.
 *
 * @param place where it says so
 * @param shape dimensions, outermost first: the file has them in reverse
 * @param offset bytes from the start of the data
 * @param bytes that it takes
 */
record TensorInfo(Position place, String name, Shape shape, GgmlType type, long offset, long bytes) {
    /** Bytes of the shortest description: a name without characters, a scalar. */
    static final long SHORTEST = 2 * Long.BYTES + 2 * Integer.BYTES;

    private static final int LONGEST_NAME = 65_535;
    private static final int MOST_DIMS = 4;

    static TensorInfo read(HeaderInput in) throws BadCheckpointException, IOException {
        Position place = in.here();
        String name = Metadata.text(in, LONGEST_NAME, "a tensor's name");
        String shown = Printable.quoted(name);
        Shape shape = shape(in, place, shown);
        long id = in.u32();
        Optional<GgmlType> known = GgmlType.byId(id);
        place.require(
                known.isPresent(),
                "tensor %s is of type %d, which is unknown here; convert the file to a type that ggml still has",
                shown,
                id);
        GgmlType type = known.orElseThrow();
        long innermost = shape.rank() == 0 ? 1 : shape.dims().get(shape.rank() - 1);
        place.require(
                innermost % type.weights() == 0,
                "tensor %s: rows of %d elements are not whole blocks of %d (%s)",
                shown,
                innermost,
                type.weights(),
                type);
        return new TensorInfo(place, name, shape, type, in.i64(), bytes(place, shown, type, shape));
    }

    private static Shape shape(HeaderInput in, Position place, String shown)
            throws BadCheckpointException, IOException {
        long rank = in.u32();
        place.require(rank <= MOST_DIMS, "tensor %s has %d dimensions, GGUF has at most %d", shown, rank, MOST_DIMS);
        List<Long> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            long dim = in.i64();
            place.require(dim >= 0, "tensor %s has a dimension of %s", shown, Long.toUnsignedString(dim));
            dims.add(dim);
        }
        Collections.reverse(dims);
        try {
            return new Shape(dims);
        } catch (ArithmeticException e) {
            throw place.because("tensor %s: the product of the dimensions %s exceeds 2^63 - 1", shown, dims);
        }
    }

    private static long bytes(Position place, String shown, GgmlType type, Shape shape) throws BadCheckpointException {
        try {
            return type.bytes(shape.elements());
        } catch (ArithmeticException e) {
            throw place.because("tensor %s: %s elements of %s exceed 2^63 - 1 bytes", shown, shape, type);
        }
    }

    /**
     * Requires that it lies in the data, at a multiple of the alignment.
     *
     * @param room bytes of the data
     */
    void requireInside(long room, long alignment) throws BadCheckpointException {
        String shown = Printable.quoted(name);
        place.require(
                offset >= 0 && offset % alignment == 0,
                "the offset %s of tensor %s is not a multiple of %d",
                Long.toUnsignedString(offset),
                shown,
                alignment);
        place.require(
                offset <= room && bytes <= room - offset,
                "tensor %s has %d bytes at offset %d of the data, which has %d; truncated, download it again",
                shown,
                bytes,
                offset,
                room);
    }

    /** Bytes from the start of the data to its end; only if it lies in the data. */
    long end() {
        return offset + bytes;
    }

    /**
     * The tensor where it lies.
     *
     * @param dataStart bytes from the start of the file to the data
     */
    StoredTensor stored(long dataStart) {
        Optional<BlockCode> code = type.code();
        long place = dataStart + offset;
        Layout layout;
        if (code.isPresent()) {
            layout = new Layout.Coded(0, place, code.get());
        } else if (type.weights() > 1) {
            layout = new Layout.Opaque(0, place, bytes, type.name());
        } else {
            layout = Layout.contiguous(0, place, shape);
        }
        return new StoredTensor(name, type.dtype(), shape, layout);
    }
}
