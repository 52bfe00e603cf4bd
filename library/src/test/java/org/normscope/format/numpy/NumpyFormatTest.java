package org.normscope.format.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;

class NumpyFormatTest {
    /** 0 to 5 as float32, in the order of the file. */
    private static final byte[] SIX = floats(ByteOrder.LITTLE_ENDIAN);

    @ParameterizedTest
    @CsvSource({
        "'(2, 3)', False, 0 1 2 3 4 5",
        "'(2L, 3L)', False, 0 1 2 3 4 5",
        "'(2, 3)', True, 0 2 4 1 3 5",
        "'(6,)', True, 0 1 2 3 4 5",
        "'(1, 2, 3)', True, 0 2 4 1 3 5"
    })
    void readsElementsInTheOrderOfTheirIndices(String shape, String fortran, String expected) throws Exception {
        byte[] file = npy(1, "{'descr': '<f4', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }", SIX);
        assertThat(elements("d/a.npy", file)).isEqualTo(expected);
    }

    @Test
    void turnsBigEndianNumbers() throws Exception {
        byte[] file = npy(2, "{'shape': (6,), 'fortran_order': False, 'descr': '>f4'}", floats(ByteOrder.BIG_ENDIAN));
        assertThat(elements("d/a.npy", file)).isEqualTo("0 1 2 3 4 5");
    }

    @Test
    void takesTwoRawBytesForBfloat16() throws Exception {
        StoredTensor tensor = read("d/a.npy", npy(3, dict("|V2", "(3, 4)"), new byte[24]))
                .tensors()
                .get(0);
        assertThat(tensor.name()).isEqualTo("array");
        assertThat(tensor.dtype()).isEqualTo(DType.BF16);
        assertThat(tensor.shape()).isEqualTo(Shape.of(3, 4));
    }

    @Test
    void listsNumbersThatNobodyDecodesByTheirWord() throws Exception {
        StoredTensor tensor = read("d/a.npy", npy(1, dict("<c16", "()"), new byte[16]))
                .tensors()
                .get(0);
        assertThat(tensor.type()).isEqualTo("<c16");
        assertThat(tensor.dtype()).isEqualTo(DType.OPAQUE);
        assertThat(tensor.shape().rank()).isZero();
    }

    @Test
    void notesBytesBehindTheArray() throws Exception {
        assertThat(read("d/a.npy", npy(1, dict("|u1", "(3,)"), new byte[5])).notes())
                .containsExactly("2 bytes behind the array are not read");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsTheMembersOfAnArchiveStoredOrDeflated(boolean deflated) throws Exception {
        byte[] c = npy(1, dict("<f4", "(2, 3)"), SIX);
        byte[] file = npz(deflated, "a.npy", c, "text.npy", npy(1, dict("<U5", "(1,)"), new byte[20]), "notes", SIX);
        Checkpoint checkpoint = read("d/a.npz", file);
        assertThat(checkpoint.format()).isEqualTo("npz");
        assertThat(checkpoint.notes()).containsExactly("member 'notes' is no array and is not read");
        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("a", "text");
        assertThat(checkpoint.tensors().get(1).type()).isEqualTo("<U5");
        assertThat(elements("d/a.npz", file)).isEqualTo("0 1 2 3 4 5");
    }

    @Test
    void rejectsAMemberShorterThanItsArray() throws Exception {
        rejects(npz(true, "a.npy", npy(1, dict("<f4", "(2, 4)"), SIX)), "has 32 bytes, the member 24");
    }

    @Test
    void rejectsObjectsWithoutReadingThem() {
        rejects(npy(1, dict("|O", "(1,)"), new byte[8]), "it would have to be unpickled, which Normscope never does");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)} | a structured type",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (6,)} | True or False is expected",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (6)} | a tuple is expected",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} # | text behind the dictionary",
                "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (6,)} | descr a second time",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,)} | a size exceeds 2^63 - 1",
                "{'descr': '<\\x66', 'fortran_order': False, 'shape': (6,)} | an escape",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (7,)} | has 28 bytes, the file ends after 24"
            })
    void rejectsHeadersThatSaySomethingElse(String header, String words) {
        rejects(npy(1, header, SIX), words);
    }

    private static void rejects(byte[] file, String words) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> read("d/a.npz", file))
                .withMessageContaining(words)
                .withMessageStartingWith("d/a.npz");
    }

    private static String dict(String descr, String shape) {
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
    }

    private static byte[] floats(ByteOrder order) {
        ByteBuffer bytes = ByteBuffer.allocate(24).order(order);
        for (int i = 0; i < 6; i++) {
            bytes.putFloat(i);
        }
        return bytes.array();
    }

    private static byte[] npy(int version, String header, byte[] data) {
        int prefix = version == 1 ? 10 : 12;
        ByteBuffer file = ByteBuffer.allocate(prefix + header.length() + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            file.putShort((short) header.length());
        } else {
            file.putInt(header.length());
        }
        return file.put(header.getBytes(StandardCharsets.ISO_8859_1)).put(data).array();
    }

    private static byte[] npz(boolean deflated, Object... namesAndMembers) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndMembers.length; i += 2) {
                byte[] member = (byte[]) namesAndMembers[i + 1];
                CRC32 crc = new CRC32();
                crc.update(member);
                ZipEntry entry = new ZipEntry((String) namesAndMembers[i]);
                entry.setMethod(deflated ? ZipEntry.DEFLATED : ZipEntry.STORED);
                entry.setSize(member.length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(member);
            }
        }
        return out.toByteArray();
    }

    private static Checkpoint read(String location, byte[] file) throws BadCheckpointException, IOException {
        MemoryStorage storage = new MemoryStorage().with(location, file);
        NumpyFormat format = new NumpyFormat();
        assertThat(format.recognizes(storage, location)).isTrue();
        return format.read(storage, location);
    }

    /** The elements of the first tensor, float32, in the order of their indices. */
    private static String elements(String location, byte[] file) throws Exception {
        Checkpoint checkpoint = read(location, file);
        StoredTensor tensor = checkpoint.tensors().get(0);
        byte[] target = new byte[24];
        try (Elements elements =
                TensorFiles.of(checkpoint, tensor).open(new MemoryStorage().with(location, file), tensor)) {
            elements.read(0, 6, target);
        }
        ByteBuffer numbers = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
        return String.join(
                " ",
                List.of(0, 4, 8, 12, 16, 20).stream()
                        .map(at -> String.valueOf((int) numbers.getFloat(at)))
                        .toList());
    }
}
