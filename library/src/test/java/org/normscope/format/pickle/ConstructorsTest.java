package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.tensor.BadCheckpointException;

/** The closed table: what its rows make, and that they take no other number of arguments. */
class ConstructorsTest {
    private static void rejects(String words, String... pickle) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Pickles.root(pickle))
                .withMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({
        "torch._utils, _rebuild_tensor, 4, 4",
        "torch._utils, _rebuild_tensor_v2, 6, 7",
        "torch._utils, _rebuild_tensor_v3, 7, 8",
        "torch._utils, _rebuild_parameter, 3, 3",
        "torch._utils, _rebuild_parameter_with_state, 4, 4",
        "torch._utils, _rebuild_sparse_tensor, 2, 2",
        "torch._utils, _rebuild_qtensor, 7, 7",
        "torch._tensor, _rebuild_from_type_v2, 4, 4",
        "torch, device, 1, 2",
        "torch.serialization, _get_layout, 1, 1",
        "torch.distributed.checkpoint.metadata, _MEM_FORMAT_ENCODING, 1, 1",
        "torch.jit._pickle, build_intlist, 1, 1",
        "numpy, dtype, 1, 3",
        "numpy.core.multiarray, _reconstruct, 3, 3",
        "numpy.core.multiarray, scalar, 1, 2",
        "datetime, timedelta, 3, 3",
        "builtins, complex, 2, 2"
    })
    void aCallIsTakenDownWithSoManyArguments(String module, String name, int fewest, int most) throws Exception {
        for (int count = 0; count <= most + 1; count++) {
            String pickle = "c" + module + "\n" + name + "\n(" + "N".repeat(count) + "tR.";
            if (fewest <= count && count <= most) {
                assertThat(Pickles.shown(pickle))
                        .startsWith(module + "." + name + "(None")
                        .doesNotContain("|");
            } else {
                rejects(module + "." + name + " is called with " + count + " arguments, not with " + fewest, pickle);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "numpy._core.multiarray, scalar, numpy.core.multiarray.scalar",
        "__builtin__, complex, builtins.complex",
        "pathlib._local, PosixPath, pathlib.PosixPath",
        "torch.tensor, _rebuild_from_type, torch._tensor._rebuild_from_type"
    })
    void aModuleIsKnownUnderEveryNameItHad(String module, String name, String canonical) throws Exception {
        String arguments = name.equals("_rebuild_from_type") ? "(NNNNt" : "NN\206";
        assertThat(Pickles.shown("c", module, "\n", name, "\n", arguments, "R."))
                .startsWith(canonical + "(None, None");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "os\nsystem",
                "posix\nsystem",
                "__builtin__\neval",
                "builtins\nmap",
                "builtins\ngetattr",
                "functools\npartial",
                "operator\nmethodcaller",
                "_io\nFileIO",
                "runpy\n_run_code",
                "torch\nsave",
                "torch\nload",
                "torch._utils\n_import_dotted_name",
                "numpy\nload",
                "torch.storage\n_load_from_bytes"
            })
    void whatIsNotInTheTableCannotBeCalled(String global) {
        rejects("only data is read here", "c", global, "\nN\205R.");
    }

    @Test
    void aPickleInsideAPickleIsNotReadWithoutArgumentsEither() {
        rejects("torch.storage._load_from_bytes would read a pickle", "ctorch.storage\n_load_from_bytes\n)R.");
    }

    @Test
    void dictsComeFromPairsAndDicts() throws Exception {
        String ordered = "ccollections\nOrderedDict\n";
        assertThat(Pickles.shown(ordered, "](](U\1aK\1e](U\1bK\2ee\205R."))
                .isEqualTo("collections.OrderedDict{\"a\": 1, \"b\": 2}");
        assertThat(Pickles.shown("ccollections\nCounter\n}U\1aK\2s\205R.")).isEqualTo("collections.Counter{\"a\": 2}");
        assertThat(Pickles.shown("ccollections\ndefaultdict\nc__builtin__\nlist\n\205R."))
                .isEqualTo("collections.defaultdict{}");
        rejects("a dict is made from items that aren't pairs", ordered, "]N\205a\205R.");
        rejects("a list or tuple is expected, not None", ordered, "]Na\205R.");
        rejects("a list or tuple is expected, not the integer 1", ordered, "K\1\205R.");
        rejects("the missing values of a dict", "ccollections\ndefaultdict\nK\1\205R.");
        rejects("a list of 0 can't be a key", ordered, "](](]Nee\205R.");
    }

    @Test
    void setsComeFromLists() throws Exception {
        assertThat(Pickles.shown("c__builtin__\nset\n](K\1K\1K\2e\205R.")).isEqualTo("{1, 2}");
        assertThat(Pickles.shown("c__builtin__\nfrozenset\n(K\1t\205R.")).isEqualTo("builtins.frozenset{1}");
        rejects("a list of 0 can't be a key", "c__builtin__\nset\n]]a\205R.");
    }

    @Test
    void bytesComeFromTextInLatin1() throws Exception {
        String encode = "c_codecs\nencode\n";
        assertThat(Pickles.shown(encode, "X\2\0\0\0\303\277U\6latin1\206R.")).isEqualTo("bff");
        assertThat(Pickles.shown("c__builtin__\nbytes\n)R.")).isEqualTo("b");
        assertThat(Pickles.shown("cbuiltins\nbytearray\nC\1a\205R.")).isEqualTo("b61");
        rejects("the encoding 'rot13', not in latin1", encode, "U\1aU\5rot13\206R.");
        rejects("a character beyond latin1", encode, "X\3\0\0\0\342\202\254U\6latin1\206R.");
        rejects("bytes are made from the integer 9", "cbuiltins\nbytearray\nK\11\205R.");
    }

    @Test
    void numpyArraysAreACallWithAState() throws Exception {
        String array = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\205U\1b\207R";
        String dtype = "cnumpy\ndtype\nU\2f4\211\210\207R(K\3U\1<NNNJ\377\377\377\377J\377\377\377\377K\0tb";
        assertThat(Pickles.shown(array, "(K\1K\1\205", dtype, "\211U\4\0\0\200?tb."))
                .isEqualTo(
                        "numpy.core.multiarray._reconstruct(<numpy.ndarray>, (0), \"b\")|(1, (1), "
                                + "numpy.dtype(\"f4\", False, True)|(3, \"<\", None, None, None, -1, -1, 0), False, b0000803f)");
    }
}
