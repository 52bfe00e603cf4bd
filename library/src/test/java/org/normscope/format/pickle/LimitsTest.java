package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.normscope.tensor.BadCheckpointException;

/** Each limit holds to the last unit: as much is read, one more is rejected. */
class LimitsTest {
    private static final PickleLimits SMALL = new PickleLimits(100, 10, 5, 3, 20);
    private static final PickleLimits LARGE = PickleLimits.DEFAULT;

    private static void accepts(PickleLimits limits, String... pickle) throws BadCheckpointException {
        assertThat(Pickles.read(new PickleMachine(limits), Pickles.bytes(pickle))
                        .root())
                .isNotNull();
    }

    private static void rejects(PickleLimits limits, String words, String... pickle) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> accepts(limits, pickle))
                .withMessageContaining(words);
    }

    @Test
    void theDefaultsAreThoseOfAKnownGoodInterpreter() {
        assertThat(LARGE).isEqualTo(new PickleLimits(1_000_000, 10_000, 100_000, 1_000, 16_777_216));
    }

    @Test
    void stepsAreCounted() throws Exception {
        accepts(SMALL, "N0".repeat(49), "N.");
        rejects(SMALL, "more than 100 steps", "N0".repeat(49), "N0N.");
        accepts(LARGE, "N0".repeat(499_999), "N.");
        rejects(LARGE, "byte 1000000: pickle: more than 1000000 steps", "N0".repeat(499_999), "N0N.");
    }

    @Test
    void copiedItemsAreSteps() throws Exception {
        PickleLimits fewSteps = new PickleLimits(100, 10, 5, 3, 10_000);
        String list = "(NNNNNlq\0000";
        String copy = "ccollections\ndeque\nh\0\205R0";
        accepts(fewSteps, list, copy.repeat(8), "N.");
        rejects(fewSteps, "more than 100 steps", list, copy.repeat(9), "N.");
        rejects(
                fewSteps,
                "more than 100 steps",
                "(NNNNNcb\nC\ntq\0000",
                "ccopyreg\n__newobj__\nca\nC\n\205R0".repeat(30),
                "N.");
    }

    @Test
    void theStackIsBounded() throws Exception {
        accepts(SMALL, "(", "N".repeat(9), "t.");
        rejects(SMALL, "more than 10 values are on the stack", "(", "N".repeat(10), "t.");
        rejects(SMALL, "more than 10 values are on the stack", "(".repeat(11));
        accepts(LARGE, "(", "N".repeat(9_999), "t.");
        rejects(LARGE, "byte 10000: pickle: NONE: more than 10000 values", "(", "N".repeat(10_000), "t.");
    }

    @Test
    void theMemoIsBounded() throws Exception {
        accepts(SMALL, "N", "\224".repeat(5), "q\3.");
        rejects(SMALL, "more than 5 values are in the memo", "N", "\224".repeat(6), ".");
        accepts(LARGE, "N", "\224".repeat(100_000), ".");
        rejects(LARGE, "byte 100001: pickle: MEMOIZE: more than 100000 values", "N", "\224".repeat(100_001), ".");
    }

    @Test
    void nestingIsBounded() throws Exception {
        accepts(SMALL, "N\205\205\205.");
        rejects(SMALL, "STOP: values are nested more than 3 deep", "N\205\205\205\205.");
        accepts(LARGE, "N", "\205".repeat(1_000), ".");
        rejects(LARGE, "nested more than 1000 deep", "N", "\205".repeat(1_001), ".");
        rejects(LARGE, "nested more than 1000 deep", "N", "\205".repeat(900_000), ".");
        rejects(LARGE, "nested more than 1000 deep", "]q\0", "]q\1ah\1".repeat(2_000), "0".repeat(2_000), ".");
    }

    @Test
    void nestingIsMeasuredThroughWhatWasFilledLater() throws Exception {
        // Each list is put into the one before while that one is still empty.
        String deeper = "h\0]q\0a0";
        accepts(SMALL, "]q\0", deeper.repeat(3), ".");
        rejects(SMALL, "nested more than 3 deep", "]q\0", deeper.repeat(4), ".");
    }

    @Test
    void stringsAreBoundedTogether() throws Exception {
        accepts(SMALL, "U\12", "a".repeat(10), "U\12", "b".repeat(10), "\206.");
        rejects(
                SMALL,
                "strings of more than 20 bytes together",
                "U\12",
                "a".repeat(10),
                "U\13",
                "b".repeat(11),
                "\206.");
        rejects(SMALL, "strings of more than 20 bytes together", "Va\n0".repeat(21), "N.");
        rejects(
                SMALL,
                "strings of more than 20 bytes together",
                "U\12aaaaaaaaaaU\6latin1\206q\0000c_codecs\nencode\nh\0R.");
    }
}
