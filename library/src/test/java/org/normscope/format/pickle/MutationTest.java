package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.tensor.BadCheckpointException;

/** A pickle damaged in any way is read as something else or rejected; nothing else ever happens. */
class MutationTest {
    private static final long SEED = 20_261_125;
    private static final int MUTANTS = 20_000;

    static List<byte[]> pickles() {
        String storage = "(X\7\0\0\0storageq\1ctorch\nFloatStorage\nq\2X\1\0\0\0000q\3X\3\0\0\0cpuq\4K\14tq\5Q";
        String tensor = "ctorch._utils\n_rebuild_tensor_v2\nq\6(" + storage
                + "K\0K\4K\3\206q\7K\3K\1\206q\10\211ccollections\nOrderedDict\nq\11)Rq\12tq\13Rq\14";
        return List.of(
                Pickles.bytes("\200\2}q\0(X\1\0\0\0wq\15", tensor, "X\1\0\0\0vh\14u."),
                Pickles.bytes(
                        "(dp0\nS'w'\np1\n(lp2\nF1.5\naI01\naL12345678901234567890L\nasVa\\u20ac\n(ia.b\nC\n(dbs."),
                Pickles.bytes(
                        "\200\4\225\60\0\0\0\0\0\0\0\214\3a.b\224\214\1C\224\223\224)\201\224}\224(\214\1x\224K\1",
                        "\214\1y\224\217\224(K\1K\2\220\214\1z\224(K\3\221\224ub."),
                Pickles.bytes(
                        "\200\5\226\2\0\0\0\0\0\0\0zz\224cnumpy\ndtype\nU\2f4\211\210\207R(K\3U\1<NNNJ\377\377\377\377tb",
                        "c_codecs\nencode\nX\2\0\0\0\303\277X\6\0\0\0latin1\206R\207."),
                Pickles.bytes(
                        "\200\2ccollections\nOrderedDict\n](](U\1aG\77\360\0\0\0\0\0\0e](U\1b\212\3\1\2\3ee\205R}U\1m",
                        "c__builtin__\nset\n](NM\1\2e\205Rsb."));
    }

    @ParameterizedTest
    @MethodSource("pickles")
    void damageIsReadOrRejected(byte[] pickle) throws Exception {
        assertThat(Pickles.read(new PickleMachine(), pickle).end()).isEqualTo(pickle.length);
        Random random = new Random(SEED);
        int rejected = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutant(pickle, random);
            try {
                assertThat(Pickles.read(new PickleMachine(), mutant).root().inWords())
                        .isNotEmpty();
            } catch (BadCheckpointException e) {
                rejected++;
            } catch (RuntimeException | Error e) {
                fail("seed " + SEED + ", mutant " + i + ": " + HexFormat.of().formatHex(mutant), e);
            }
        }
        assertThat(rejected).isBetween(MUTANTS / 4, MUTANTS - 1);
    }

    @ParameterizedTest
    @MethodSource("pickles")
    void everyTruncationIsRejected(byte[] pickle) {
        for (int length = 0; length < pickle.length; length++) {
            byte[] cut = Arrays.copyOf(pickle, length);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Pickles.read(new PickleMachine(), cut)))
                    .isInstanceOf(BadCheckpointException.class);
        }
    }

    private static byte[] mutant(byte[] pickle, Random random) {
        byte[] mutant = pickle.clone();
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        if (random.nextInt(4) > 0) {
            return mutant;
        }
        // A piece of the pickle is copied over another place.
        int length = random.nextInt(mutant.length / 2);
        int from = random.nextInt(mutant.length - length);
        System.arraycopy(pickle, from, mutant, random.nextInt(mutant.length - length), length);
        return mutant;
    }
}
