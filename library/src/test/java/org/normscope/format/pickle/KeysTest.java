package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.format.PickleObject.Dict;
import org.normscope.format.PickleObject.Sequence;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Global;
import org.normscope.format.PickleValue.Int;
import org.normscope.format.PickleValue.Text;
import org.normscope.tensor.BadCheckpointException;

/** Keys of dicts are equal where Python's are. */
class KeysTest {
    private record Row(String what, List<String> keys, String value) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Row row(String what, String first, String second, String value) {
        return new Row(what, List.of(first, second), value);
    }

    static List<Row> rows() {
        return List.of(
                row("1 and True", "K\1", "\210", "{1: 1}"),
                row("False and -0.0", "\211", "G\200\0\0\0\0\0\0\0", "{False: 1}"),
                row("2^62 twice", "\212\10\0\0\0\0\0\0\0\100", "G\103\320\0\0\0\0\0\0", "{4611686018427387904: 1}"),
                row("2^63 twice", "\212\11\0\0\0\0\0\0\0\200\0", "G\103\340\0\0\0\0\0\0", "{9223372036854775808: 1}"),
                row(
                        "2^63 and 2^63 + 1",
                        "\212\11\0\0\0\0\0\0\0\200\0",
                        "\212\11\1\0\0\0\0\0\0\200\0",
                        "{9223372036854775808: 0, 9223372036854775809: 1}"),
                row("1.5 twice", "G\77\370\0\0\0\0\0\0", "G\77\370\0\0\0\0\0\0", "{f3ff8000000000000: 1}"),
                row("infinity and 0", "G\177\360\0\0\0\0\0\0", "K\0", "{f7ff0000000000000: 0, 0: 1}"),
                row(
                        "NaN twice",
                        "G\177\370\0\0\0\0\0\0",
                        "G\177\370\0\0\0\0\0\0",
                        "{f7ff8000000000000: 0, f7ff8000000000000: 1}"),
                row("text and bytes", "U\1a", "C\1a", "{\"a\": 0, b61: 1}"),
                row("equal bytes", "C\1a", "C\1a", "{b61: 1}"),
                row("equal tuples", "K\1\205", "G\77\360\0\0\0\0\0\0\205", "{(1): 1}"),
                row("a tuple and its item", "K\1\205", "K\1", "{(1): 0, 1: 1}"),
                row("tuples of two lengths", "NN\206", "N\205", "{(None, None): 0, (None): 1}"),
                row("None twice", "N", "N", "{None: 1}"),
                row("equal classes", "ca\nB\n", "ca\nB\n", "{<a.B>: 1}"),
                row("names cut at another dot", "ca\nb.C\n", "ca.b\nC\n", "{<a.b.C>: 0, <a.b.C>: 1}"),
                row("two objects", "ca\nB\n)R", "ca\nB\n)R", "{stub a.B: 0, stub a.B: 1}"),
                row("one object", "ca\nB\n)Rq\1", "h\1", "{stub a.B: 1}"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void laterValuesReplaceEarlierOnesUnderEqualKeys(Row row) throws Exception {
        String pickle = "}(" + row.keys.get(0) + "K\0" + row.keys.get(1) + "K\1u.";
        assertThat(Pickles.shown(pickle)).isEqualTo(row.value);
    }

    @Test
    void aTextKeyIsFoundByItsText() {
        Dict dict = new Dict(new Global("builtins", "dict"));
        assertThat(dict.get("a")).isEmpty();
        dict.put(new Text("a"), new Int(1));
        assertThat(dict.get("a")).contains(new Int(1));
        assertThat(dict.get("b")).isEmpty();
    }

    @Test
    void whatPythonCannotHashIsNoKey() {
        Dict dict = new Dict(new Global("builtins", "dict"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> dict.put(new Sequence(new Global("builtins", "list"), List.of()), new Int(1)))
                .withMessage("not a key: a list of 0");
    }

    @Test
    void keysMadeToCollideStayFast() {
        Dict dict = new Dict(new Global("builtins", "dict"));
        int bits = 16;
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 1 << bits; i++) {
                // "Aa" and "BB" have one hash, and so has every mixture of them.
                StringBuilder text = new StringBuilder();
                for (int bit = 0; bit < bits; bit++) {
                    text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                }
                PickleValue key = new Text(text.toString());
                dict.put(i % 2 == 0 ? key : new PickleValue.Tuple(List.of(key)), new Int(i));
            }
        });
        assertThat(dict.entries()).hasSize(1 << bits);
    }

    @Test
    void aTupleThatIsDoubledWithoutEndIsNoKey() {
        for (int times : new int[] {54, 60, 62, 63, 64, 70, 200}) {
            byte[] pickle = Pickles.repeated("})", "2\206", times, "Ns.");
            assertThatExceptionOfType(BadCheckpointException.class)
                    .isThrownBy(() -> Pickles.read(new PickleMachine(), pickle));
        }
    }
}
