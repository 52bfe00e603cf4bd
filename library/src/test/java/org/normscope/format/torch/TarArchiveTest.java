package org.normscope.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.normscope.testing.files.TarBytes.latin1;
import static org.normscope.testing.files.TarBytes.number;
import static org.normscope.testing.files.TarBytes.reference;
import static org.normscope.testing.files.TarBytes.storage;
import static org.normscope.testing.files.TarBytes.tensor;
import static org.normscope.testing.files.TarBytes.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.format.pickle.PersistentIds;
import org.normscope.format.pickle.PickleLimits;
import org.normscope.format.pickle.PickleMachine;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.TarBytes;

class TarArchiveTest {
    private static final String FILE = "d/model.pth.tar";
    private static final TorchFormat FORMAT =
            new TorchFormat(new PickleMachine(), new PickleMachine(PickleLimits.DEFAULT, PersistentIds.TEXTS));
    private static final byte[] ONE = letters('a');
    private static final byte[] TWO = letters('A');
    private static final String NO_VIEWS = "\u0080\2].";
    private static final String DICT = "\u0080\2}" + text("w") + reference(tensor(0)) + "s.";

    /** Six floats. */
    private static byte[] letters(char first) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            letters.append((char) (first + i));
        }
        return latin1(letters.toString());
    }

    private static Checkpoint read(byte[] file) throws BadCheckpointException, IOException {
        MemoryStorage storage = new MemoryStorage().with(FILE, file);
        assertThat(FORMAT.recognizes(storage, FILE)).isTrue();
        return FORMAT.read(storage, FILE);
    }

    private static String elements(byte[] file, Checkpoint checkpoint, int index) throws IOException {
        StoredTensor tensor = checkpoint.tensors().get(index);
        byte[] elements = new byte[Math.toIntExact(tensor.bytes())];
        MemoryStorage storage = new MemoryStorage().with(FILE, file);
        try (Elements open = TensorFiles.of(checkpoint, tensor).open(storage, tensor)) {
            open.read(0, Math.toIntExact(tensor.shape().elements()), elements);
        }
        return tensor.name() + tensor.shape() + new String(elements, StandardCharsets.US_ASCII);
    }

    @Test
    void findsTheTensorsOfADict() throws Exception {
        byte[] file = TarBytes.dict(List.of("a", "b"), List.of(ONE, TWO));
        Checkpoint checkpoint = read(file);
        assertThat(checkpoint.format()).isEqualTo("torch-tar");
        assertThat(checkpoint.notes()).isEmpty();
        assertThat(checkpoint.tensors()).hasSize(2);
        assertThat(elements(file, checkpoint, 0)).isEqualTo("a[2, 3]abcdefghijklmnopqrstuvwx");
        assertThat(elements(file, checkpoint, 1)).isEqualTo("b[2, 3]ABCDEFGHIJKLMNOPQRSTUVWX");
    }

    @Test
    void parametersOfAModuleHaveTheirNames() throws Exception {
        String parameter = "ctorch.nn.parameter\nParameter\n" + reference(tensor(0)) + "\u0085R(\u0088\u0089NtN0b";
        String net = "(c__main__\nNet\n" + text("net.py") + text("class Net: pass") + "tQ)\u0081}";
        String pickle =
                "\u0080\2" + net + text("_parameters") + "}" + text("weight") + parameter.replace("N0b", "b") + "ssb.";
        Checkpoint checkpoint = read(TarBytes.archive(pickle, List.of(ONE), NO_VIEWS));
        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("weight");
        assertThat(checkpoint.notes()).singleElement().asString().contains("__main__.Net");
    }

    @Test
    void viewsOfStoragesAndStridesAreReadWhereTheyLie() throws Exception {
        String view = number(storage(7)) + number(storage(0)) + "K\1K\5";
        ByteArrayOutputStream tensors = new ByteArrayOutputStream();
        tensors.writeBytes(latin1("\u0080\2K\1."));
        tensors.writeBytes(tensor(number(tensor(0)), number(storage(7)), 2, 2, 2, 1, 2, 1));
        byte[] storages = TarBytes.storages(List.of(ONE), "\u0080\2](" + view + "ta.");
        byte[] file = TarBytes.archive(latin1(DICT), tensors.toByteArray(), storages);
        // Elements 1, 3, 2, 4 of the view, which begins at element 1.
        assertThat(elements(file, read(file), 0)).isEqualTo("w[2, 2]ijklqrstmnopuvwx");
    }

    @Test
    void aTensorWithoutDimensionsIsEmpty() throws Exception {
        ByteArrayOutputStream tensors = new ByteArrayOutputStream();
        tensors.writeBytes(latin1("\u0080\2K\1."));
        // Of the number of dimensions only four bytes were ever set.
        tensors.writeBytes(tensor(number(tensor(0)), "N", 0x77L << 32, 0));
        byte[] file = TarBytes.archive(latin1(DICT), tensors.toByteArray(), TarBytes.storages(List.of(), NO_VIEWS));
        assertThat(read(file).tensors().get(0).shape().dims()).containsExactly(0L);
    }

    @Test
    void aLargeMemberHasItsSizeInAPaxHeader() throws Exception {
        byte[] storages = TarBytes.storages(List.of(ONE), NO_VIEWS);
        byte[] size = latin1("11 size=" + storages.length + "\n");
        byte[] file = new TarBytes()
                .with("sys_info", latin1(TarBytes.MACHINE))
                .with("pickle", latin1(DICT))
                .with("tensors", TarBytes.tensors(1))
                .header("././@PaxHeader", 'x', size.length, size)
                .header("storages", '0', 0, storages)
                .bytes();
        assertThat(size).hasSize(11);
        assertThat(elements(file, read(file), 0)).endsWith("abcdefghijklmnopqrstuvwx");
    }

    @Test
    void otherTarArchivesAreNotRecognized() throws Exception {
        byte[] other = new TarBytes().with("weights.pt", ONE).bytes();
        assertThat(FORMAT.recognizes(new MemoryStorage().with(FILE, other), FILE))
                .isFalse();
        assertThat(FORMAT.recognizes(new MemoryStorage().with(FILE, new byte[300]), FILE))
                .isFalse();
    }

    @Test
    void textsArePersistentIdsInTarArchivesOnly() {
        byte[] stream = latin1("\u0080\2" + reference(5) + ".");
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> FORMAT.read(new MemoryStorage().with(FILE, stream), FILE))
                .withMessageContaining("a persistent id must be a tuple");
    }

    static Stream<Arguments> wrong() {
        byte[] good = TarBytes.dict(List.of("w"), List.of(ONE));
        byte[] pickle = latin1(DICT);
        byte[] tensors = TarBytes.tensors(1);
        byte[] storages = TarBytes.storages(List.of(ONE), NO_VIEWS);
        byte[] info = latin1(TarBytes.MACHINE);
        return Stream.of(
                Arguments.of(
                        "a tar archive without storages",
                        new TarBytes().with("sys_info", info).bytes()),
                Arguments.of("protocol the integer 5 of", archive("\u0080\2}" + text("protocol_version") + "K\5s.")),
                Arguments.of("protocol None of torch's tar archives", archive("\u0080\2N.")),
                Arguments.of("from a big-endian machine", archive(TarBytes.MACHINE.replace('\u0088', '\u0089'))),
                Arguments.of("truncated", Arrays.copyOf(good, good.length - 1024 - 512)),
                Arguments.of("the header of a member is cut off", Arrays.copyOf(good, 2048 + 100)),
                Arguments.of("checksum of a member's header", flipped(good, 2048 + 3)),
                Arguments.of(
                        "two members are called 'sys_info'",
                        new TarBytes()
                                .with("sys_info", info)
                                .with("sys_info", info)
                                .bytes()),
                Arguments.of(
                        "where a tuple of 3 should be is a list of 0",
                        TarBytes.archive(pickle, tensors, changed(storages, "K\1.", "K\3."))),
                Arguments.of("bytes behind the last entry", TarBytes.archive(pickle, tensors, longer(storages))),
                Arguments.of("bytes behind the last entry", TarBytes.archive(pickle, longer(tensors), storages)),
                Arguments.of(
                        "is no type of a storage",
                        TarBytes.archive(pickle, tensors, changed(storages, "FloatStorage", "FloutStorage"))),
                Arguments.of(
                        "ends behind the member",
                        TarBytes.archive(pickle, tensors, changed(storages, "\6\0\0\0\0\0\0\0", "\6\0\0\0\0\1\0\0"))),
                Arguments.of("is missing", TarBytes.archive(pickle, tensors, TarBytes.storages(List.of(), NO_VIEWS))),
                Arguments.of(
                        "reaches from element 1 to 7 of a storage with 6", entry(pickle, storages, 2, 2, 3, 3, 1, 1)),
                Arguments.of("65 dimensions", entry(pickle, storages, 65)),
                Arguments.of("ends within an entry", entry(pickle, storages, 2, 2, 3)),
                Arguments.of("its strides are [3, -1]", entry(pickle, storages, 2, 2, 3, 3, -1, 2)),
                Arguments.of("exceed 2^63", entry(pickle, storages, 2, 1L << 40, 1L << 40, 1, 1, 0)),
                Arguments.of(
                        "the view [" + storage(0) + ", " + storage(0) + ", 3, 4] leaves its storage",
                        TarBytes.archive(
                                DICT,
                                List.of(ONE),
                                "\u0080\2](" + number(storage(0)) + number(storage(0)) + "K\3K\4ta.")),
                Arguments.of(
                        "the persistent id 77 is no tensor",
                        TarBytes.archive(latin1("\u0080\2}" + text("w") + reference(77) + "s."), tensors, storages)),
                Arguments.of(
                        "is no key of a tensor",
                        TarBytes.archive(latin1("\u0080\2}" + text("w") + text("x") + "Qs."), tensors, storages)),
                Arguments.of(
                        "is called with arguments; only data is read here",
                        TarBytes.archive(
                                latin1("\u0080\2cos\nsystem\n" + text("id") + "\u0085R."), tensors, storages)));
    }

    private static byte[] archive(String info) {
        return new TarBytes().with("sys_info", latin1(info)).bytes();
    }

    private static byte[] entry(byte[] pickle, byte[] storages, long... numbers) {
        ByteArrayOutputStream tensors = new ByteArrayOutputStream();
        tensors.writeBytes(latin1("\u0080\2K\1."));
        tensors.writeBytes(tensor(number(tensor(0)), number(storage(0)), numbers));
        return TarBytes.archive(pickle, tensors.toByteArray(), storages);
    }

    private static byte[] flipped(byte[] file, int at) {
        byte[] flipped = file.clone();
        flipped[at] ^= 1;
        return flipped;
    }

    private static byte[] longer(byte[] member) {
        return Arrays.copyOf(member, member.length + 1);
    }

    private static byte[] changed(byte[] member, String from, String to) {
        return latin1(new String(member, StandardCharsets.ISO_8859_1).replace(from, to));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void saysInOneLineWhatIsWrong(String message, byte[] file) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> read(file))
                .withMessageStartingWith(FILE)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }
}
