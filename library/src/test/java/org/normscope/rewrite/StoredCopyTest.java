package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.ByteOrder;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;

class StoredCopyTest {
    private static final String FILE = "/model";

    private static Checkpoint checkpoint(StoredTensor tensor) {
        CheckpointFile file = new CheckpointFile("model", FILE, 1000, "0".repeat(64));
        return new Checkpoint(FILE, "none", List.of(file), List.of(tensor), List.of(), Optional.empty());
    }

    private static byte[] copy(StoredTensor tensor, byte[] file) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NewTensor.copy(checkpoint(tensor), tensor, "new").content().writeTo(new MemoryStorage().with(FILE, file), out);
        return out.toByteArray();
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OPAQUE")
    void everyTypeIsCopiedByteForByte(DType dtype) throws Exception {
        StoredTensor tensor = StoredTensor.contiguous("a", dtype, Shape.of(2, 4), 0, 5);
        int bytes = (int) tensor.bytes();
        assertThat(copy(tensor, counting(5 + bytes))).isEqualTo(Arrays.copyOfRange(counting(5 + bytes), 5, 5 + bytes));
    }

    @Test
    void moreThanABufferIsCopiedWhole() throws Exception {
        StoredTensor tensor = StoredTensor.contiguous("a", DType.F64, Shape.of(3, 99_999), 0, 0);
        byte[] file = counting((int) tensor.bytes());
        assertThat(copy(tensor, file)).isEqualTo(file);
    }

    @Test
    void viewsAndBigEndianNumbersBecomeRowMajorAndLittleEndian() throws Exception {
        Layout transposed = new Layout.Strided(0, 0, List.of(1L, 2L), ByteOrder.BIG_ENDIAN);
        StoredTensor tensor = new StoredTensor("a", DType.I16, Shape.of(2, 3), transposed);
        assertThat(copy(tensor, counting(12))).containsExactly(1, 0, 5, 4, 9, 8, 3, 2, 7, 6, 11, 10);
    }

    static Stream<Arguments> whatSafetensorsCannotHold() {
        Shape shape = Shape.of(2, 32);
        Layout reversed = new Layout.Strided(0, 0, Layout.rowMajor(shape), ByteOrder.BIG_ENDIAN);
        Layout turned = new Layout.Strided(0, 0, List.of(1L, 2L), ByteOrder.LITTLE_ENDIAN);
        return Stream.of(
                Arguments.of("Q4_0", new StoredTensor("a", DType.F32, shape, new Layout.Coded(0, 7, BlockCode.Q4_0))),
                Arguments.of("Q6_K", new StoredTensor("a", DType.OPAQUE, shape, new Layout.Opaque(0, 7, 99, "Q6_K"))),
                Arguments.of("C64", new StoredTensor("a", DType.C64, shape, reversed)),
                Arguments.of("F4", new StoredTensor("a", DType.F4, shape, turned)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void whatSafetensorsCannotHold(String type, StoredTensor tensor) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> NewTensor.copy(checkpoint(tensor), tensor, "new"))
                .withMessageContainingAll(FILE, "byte ", "'a'", "'" + type + "'", "can't hold", "export");
    }
}
