package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.format.PickleObject.Stub;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Int;
import org.normscope.tensor.BadCheckpointException;

/** Where inert stubs end and rejection begins. */
class StubsTest {
    private static void rejects(String words, String... pickle) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Pickles.root(pickle))
                .withMessageStartingWith(Pickles.FILE + ", byte ")
                .withMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ca.b\nC\n)R.",
                "ca.b\nC\n)\201.",
                "ca.b\nC\n)}\222.",
                "(ca.b\nC\no.",
                "(ia.b\nC\n.",
                "ccopy_reg\n_reconstructor\n(ca.b\nC\nc__builtin__\nobject\nNtR.",
                "ccopyreg\n_reconstructor\n(ca.b\nC\ncbuiltins\nobject\nNtR.",
                "ccopyreg\n__newobj__\nca.b\nC\n\205R.",
                "(U\6moduleca.b\nC\nNNtQ)R."
            })
    void anUnknownClassMadeWithoutArgumentsIsAStub(String pickle) throws Exception {
        assertThat(Pickles.shown(pickle)).isEqualTo("stub a.b.C");
        assertThat(Pickles.read(new PickleMachine(), Pickles.bytes(pickle)).stubs())
                .isEqualTo(Map.of("a.b.C", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cos\nsystem\nU\4true\205R.",
                "cos\nsystem\nU\4true\205\201.",
                "cos\nsystem\nU\4true\205}\222.",
                "(cos\nsystem\nU\4trueo.",
                "(U\4trueios\nsystem\n.",
                "ccopyreg\n__newobj__\n(cos\nsystem\nU\4truetR.",
                "\214\2os\224\214\6system\224h\0h\1\223\214\4true\205R.",
                "(U\6modulecos\nsystem\nNNtQU\4true\205R."
            })
    void aCallWithArgumentsIsRejectedByName(String pickle) {
        rejects("'os.system' is called with arguments; only data is read here", pickle);
    }

    @Test
    void namesTheOffsetOfTheCall() {
        rejects("byte 20: pickle: REDUCE: 'os.system'", "N0cos\nsystem\nU\4true\205R.");
    }

    @Test
    void aStubIsFilledByEveryMeansOfAnObject() throws Exception {
        Stub stub = (Stub) Pickles.root("ca.b\nC\n)\201(K\1K\2eK\3a(U\1kK\4uK\5K\6s}U\1nK\7sb.");
        assertThat(stub.items()).extracting(PickleValue::label).containsExactly("1", "2", "3");
        assertThat(stub.entries()).extracting(entry -> entry.value().label()).containsExactly("4", "6");
        assertThat(stub.attribute("n")).contains(new Int(7));
        assertThat(stub.attribute("m")).isEmpty();
    }

    @Test
    void attributesAreFoundInSlotsToo() throws Exception {
        Stub stub = (Stub) Pickles.root("ca.b\nC\n)\201}U\1aK\1s}U\1sK\2s\206b.");
        assertThat(stub.attribute("a")).contains(new Int(1));
        assertThat(stub.attribute("s")).contains(new Int(2));
    }

    @Test
    void stubsAreCountedByClass() throws Exception {
        byte[] pickle = Pickles.bytes("(ca\nB\n2)R0)R(ca\nC\no(ia\nB\nt.");
        assertThat(Pickles.read(new PickleMachine(), pickle).stubs()).isEqualTo(Map.of("a.B", 3, "a.C", 1));
    }

    @Test
    void aResultIsNeverCalled() {
        rejects("REDUCE: an object of class 'a.b.C' is called", "ca.b\nC\n)R)R.");
        rejects("REDUCE: a value made by torch.Size is called", "ctorch\nSize\n)R)R.");
        rejects("NEWOBJ: the text 'os' is called", "U\2os)\201.");
        rejects("OBJ: a persistent id is called", "(U\7storage\205Qo.");
        rejects("REDUCE: arguments must be a tuple, not a list of 0", "ca.b\nC\n]R.");
        rejects("NEWOBJ_EX: a call with named arguments: a dict of 1", "ca.b\nC\n)}U\1aNs\222.");
    }

    @Test
    void aDunderAttributeIsRejected() {
        String object = "ca.b\nC\n)\201";
        rejects("a.b.C is given the attribute '__setstate__'", object, "}U\14__setstate__cos\nsystem\nsb.");
        rejects("'__class__'", object, "N}U\11__class__Ns\206b.");
        rejects("'__dict__'", object, "}X\10\0\0\0__dict__NsN\206b.");
        rejects("'__setstate__'", "ccollections\nOrderedDict\n)R}U\14__setstate__Nsb.");
        rejects("'__x__'", object, "(U\5__x__Ndb.");
    }

    @Test
    void onlyAttributesMayNotBeDunders() throws Exception {
        assertThat(Pickles.shown("}U\5__x__Ns.")).isEqualTo("{\"__x__\": None}");
        assertThat(Pickles.shown("ca\nC\n)R}(U\2__NU\4____NU\3__xNub.")).startsWith("stub a.C|");
    }

    @Test
    void attributesDontChangeOnceTheObjectIsBuilt() {
        rejects("the attributes of an object change after it was built", "ca.b\nC\n)\201}q\0b0h\0NNs.");
        rejects("a.b.C is built twice", "ca.b\nC\n)\201}b}b.");
        rejects("collections.OrderedDict is built twice", "ccollections\nOrderedDict\n)R}b}b.");
    }

    @Test
    void onlyObjectsHaveAState() {
        rejects("BUILD: a list of 0 can't have a state", "]}b.");
        rejects("BUILD: a dict of 0 can't have a state", "}}b.");
        rejects("BUILD: the class or function 'a.b' can't have a state", "ca\nb\n}b.");
        rejects("BUILD: a value made by torch.Size can't have a state", "ctorch\nSize\n)R}b.");
    }

    @Test
    void aPersistentIdHoldsPlainValuesOnly() {
        rejects("BINPERSID: a persistent id must be a tuple, not the text '0'", "U\0010Q.");
        rejects("a persistent id holds an object of class 'os.getpid'", "U\7storagecos\ngetpid\n)R\206Q.");
        rejects("a persistent id holds a list of 0", "U\7storage]\206Q.");
        rejects("a persistent id holds a persistent id", ")Q\205Q.");
        rejects("a persistent id holds a list of 0", "U\7storage]\205\206Q.");
        rejects("a persistent id is too deep", "N\205\205\205Q.");
        rejects("a persistent id of 17 parts", "(", "N".repeat(17), "tQ.");
    }

    @Test
    void aClassMadeFromAnotherValueIsRejected() {
        rejects(
                "the class or function 'a.b.C' is made from a dict of 0",
                "ccopy_reg\n_reconstructor\n(ca.b\nC\nc__builtin__\ndict\n}tR.");
        rejects("is made from the integer 1", "ccopy_reg\n_reconstructor\n(ca.b\nC\nc__builtin__\nobject\nK\1tR.");
        rejects("makes another maker", "ccopyreg\n__newobj__\nccopy_reg\n__newobj__\n\205R.");
    }

    @Test
    void aNameAloneIsOnlyAName() throws Exception {
        assertThat(Pickles.shown("cos\nsystem\n.")).isEqualTo("<os.system>");
    }
}
