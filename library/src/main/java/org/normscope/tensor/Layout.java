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
        public Strided slice(long index, Shape shape, DType dtype) {
            long place = offset + index * strides.get(0) * dtype.bytes();
            return new Strided(file, place, strides.subList(1, strides.size()), order);
        }

        @Override
        public Strided withFirst(int dim) {
            return new Strided(file, offset, Layout.withFirst(strides, dim), order);
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
     * @param crc CRC-32 of the data
     * @param within where the elements lie in the data, as if that were file 0
     */
    record Deflated(int file, long offset, long deflated, long inflated, long crc, Strided within) implements Layout {
        @Override
        public Deflated slice(long index, Shape shape, DType dtype) {
            return new Deflated(file, offset, deflated, inflated, crc, within.slice(index, shape, dtype));
        }

        @Override
        public Deflated withFirst(int dim) {
            return new Deflated(file, offset, deflated, inflated, crc, within.withFirst(dim));
        }

        @Override
        public Deflated renumbered(IntUnaryOperator number) {
            return new Deflated(number.applyAsInt(file), offset, deflated, inflated, crc, within);
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
        public Coded slice(long index, Shape shape, DType dtype) {
            return new Coded(file, offset + index * shape.columns() / code.weights() * code.bytes(), code);
        }

        @Override
        public Coded withFirst(int dim) {
            if (dim == 0) {
                return this;
            }
            throw new UnsupportedOperationException(code + " lies along the last dimension");
        }

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
        public Opaque slice(long index, Shape shape, DType dtype) {
            return this;
        }

        @Override
        public Opaque withFirst(int dim) {
            return this;
        }

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
        public Boxes slice(long index, Shape shape, DType dtype) {
            List<Box> slices = new ArrayList<>();
            for (Box box : boxes) {
                long within = index - box.start.get(0);
                if (within >= 0 && within < box.shape.rows()) {
                    List<Long> rest = box.start.subList(1, box.start.size());
                    slices.add(new Box(rest, box.shape.slice(), box.layout.slice(within, box.shape, dtype)));
                }
            }
            return new Boxes(slices);
        }

        @Override
        public Boxes withFirst(int dim) {
            List<Box> moved = new ArrayList<>();
            for (Box box : boxes) {
                Shape shape = new Shape(Layout.withFirst(box.shape.dims(), dim));
                moved.add(new Box(Layout.withFirst(box.start, dim), shape, box.layout.withFirst(dim)));
            }
            return new Boxes(moved);
        }

        @Override
        public Boxes renumbered(IntUnaryOperator number) {
            List<Box> renumbered = new ArrayList<>();
            boxes.forEach(box -> renumbered.add(new Box(box.start, box.shape, box.layout.renumbered(number))));
            return new Boxes(renumbered);
        }
    }

    /**
     * Doubles that are computed: {@code base + factor B A}, or with {@code (B A)ᵀ}; each entry is the exact value, rounded.
     *
     * @param base of decoded elements
     * @param a r x n; further dimensions flattened
     * @param b m x r; further dimensions are 1
     * @param factor of the product
     * @param orientation how the product is added
     */
    record LowRankSum(StoredTensor base, StoredTensor a, StoredTensor b, double factor, Orientation orientation)
            implements Layout {
        /** How the product is added. */
        public enum Orientation {
            /** B A. */
            AS_IT_IS,
            /** Its transpose, to a base that is stored as inputs x outputs. */
            TRANSPOSED
        }

        @Override
        public LowRankSum slice(long index, Shape shape, DType dtype) {
            throw new UnsupportedOperationException("a sum is no stack");
        }

        @Override
        public LowRankSum withFirst(int dim) {
            if (dim == 0) {
                return this;
            }
            throw new UnsupportedOperationException("a sum has its rows first");
        }

        @Override
        public LowRankSum renumbered(IntUnaryOperator number) {
            return new LowRankSum(
                    base.renumbered(number), a.renumbered(number), b.renumbered(number), factor, orientation);
        }

        @Override
        public long offset() {
            return base.offset();
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

    /**
     * How one index of dimension 0 lies.
     *
     * @param index from 0 on
     * @param shape of the whole tensor, of at least two dimensions
     * @param dtype of its elements
     */
    Layout slice(long index, Shape shape, DType dtype);

    /**
     * The same elements with dimension {@code dim} moved to the front.
     *
     * @throws UnsupportedOperationException if blocks of codes lie along the last dimension
     */
    Layout withFirst(int dim);

    /** The entries with the one at {@code dim} moved to the front. */
    static <T> List<T> withFirst(List<T> entries, int dim) {
        List<T> moved = new ArrayList<>(entries);
        moved.add(0, moved.remove(dim));
        return List.copyOf(moved);
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
