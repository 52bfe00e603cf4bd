package org.normscope.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.Proto;

class OnnxFormatTest {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int FLOAT16 = 10;
    private static final byte[] SIX = sixFloats();

    @Test
    void addressesRawAndTypedFloatsWhereTheyLie() throws Exception {
        byte[] model = model(
                tensor("raw", FLOAT, 2, 3).content(9, SIX),
                tensor("typed", FLOAT, 6).content(4, SIX));
        List<StoredTensor> tensors = read(model).tensors();
        assertThat(tensors).extracting(StoredTensor::name).containsExactly("raw", "typed");
        assertThat(tensors.get(0).shape()).isEqualTo(Shape.of(2, 3));
        for (StoredTensor tensor : tensors) {
            int offset = (int) tensor.offset();
            assertThat(tensor.dtype()).isEqualTo(DType.F32);
            assertThat(Arrays.copyOfRange(model, offset, offset + 24)).isEqualTo(SIX);
        }
    }

    @Test
    void listsHalfsThatAreVarintsWithoutReadingThem() throws Exception {
        StoredTensor tensor = read(model(tensor("w", FLOAT16, 1, 2).content(5, new byte[] {(byte) 0x80, 0x78, 0})))
                .tensors()
                .get(0);
        assertThat(tensor.dtype()).isEqualTo(DType.OPAQUE);
        assertThat(tensor.type()).isEqualTo("FLOAT16 as varints");
    }

    @Test
    void keepsTheTypeOfIntegersThatAreVarints() throws Exception {
        StoredTensor tensor = read(model(tensor("axes", INT64, 2).number(7, 1).number(7, 300)))
                .tensors()
                .get(0);
        assertThat(tensor.dtype()).isEqualTo(DType.I64);
        assertThat(tensor.type()).isEqualTo("I64");
        assertThat(tensor.bytes()).isEqualTo(3);
    }

    @Test
    void listsFloatsThatAreNotPacked() throws Exception {
        StoredTensor tensor = read(model(tensor("w", FLOAT, 1, 2).fixed32(4, 1).fixed32(4, 2)))
                .tensors()
                .get(0);
        assertThat(tensor.type()).isEqualTo("FLOAT in pieces");
    }

    @Test
    void findsConstantsAndTheTensorsOfGraphsWithinNodes() throws Exception {
        Proto inner = new Proto().message(5, tensor("w", FLOAT, 6).content(9, SIX));
        Proto constant = new Proto()
                .message(
                        5,
                        new Proto()
                                .text(1, "value")
                                .message(5, tensor("", FLOAT, 6).content(9, SIX)))
                .text(4, "Constant")
                .text(2, "c");
        Proto loop = new Proto()
                .text(3, "loop")
                .text(4, "Loop")
                .message(5, new Proto().message(6, inner).text(1, "body"));
        Proto branch =
                new Proto().text(4, "If").message(5, new Proto().text(1, "then").message(6, inner));
        byte[] model = new Proto()
                .number(1, 8)
                .message(7, new Proto().message(1, constant).message(1, loop).message(1, branch))
                .bytes();
        assertThat(read(model).tensors())
                .extracting(StoredTensor::name)
                .containsExactly("c", "loop/body/w", "If#2/then/w");
    }

    @Test
    void listsASparseTensorWithTheDimensionsThatItStandsFor() throws Exception {
        Proto sparse = new Proto()
                .message(1, tensor("s", FLOAT, 6).content(9, SIX))
                .number(3, 100)
                .number(3, 50);
        StoredTensor tensor = read(new Proto()
                        .number(1, 8)
                        .message(7, new Proto().message(15, sparse))
                        .bytes())
                .tensors()
                .get(0);
        assertThat(tensor.shape()).isEqualTo(Shape.of(100, 50));
        assertThat(tensor.type()).isEqualTo("sparse FLOAT");
    }

    @Test
    void readsElementsBesideTheModel() throws Exception {
        byte[] model = model(external("a", "data/w.bin", "8"), external("tied", "data/w.bin", "8"));
        MemoryStorage storage = new MemoryStorage().with("d/x.onnx", model).with("d/data/w.bin", new byte[32]);
        Checkpoint checkpoint = new OnnxFormat().read(storage, "d/x.onnx");
        assertThat(checkpoint.files()).extracting(CheckpointFile::name).containsExactly("data/w.bin", "x.onnx");
        assertThat(checkpoint.tensors()).extracting(StoredTensor::file).containsExactly(0, 0);
        assertThat(checkpoint.tensors()).extracting(StoredTensor::offset).containsExactly(8L, 8L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../w.bin", "data/../../w.bin", "", "s3a://b/w", "a\\..\\b", "./w.bin"})
    void neverLeavesTheFolderOfTheModel(String location) {
        rejects(model(external("a", location, "0")), "no relative path below the model's directory");
    }

    @Test
    void followsNoLinkOutOfTheFolder(@TempDir Path home) throws Exception {
        Path folder = Files.createDirectory(home.resolve("model"));
        Files.write(home.resolve("secret"), new byte[64]);
        Files.createSymbolicLink(folder.resolve("w.bin"), Path.of("../secret"));
        Path model = Files.write(folder.resolve("x.onnx"), model(external("a", "w.bin", "0")));
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> new OnnxFormat().read(new LocalStorage(), model.toString()))
                .withMessageContaining("a link out of the model's directory");
    }

    @Test
    void rejectsTensorsThatShareSomeOfTheirBytes() {
        MemoryStorage storage = new MemoryStorage()
                .with("d/x.onnx", model(external("a", "w", "0"), external("b", "w", "4")))
                .with("d/w", new byte[28]);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> new OnnxFormat().read(storage, "d/x.onnx"))
                .withMessage("d/w, byte 4: tensor 'b' begins within 'a': overlapping data, export the model again");
    }

    @Test
    void hashesAllButTheElements() throws Exception {
        byte[] otherElements = new byte[24];
        String one = hash(model(tensor("w", FLOAT, 6).content(9, SIX)));
        assertThat(hash(model(tensor("w", FLOAT, 6).content(9, otherElements)))).isEqualTo(one);
        assertThat(hash(model(tensor("v", FLOAT, 6).content(9, SIX)))).isNotEqualTo(one);
    }

    @Test
    void saysWhatIsWrongWithATensor() {
        rejects(model(tensor("w", FLOAT, 7).content(9, SIX)), "tensor 'w' needs 28 bytes, raw_data has 24");
        rejects(model(tensor("w", FLOAT, 6)), "has no data");
        rejects(model(tensor("w", 99, 6).content(9, SIX)), "of type 99, which is unknown");
        rejects(model(tensor("w", FLOAT, -1).content(9, SIX)), "a dimension of -1");
        rejects(model(tensor("w", FLOAT, 1L << 40, 1L << 40)), "exceeds 2^63 - 1");
        rejects(model(tensor("w", FLOAT, 6).content(9, SIX).content(4, SIX)), "in raw_data and float_data");
        rejects(model(tensor("w", INT64, 1000).content(7, SIX)), "1000 elements, which can't be the 24 bytes");
        Proto w = tensor("w", FLOAT, 6).content(9, SIX);
        rejects(model(w, w), "'w' a second time");
    }

    @Test
    void rejectsWhatIsNoModel() {
        rejects(new Proto().number(1, 8).text(2, "x").bytes(), "0 graphs");
        rejects(new Proto().number(1, 8).group(7).bytes(), "a protobuf group");
        byte[] whole = model(tensor("w", FLOAT, 6).content(9, SIX));
        rejects(Arrays.copyOf(whole, whole.length - 1), "truncated or damaged");
    }

    @Test
    void endsWhereGraphsAreNestedWithoutEnd() {
        Proto graph = new Proto();
        for (int i = 0; i < 100; i++) {
            graph = new Proto().message(1, new Proto().message(5, new Proto().message(6, graph)));
        }
        rejects(new Proto().number(1, 8).message(7, graph).bytes(), "graphs in graphs, more than 32 deep");
    }

    private static byte[] sixFloats() {
        ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 6; i++) {
            bytes.putFloat(i);
        }
        return bytes.array();
    }

    private static Proto tensor(String name, int type, long... dims) {
        Proto tensor = new Proto();
        for (long dim : dims) {
            tensor.number(1, dim);
        }
        return tensor.number(2, type).text(8, name);
    }

    private static Proto external(String name, String location, String offset) {
        return tensor(name, FLOAT, 6)
                .message(13, new Proto().text(1, "location").text(2, location))
                .message(13, new Proto().text(1, "offset").text(2, offset))
                .message(13, new Proto().text(1, "length").text(2, "24"))
                .number(14, 1);
    }

    private static byte[] model(Proto... initializers) {
        Proto graph = new Proto();
        Arrays.stream(initializers).forEach(tensor -> graph.message(5, tensor));
        return new Proto().number(1, 8).text(2, "by hand").message(7, graph).bytes();
    }

    private static String hash(byte[] model) throws Exception {
        return read(model).files().get(0).headerSha256();
    }

    private static void rejects(byte[] model, String words) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> read(model))
                .withMessageContaining(words)
                .withMessageStartingWith("d/x.onnx, byte ");
    }

    private static Checkpoint read(byte[] model) throws Exception {
        MemoryStorage storage = new MemoryStorage().with("d/x.onnx", model);
        assertThat(new OnnxFormat().recognizes(storage, "d/x.onnx")).isTrue();
        return new OnnxFormat().read(storage, "d/x.onnx");
    }
}
