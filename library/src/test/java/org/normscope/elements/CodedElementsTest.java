package org.normscope.elements;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.storage.BytesReader;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;

class CodedElementsTest {
    private static final int BLOCKS = 6000;
    private static final int OFFSET = 5;

    @ParameterizedTest
    @EnumSource(value = BlockCode.class, mode = EnumSource.Mode.EXCLUDE, names = "E2M1")
    void anyRangeAndRectangleIsTheSameAsInAllElementsDecodedAtOnce(BlockCode code) throws Exception {
        byte[] file = new byte[OFFSET + BLOCKS * code.bytes()];
        new Random(3).nextBytes(file);
        int bytes = code.decoded().bytes();
        byte[] all = new byte[BLOCKS * 32 * bytes];
        BlockDecoder.decode(code, Arrays.copyOfRange(file, OFFSET, file.length), BLOCKS, all);
        Shape shape = Shape.of(20, 3, BLOCKS / 60 * 32L);
        try (Elements elements = new CodedElements(new BytesReader(file), new Layout.Coded(0, OFFSET, code), shape)) {
            for (int[] range : new int[][] {{0, BLOCKS * 32}, {31, 2}, {33, 0}, {40, 9700}, {BLOCKS * 32 - 1, 1}}) {
                byte[] target = new byte[range[1] * bytes];
                elements.read(range[0], range[1], target);
                assertThat(target).isEqualTo(part(all, range[0], range[1], bytes));
            }
            byte[] target = new byte[3 * 50 * bytes];
            elements.read(new Elements.Rectangle(4, 3, 3190, 50), target);
            for (int row = 0; row < 3; row++) {
                assertThat(part(target, row * 50, 50, bytes)).isEqualTo(part(all, (4 + row) * 9600 + 3190, 50, bytes));
            }
            byte[] boxed = new byte[2 * 2 * 7 * bytes];
            elements.read(new Box(List.of(1L, 1L, 30L), List.of(2L, 2L, 7L)), boxed, 0);
            assertThat(part(boxed, 21, 7, bytes)).isEqualTo(part(all, (2 * 3 + 2) * 3200 + 30, 7, bytes));
        }
    }

    private static byte[] part(byte[] all, int first, int count, int bytes) {
        return Arrays.copyOfRange(all, first * bytes, (first + count) * bytes);
    }
}
