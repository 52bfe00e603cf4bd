package org.normscope.format.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.normscope.testing.SafetensorsBytes.entry;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.SafetensorsBytes;

class SafetensorsFormatTest {
    private static final String FILE = "model.safetensors";

    @Test
    void placesATensorBehindTheHeader() throws Exception {
        byte[] file = SafetensorsBytes.oneMatrix("w");
        Checkpoint checkpoint = read(file);
        assertThat(checkpoint.tensors())
                .containsExactly(StoredTensor.contiguous("w", DType.F32, Shape.of(2, 2), 0, file.length - 16));
        assertThat(checkpoint.files().get(0).bytes()).isEqualTo(file.length);
        assertThat(checkpoint.files().get(0).name()).isEqualTo(FILE);
    }

    @Test
    void hashesPrefixAndHeaderWithItsPadding() throws Exception {
        String header = "{" + entry("w", "U8", "[300000]", 0, 300_000) + "}" + " ".repeat(600_000);
        byte[] file = SafetensorsBytes.of(header, 300_000);
        byte[] described = Arrays.copyOf(file, 8 + header.length());
        String expected =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(described));
        assertThat(read(file).files().get(0).headerSha256()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, mode = EnumSource.Mode.EXCLUDE, names = "OPAQUE")
    void knowsEveryDtypeOfTheSpecification(DType dtype) throws Exception {
        int bytes = dtype.bits();
        Checkpoint checkpoint =
                read(SafetensorsBytes.of("{" + entry("w", dtype.name(), "[4,2]", 0, bytes) + "}", bytes));
        assertThat(checkpoint.tensors().get(0).dtype()).isEqualTo(dtype);
        assertThat(checkpoint.tensors().get(0).bytes()).isEqualTo(bytes);
    }

    @Test
    void ordersTensorsByDataAndEmptyOnesAsWritten() throws Exception {
        String header = String.join(
                ",",
                entry("last", "U8", "[0]", 4, 4),
                entry("b", "U8", "[2]", 2, 4),
                entry("z", "U8", "[3,0]", 2, 2),
                entry("y", "U8", "[0]", 2, 2),
                entry("a", "U8", "[2]", 0, 2),
                entry("first", "U8", "[0]", 0, 0));
        assertThat(read(SafetensorsBytes.of("{" + header + "}", 4)).tensors())
                .extracting(StoredTensor::name)
                .containsExactly("first", "a", "z", "y", "b", "last");
    }

    @Test
    void acceptsAnyNameThatIsUnicode() throws Exception {
        String header =
                "{" + entry("", "U8", "[0]", 0, 0) + "," + entry("\\u0000\\ud83d\\ude00\\n😀", "U8", "[0]", 0, 0) + "}";
        assertThat(read(SafetensorsBytes.of(header, 0)).tensors())
                .extracting(StoredTensor::name)
                .containsExactly("", "\0😀\n😀");
    }

    @Test
    void pointsToTheTensorThatIsWrong() {
        String header = "{" + entry("fine", "U8", "[2]", 0, 2) + "," + entry("w", "U8", "[2]", 2, 5) + "}";
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> read(SafetensorsBytes.of(header, 5)))
                .withMessage(FILE + ", byte " + (8 + header.length() - 2)
                        + ": tensor 'w': U8 [2] takes 2 bytes, data_offsets say 3");
    }

    @Test
    void saysWhatIsWrongEvenWhenTheNameIsLong() {
        String header = "{" + entry("n".repeat(100_000), "F33", "[2]", 0, 2) + "}";
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> read(SafetensorsBytes.of(header, 2)))
                .withMessageEndingWith("is 'F33', which no dtype is called");
    }

    @Test
    void recognizesByContentOrName() throws Exception {
        byte[] good = SafetensorsBytes.oneMatrix("w");
        MemoryStorage storage = new MemoryStorage()
                .with("dir/blob", good)
                .with("dir/x.safetensors", new byte[0])
                .with("dir/other", new byte[20]);
        SafetensorsFormat format = new SafetensorsFormat();
        assertThat(format.recognizes(storage, "dir/blob")).isTrue();
        assertThat(format.recognizes(storage, "dir/x.safetensors")).isTrue();
        assertThat(format.recognizes(storage, "dir/other")).isFalse();
        assertThat(format.recognizes(storage, "dir")).isFalse();
        assertThat(format.recognizes(storage, "absent.safetensors")).isFalse();
    }

    /** Flips, cuts and inserts bytes: whatever comes, it is a checkpoint or a {@link BadCheckpointException}. */
    @Test
    void neverFailsInAnotherWayOnDamagedFiles() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String header = IntStream.range(0, 4)
                .mapToObj(i -> entry("layer." + i, "F32", "[2,2]", 16L * i, 16L * i + 16))
                .collect(Collectors.joining(",", "{\"__metadata__\":{\"a\":\"é\"},", "}"));
        byte[] good = SafetensorsBytes.of(header, 64);
        String marks = "{}[]\",:\\0e-.\0\u0080u";
        for (int round = 0; round < 5_000; round++) {
            byte[] bad = random.nextInt(8) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int flips = random.nextInt(4); flips >= 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) marks.charAt(random.nextInt(marks.length()));
            }
            try {
                assertThat(read(bad).tensors()).isNotNull();
            } catch (BadCheckpointException e) {
                assertThat(e.getMessage())
                        .as("seed %d round %d", seed, round)
                        .startsWith(FILE)
                        .hasLineCount(1);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    private static Checkpoint read(byte[] file) throws Exception {
        return new SafetensorsFormat().read(new MemoryStorage().with(FILE, file), FILE);
    }
}
