package org.normscope.tensor;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/** How the elements of a tensor lie in the files of its checkpoint: places only, no data. Files are indices into {@link Checkpoint#files()}. */
public sealed interface Layout extends Serializable {
    /** The order of the bytes of an element. */
    enum ByteOrder {
        LITTLE_ENDIAN,
        BIG_ENDIAN
    }

    /**
     * Elements at fixed distances: a contiguous tensor, a view, a transposed or expanded one.
     *
     * @param file the file they lie in
     * @param offset bytes from the start of that file to the first element
     * @param strides for every dimension, elements from one index to the next; not negative
     * @param order of the bytes of an element
     */
    record Strided(int file, long offset, List<Long> strides, ByteOrder order) implements Layout {
        /** Copies the list. */
        public Strided {
            strides = List.copyOf(strides);
        }

        @Override
        public Strided renumbered(IntUnaryOperator number) {
            return new Strided(number.applyAsInt(file), offset, strides, order);
        }
    }

    /**
     * Elements within the data of a deflate stream (RFC 1951).
     *
     * @param file the file it lies in
     * @param offset bytes from the start of that file to the stream
     * @param deflated bytes of the stream
     * @param inflated bytes of the data
     * @param within where the elements lie in the data, as if that were file 0
     */
    record Deflated(int file, long offset, long deflated, long inflated, Strided within) implements Layout {
        @Override
        public Deflated renumbered(IntUnaryOperator number) {
            return new Deflated(number.applyAsInt(file), offset, deflated, inflated, within);
        }
    }

    /**
     * Blocks of codes with scales among them, one after the other, along the last dimension, which holds whole blocks.
     *
     * @param file the file they lie in
     * @param offset bytes from the start of that file to the first block
     * @param code how a block is to be read
     */
    record Coded(int file, long offset, BlockCode code) implements Layout {
        @Override
        public Coded renumbered(IntUnaryOperator number) {
            return new Coded(number.applyAsInt(file), offset, code);
        }
    }

    /**
     * Elements that nobody here decodes; listed, never read.
     *
     * @param file the file they lie in
     * @param offset bytes from the start of that file to the first of them
     * @param bytes that they take
     * @param type the word that the file has for their type
     */
    record Opaque(int file, long offset, long bytes, String type) implements Layout {
        @Override
        public Opaque renumbered(IntUnaryOperator number) {
            return new Opaque(number.applyAsInt(file), offset, bytes, type);
        }
    }

    /**
     * Boxes that cover the tensor, each element once.
     *
     * @param boxes at least one
     */
    record Boxes(List<Box> boxes) implements Layout {
        /** Copies the list. */
        public Boxes {
            boxes = List.copyOf(boxes);
        }

        @Override
        public long offset() {
            return boxes.get(0).layout.offset();
        }

        @Override
        public Boxes renumbered(IntUnaryOperator number) {
            List<Box> renumbered = new ArrayList<>();
            boxes.forEach(box -> renumbered.add(new Box(box.start, box.shape, box.layout.renumbered(number))));
            return new Boxes(renumbered);
        }
    }

    /**
     * A part of a tensor.
     *
     * @param start index of its first element, one per dimension
     * @param shape its extent
     * @param layout how its elements lie
     */
    record Box(List<Long> start, Shape shape, Layout layout) implements Serializable {
        /** Copies the list. */
        public Box {
            start = List.copyOf(start);
        }
    }

    /** Row-major and without gaps, little-endian. */
    static Strided contiguous(int file, long offset, Shape shape) {
        return new Strided(file, offset, rowMajor(shape), ByteOrder.LITTLE_ENDIAN);
    }

    /** The strides of a row-major tensor without gaps, in elements. */
    static List<Long> rowMajor(Shape shape) {
        Long[] strides = new Long[shape.rank()];
        long stride = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape.dims().get(i));
        }
        return List.of(strides);
    }

    /** The same in a checkpoint that numbers its files otherwise. */
    Layout renumbered(IntUnaryOperator number);

    /** Bytes from the start of its file to the first element, or to the stream or block that has it. */
    long offset();

    /** The files that hold elements, in ascending order; never empty. */
    default Collection<Integer> files() {
        Set<Integer> files = new TreeSet<>();
        renumbered(file -> {
            files.add(file);
            return file;
        });
        return files;
    }
}
