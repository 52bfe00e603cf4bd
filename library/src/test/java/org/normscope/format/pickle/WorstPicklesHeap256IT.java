package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;

/** The pickles within the limits that need most memory or time, in the heap of a small machine. */
class WorstPicklesHeap256IT {
    private static final int BATCH = 9_000;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    static List<Arguments> kinds() {
        return List.of(
                arguments("empty dicts", "}", 1),
                arguments("empty lists", "]", 1),
                arguments("empty sets", "\217", 1),
                arguments("empty texts", "U\0", 1),
                arguments("short texts", "U\1a", 1),
                arguments("short bytes", "C\1a", 1),
                arguments("numbers", "G\1\2\3\4\5\6\7\10", 1),
                arguments("big integers", "\212\11\1\2\3\4\5\6\7\10\1", 1),
                arguments("tuples of one", "N\205", 2),
                arguments("dicts of one", "}NNs", 4),
                arguments("lists of one", "]Na", 3),
                arguments("sets of one", "(N\221", 3),
                arguments("stubs", "ca\nC\n)\201", 3),
                arguments("calls", "ctorch\nSize\n)R", 3),
                arguments("ordered dicts", "ccollections\nOrderedDict\n)R", 3),
                arguments("storages", "N\205Q", 3),
                arguments("stubs with a state", "ca\nC\n)\201}b", 5),
                arguments("classes", "ca\nC\n", 1));
    }

    /** As many items of one kind as a million steps make, all held by one list. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void aMillionStepsOfOneKindFitTheHeap(String kind, String item, int steps) {
        int batches = (1_000_000 - 3) / (BATCH * steps + 2);
        byte[] pickle = Pickles.repeated("]", "(" + item.repeat(BATCH) + "e", batches, ".");
        Assertions.assertTimeout(
                LONGEST,
                () -> assertThat(
                                Pickles.read(new PickleMachine(), pickle).root().inWords())
                        .isEqualTo("a list of " + batches * BATCH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\217", "]", "G\1\2\3\4\5\6\7\10", "}"})
    void theLongestTextFitsBesideAMillionOfOtherValues(String item) {
        int batches = 980_000 / (BATCH + 2);
        byte[] before = Pickles.repeated("]", "(" + item.repeat(BATCH) + "e", batches, "X\0\0\0\1\342\202\254");
        Filled in = new Filled(before, before.length - 3L + (16 << 20) + 1);
        Assertions.assertTimeout(
                LONGEST,
                () -> assertThatExceptionOfType(BadCheckpointException.class)
                        .isThrownBy(() -> new PickleMachine().read("a.pt", in, 0, in.length()))
                        .withMessageContaining("STOP: 2 values"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X", "B", "T"})
    void theLongestStringFitsTheHeap(String opcode) {
        int length = (int) PickleLimits.DEFAULT.stringBytes();
        // One letter that isn't Latin-1 doubles the memory of the text.
        byte[] start = Pickles.bytes(opcode + "\0\0\0\1\342\202\254");
        Filled in = new Filled(start, length + start.length - 2L);
        Assertions.assertTimeout(
                LONGEST,
                () -> assertThat(new PickleMachine()
                                .read("a.pt", in, 0, in.length())
                                .root())
                        .isNotNull());
    }

    /** A file of these bytes, then of {@code a}, that ends in STOP, in no memory. */
    private record Filled(byte[] start, long length) implements RangeReader {
        @Override
        public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
            RangeReader.checkRange(length, position, destination, offset, count);
            Arrays.fill(destination, offset, offset + count, (byte) 'a');
            for (int i = 0; i < Math.min(count, start.length - position); i++) {
                destination[offset + i] = start[(int) position + i];
            }
            if (position + count == length && count > 0) {
                destination[offset + count - 1] = '.';
            }
        }

        @Override
        public void close() {}
    }

    static List<Arguments> uses() {
        String many = "N".repeat(BATCH);
        String key = "X\0\200\0\0" + "z".repeat(32_768);
        return List.of(
                arguments("copies of a list", "(" + many + "l", "ccollections\ndeque\nh\0\205R0"),
                arguments("copies of a tuple", "(cpathlib\nPosixPath\n" + many + "t", "ccopyreg\n__newobj__\nh\0R0"),
                arguments("long persistent ids", "(" + many + "t", "h\0\205Q0"),
                arguments("sets of a list", "(" + many + "l", "c__builtin__\nset\nh\0\205R0"),
                arguments("tuples as keys", "(" + "N".repeat(250) + "t", "}h\0Ns0"),
                arguments("bytes as keys", "B\0\17\0\0" + "z".repeat(15 << 8), "}h\0Ns0"),
                arguments("texts as keys", key, "}h\0Ns0"),
                arguments("equal texts as keys", key + "q\0010" + key, "}(h\0Nh\1Nu0"),
                arguments("long class names", "X\0\1\0\0" + "z".repeat(256), "h\0h\0\223)\2010"),
                arguments("one state of many objects", "}", "ca\nC\n)\201h\0b0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("uses")
    void workIsBoundedWhateverIsRepeated(String what, String shared, String use) {
        byte[] pickle = Pickles.repeated(shared + "q\0000", use, 160_000, "N.");
        Assertions.assertTimeout(LONGEST, () -> {
            try {
                assertThat(Pickles.read(new PickleMachine(), pickle).root()).isNotNull();
            } catch (BadCheckpointException e) {
                assertThat(e.getMessage()).containsAnyOf("more than 1000000 steps", "9000 parts");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"]", "}N", "(", "N\205", "\217("})
    void aMillionOfNestedCollectionsAreRejected(String opening) {
        byte[] pickle = Pickles.repeated("", opening, 1_000_000 / opening.length() - 2, ".");
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Pickles.read(new PickleMachine(), pickle));
    }
}
