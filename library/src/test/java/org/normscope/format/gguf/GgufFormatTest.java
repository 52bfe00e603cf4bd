package org.normscope.format.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.GgufBytes;

class GgufFormatTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void readsTensorsWithTheirDimensionsReversed(int version) throws Exception {
        Checkpoint checkpoint = read(new GgufBytes()
                .pair("general.architecture", 8, GgufBytes.text("llama"))
                .tensor("b", 1, 64, 5)
                .tensor("a", 0, 0, 3, 4)
                .file(version, 32, 64 + 10));
        assertThat(checkpoint.architecture()).contains("llama");
        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("a", "b");
        StoredTensor a = checkpoint.tensors().get(0);
        assertThat(a.shape()).isEqualTo(Shape.of(4, 3));
        assertThat(a.offset() % 32).isZero();
        assertThat(a)
                .isEqualTo(StoredTensor.contiguous(
                        "a", DType.F32, a.shape(), 0, checkpoint.files().get(0).bytes() - 74));
    }

    @Test
    void givesCodesThatAreDecodedAndWordsForThoseThatAreNot() throws Exception {
        List<StoredTensor> tensors = read(new GgufBytes()
                        .tensor("q4", 2, 0, 64, 2)
                        .tensor("k", 14, 96, 256)
                        .file(3, 32, 96 + 210))
                .tensors();
        assertThat(tensors.get(0).layout())
                .isInstanceOfSatisfying(
                        Layout.Coded.class, coded -> assertThat(coded.code()).isEqualTo(BlockCode.Q4_0));
        assertThat(tensors.get(0).storedBytes()).isEqualTo(72);
        assertThat(tensors.get(1).type()).isEqualTo("Q6_K");
        assertThat(tensors.get(1).dtype()).isEqualTo(DType.OPAQUE);
        assertThat(tensors.get(1).bytes()).isEqualTo(210);
    }

    @Test
    void obeysTheAlignment() throws Exception {
        byte[] file = new GgufBytes().alignment(64).tensor("a", 24, 64, 3).file(3, 64, 67);
        assertThat(read(file).tensors().get(0).offset()).isEqualTo(file.length - 3);
    }

    @Test
    void saysThatAFileIsOneOfSeveral() throws Exception {
        byte[] file = new GgufBytes()
                .pair("split.count", 2, GgufBytes.number(2, 3))
                .tensor("a", 24, 0, 3)
                .file(3, 32, 3);
        assertThat(read(file).notes()).singleElement().asString().contains("one of 3 parts");
    }

    @Test
    void rejectsTensorsWithoutElementsBehindTheFile() throws Exception {
        byte[] file = new GgufBytes().tensor("a", 0, 0, 0, 3).file(3, 32, 0);
        assertThat(read(file).tensors().get(0).offset()).isEqualTo(file.length);
        rejects(Arrays.copyOf(file, file.length - 1), "the data begin at 96, behind the end of the file at 95");
        rejects(new GgufBytes().tensor("a", 0, 32, 0, 3).file(3, 32, 0), "tensor 'a' has 0 bytes at offset 32");
    }

    @Test
    void needsNoPaddingWhereThereAreNoTensors() throws Exception {
        byte[] file = new GgufBytes().pair("p", 8, GgufBytes.text("")).file(3, 32, 0);
        assertThat(read(Arrays.copyOf(file, file.length - 1)).tensors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "20, ''", "21, '1 bytes'", "52, '32 bytes'"})
    void notesBytesBehindTheLastTensorAndItsPadding(int more, String words) throws Exception {
        List<String> notes = read(new GgufBytes().tensor("a", 0, 0, 3).file(3, 32, 12 + more))
                .notes();
        if (words.isEmpty()) {
            assertThat(notes).isEmpty();
        } else {
            assertThat(notes).containsExactly(words + " behind the last tensor are not read");
        }
    }

    @Test
    void rejectsTensorsThatOverlap() {
        rejects(
                new GgufBytes().tensor("a", 0, 0, 9).tensor("b", 0, 32, 1).file(3, 32, 36),
                "tensor 'b' begins 4 bytes before the previous one ends");
    }

    @Test
    void rejectsTypesThatGgmlGaveUp() {
        rejects(new GgufBytes().tensor("a", 31, 0, 32).file(3, 32, 32), "is of type 31, which is unknown");
    }

    @Test
    void rejectsAKeyThatComesTwice() {
        rejects(new GgufBytes().alignment(32).alignment(64).file(3, 32, 0), "'general.alignment' a second time");
    }

    @Test
    void rejectsAnAlignmentThatIsAText() {
        rejects(
                new GgufBytes()
                        .pair("general.alignment", 8, GgufBytes.text("32"))
                        .file(3, 32, 0),
                "is a text");
    }

    @Test
    void rejectsABooleanOfTwo() {
        rejects(new GgufBytes().pair("x", 7, new byte[] {2}).file(3, 32, 0), "a boolean is 2");
    }

    @Test
    void rejectsArraysThatAreNestedWithoutEnd() {
        byte[] nested = new byte[12 * 50];
        for (int i = 0; i < 50; i++) {
            nested[12 * i] = 9;
            nested[12 * i + 4] = 1;
        }
        rejects(new GgufBytes().pair("x", 9, nested).file(3, 32, 0), "arrays in arrays");
    }

    @Test
    void rejectsDataOfNoTensor() {
        rejects(new GgufBytes().file(3, 32, 5), "no tensors are announced, and 5 bytes of data follow");
    }

    @Test
    void rejectsTensorsThatAreNotAnnounced() {
        byte[] file = new GgufBytes().tensor("a", 0, 0, 3).tensor("b", 0, 32, 3).file(3, 32, 64);
        file[8] = 1;
        rejects(file, "not zeros between the tensors' names and data");
    }

    @Test
    void namesABigEndianFile() {
        rejects(new GgufBytes().file(0x03000000, 32, 0), "big-endian");
    }

    @Test
    void rejectsFiveDimensions() {
        rejects(new GgufBytes().tensor("a", 0, 0, 1, 1, 1, 1, 1).file(3, 32, 4), "5 dimensions");
    }

    private static void rejects(byte[] file, String words) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> read(file))
                .withMessageContaining(words)
                .withMessageStartingWith("d/x.gguf, byte ");
    }

    private static Checkpoint read(byte[] file) throws Exception {
        MemoryStorage storage = new MemoryStorage().with("d/x.gguf", file);
        GgufFormat format = new GgufFormat();
        assertThat(format.recognizes(storage, "d/x.gguf")).isTrue();
        return format.read(storage, "d/x.gguf");
    }
}
