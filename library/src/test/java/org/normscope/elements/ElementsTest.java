package org.normscope.elements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.elements.Elements.Rectangle;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.ByteOrder;
import org.normscope.tensor.Layout.Strided;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;

/** The oracle is the definition: element (i, j, ...) lies at offset + sum of index times stride. */
class ElementsTest {
    private static final int OFFSET = 3;
    private final MemoryStorage storage = new MemoryStorage();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void stridesOfAnyOrderGapAndRepetitionAreFollowed(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            Shape shape = shape(random);
            Strided layout = strided(random, shape);
            byte[] file = new byte[OFFSET + 2 * (int) (1 + reach(layout, shape))];
            random.nextBytes(file);
            storage.with("file", file);
            assertReads(tensor(shape, layout), definition(file, layout, shape), random);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void boxesInSeveralFilesMakeOneTensor(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            Shape shape = shape(random);
            byte[] expected = new byte[2 * (int) shape.elements()];
            random.nextBytes(expected);
            List<Layout.Box> boxes = new ArrayList<>();
            split(random, new Box(Collections.nCopies(shape.rank(), 0L), shape.dims()), 0, boxes, expected, shape);
            assertReads(tensor(shape, new Layout.Boxes(boxes)), expected, random);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void slicesAndMovedDimensionsAreThoseOfTheWhole(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            Shape shape = Shape.of(random.longs(2 + random.nextInt(3), 1, 6).toArray());
            byte[] expected = new byte[2 * (int) shape.elements()];
            random.nextBytes(expected);
            List<Layout.Box> boxes = new ArrayList<>();
            split(random, new Box(Collections.nCopies(shape.rank(), 0L), shape.dims()), 0, boxes, expected, shape);
            StoredTensor tensor = tensor(shape, new Layout.Boxes(boxes));
            int bytes = 2 * (int) shape.columns();
            long index = random.nextInt((int) shape.rows());
            assertThat(ByteBuffer.wrap(whole(tensor.slice(index))))
                    .isEqualTo(ByteBuffer.wrap(expected, (int) index * bytes, bytes));
            int dim = random.nextInt(shape.rank());
            Strided moved = Layout.contiguous(0, 0, shape).withFirst(dim);
            assertThat(whole(tensor.withFirst(dim)))
                    .isEqualTo(definition(expected, moved, tensor.withFirst(dim).shape()));
        }
    }

    @Test
    void deflatedElementsAreReadForwardsAndBackwards() throws IOException {
        Shape shape = Shape.of(300, 1000);
        byte[] data = new byte[OFFSET + 2 * 300_000];
        new Random(5).nextBytes(data);
        byte[] stream = deflated(data);
        byte[] file = new byte[stream.length + 7];
        System.arraycopy(stream, 0, file, 7, stream.length);
        storage.with("file", file);
        Strided within = Layout.contiguous(0, OFFSET, shape);
        StoredTensor tensor = tensor(shape, new Layout.Deflated(0, 7, stream.length, data.length, crc(data), within));
        assertReads(tensor, definition(data, within, shape), new Random(6));
    }

    @Test
    void aDeflateStreamThatEndsEarlySaysSo() throws IOException {
        Shape shape = Shape.of(4, 4);
        byte[] stream = deflated(new byte[30]);
        storage.with("file", stream);
        StoredTensor tensor =
                tensor(shape, new Layout.Deflated(0, 0, stream.length, 32, 0, Layout.contiguous(0, 0, shape)));
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> whole(tensor))
                .withMessageContaining("ends after 30 bytes, not 32");
    }

    @Test
    void aDeflateStreamOfOtherDataSaysSoAtItsEnd() throws IOException {
        Shape shape = Shape.of(4, 4);
        byte[] stream = deflated(new byte[32]);
        storage.with("file", stream);
        StoredTensor tensor = tensor(
                shape, new Layout.Deflated(0, 0, stream.length, 32, crc(new byte[31]), Layout.contiguous(0, 0, shape)));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> whole(tensor))
                .withMessageContaining("their checksum is another");
    }

    private static long crc(byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        return crc.getValue();
    }

    private static byte[] deflated(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(1, true))) {
            out.write(data);
        }
        return bytes.toByteArray();
    }

    private void assertReads(StoredTensor tensor, byte[] expected, Random random) throws IOException {
        assertThat(whole(tensor)).as("%s", tensor).isEqualTo(expected);
        int count = (int) tensor.shape().elements();
        int width = tensor.shape().rank() < 2 ? 1 : (int) tensor.shape().columns();
        try (Elements elements = files(tensor).open(storage, tensor)) {
            for (int i = 0; i < 5 && count > 0; i++) {
                int first = random.nextInt(count);
                byte[] range = new byte[2 * (1 + random.nextInt(count - first))];
                elements.read(first, range.length / 2, range);
                assertThat(ByteBuffer.wrap(range)).isEqualTo(ByteBuffer.wrap(expected, 2 * first, range.length));
                int row = random.nextInt(count / width);
                int col = random.nextInt(width);
                int rows = 1 + random.nextInt(count / width - row);
                int cols = 1 + random.nextInt(width - col);
                byte[] part = new byte[2 * rows * cols];
                elements.read(new Rectangle(row, rows, col, cols), part);
                for (int r = 0; r < rows; r++) {
                    assertThat(ByteBuffer.wrap(part, 2 * r * cols, 2 * cols))
                            .isEqualTo(ByteBuffer.wrap(expected, 2 * ((row + r) * width + col), 2 * cols));
                }
            }
        }
    }

    private byte[] whole(StoredTensor tensor) throws IOException {
        try (Elements elements = files(tensor).open(storage, tensor)) {
            byte[] all = new byte[(int) tensor.bytes()];
            elements.read(0, (int) tensor.shape().elements(), all);
            return all;
        }
    }

    private static TensorFiles files(StoredTensor tensor) {
        Map<Integer, String> locations = new TreeMap<>();
        tensor.layout().files().forEach(file -> locations.put(file, file == 0 ? "file" : "file" + file));
        return new TensorFiles(locations);
    }

    private static StoredTensor tensor(Shape shape, Layout layout) {
        return new StoredTensor("t", DType.BF16, shape, layout);
    }

    private static Shape shape(Random random) {
        long[] dims = random.longs(random.nextInt(5), 1, 6).toArray();
        return Shape.of(dims);
    }

    /** Dimensions in random order of distance, some with gaps, some repeated. */
    private static Strided strided(Random random, Shape shape) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            order.add(i);
        }
        if (random.nextBoolean()) {
            Collections.shuffle(order, random);
        }
        Long[] strides = new Long[shape.rank()];
        long stride = random.nextInt(4) == 0 ? 2 : 1;
        for (int i = order.size() - 1; i >= 0; i--) {
            boolean repeated = random.nextInt(6) == 0;
            strides[order.get(i)] = repeated ? 0 : stride;
            stride *= repeated ? 1 : shape.dims().get(order.get(i)) + (random.nextInt(4) == 0 ? 1 : 0);
        }
        ByteOrder bytes = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        return new Strided(0, OFFSET, List.of(strides), bytes);
    }

    private static long reach(Strided layout, Shape shape) {
        long reach = 0;
        for (int i = 0; i < shape.rank(); i++) {
            reach += (shape.dims().get(i) - 1) * layout.strides().get(i);
        }
        return reach;
    }

    private static byte[] definition(byte[] file, Strided layout, Shape shape) {
        byte[] expected = new byte[2 * (int) shape.elements()];
        for (int element = 0; element < shape.elements(); element++) {
            long place = 0;
            long rest = element;
            for (int i = shape.rank() - 1; i >= 0; i--) {
                place += rest % shape.dims().get(i) * layout.strides().get(i);
                rest /= shape.dims().get(i);
            }
            int at = (int) (layout.offset() + 2 * place);
            boolean little = layout.order() == ByteOrder.LITTLE_ENDIAN;
            expected[2 * element] = file[little ? at : at + 1];
            expected[2 * element + 1] = file[little ? at + 1 : at];
        }
        return expected;
    }

    /** Cuts a box at random places, one dimension after the other, and stores each part in a file of its own. */
    private void split(Random random, Box box, int dim, List<Layout.Box> boxes, byte[] expected, Shape shape) {
        if (dim == shape.rank()) {
            boxes.add(stored(box, boxes.size() + 1, expected, shape));
            return;
        }
        long size = box.sizes().get(dim);
        long cut = size == 1 ? 0 : random.nextInt((int) size);
        for (long[] part : new long[][] {{0, cut}, {cut, size}}) {
            if (part[0] < part[1]) {
                List<Long> start = new ArrayList<>(box.start());
                List<Long> sizes = new ArrayList<>(box.sizes());
                start.set(dim, start.get(dim) + part[0]);
                sizes.set(dim, part[1] - part[0]);
                split(random, new Box(start, sizes), dim + 1, boxes, expected, shape);
            }
        }
    }

    private Layout.Box stored(Box box, int file, byte[] expected, Shape shape) {
        byte[] content = new byte[2 * (int) box.elements()];
        List<Long> strides = Layout.rowMajor(shape);
        for (int element = 0; element < box.elements(); element++) {
            long place = 0;
            long rest = element;
            for (int i = shape.rank() - 1; i >= 0; i--) {
                place += (box.start().get(i) + rest % box.sizes().get(i)) * strides.get(i);
                rest /= box.sizes().get(i);
            }
            System.arraycopy(expected, (int) (2 * place), content, 2 * element, 2);
        }
        storage.with("file" + file, content);
        Shape sizes = new Shape(box.sizes());
        return new Layout.Box(box.start(), sizes, Layout.contiguous(file, 0, sizes));
    }
}
