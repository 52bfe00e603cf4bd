package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What each opcode does, by pickles put together by hand and the value that Python's definition gives. */
class OpcodesTest {
    private record Row(Opcode opcode, String pickle, String value) {}

    private static Row row(Opcode opcode, String pickle, String value) {
        return new Row(opcode, pickle, value);
    }

    private static final Set<Opcode> ONLY_REJECTED = EnumSet.of(
            Opcode.EXT1, Opcode.EXT2, Opcode.EXT4, Opcode.NEXT_BUFFER, Opcode.READONLY_BUFFER, Opcode.PERSID);

    private static final List<Row> NUMBERS = List.of(
            row(Opcode.INT, "I-5\n.", "-5"),
            row(Opcode.INT, "I00\n.", "False"),
            row(Opcode.INT, "I01\n.", "True"),
            row(Opcode.INT, "I+0010\n.", "10"),
            row(Opcode.INT, "I9223372036854775808\n.", "9223372036854775808"),
            row(Opcode.LONG, "L7L\n.", "7"),
            row(Opcode.LONG, "L-7\n.", "-7"),
            row(Opcode.LONG, "L123456789012345678901234567890L\n.", "123456789012345678901234567890"),
            row(Opcode.BININT, "J\377\377\377\377.", "-1"),
            row(Opcode.BININT, "J\1\2\3\4.", "67305985"),
            row(Opcode.BININT1, "K\377.", "255"),
            row(Opcode.BININT2, "M\1\377.", "65281"),
            row(Opcode.LONG1, "\212\0.", "0"),
            row(Opcode.LONG1, "\212\1\200.", "-128"),
            row(Opcode.LONG1, "\212\2\377\0.", "255"),
            row(Opcode.LONG1, "\212\12l\374\234F\371 j\250P\31.", "119547037146038801333356"),
            row(Opcode.LONG4, "\213\2\0\0\0\0\377.", "-256"),
            row(Opcode.FLOAT, "F-1.5\n.", "fbff8000000000000"),
            row(Opcode.FLOAT, "F2e+3\n.", "f409f400000000000"),
            row(Opcode.FLOAT, "Finf\n.", "f7ff0000000000000"),
            row(Opcode.FLOAT, "F-inf\n.", "ffff0000000000000"),
            row(Opcode.FLOAT, "Fnan\n.", "f7ff8000000000000"),
            row(Opcode.BINFLOAT, "G\77\360\0\0\0\0\0\0.", "f3ff0000000000000"),
            row(Opcode.NONE, "N.", "None"),
            row(Opcode.NEWTRUE, "\210.", "True"),
            row(Opcode.NEWFALSE, "\211.", "False"));

    private static final List<Row> STRINGS = List.of(
            row(Opcode.STRING, "S'a\\'\"b'\n.", "\"a'\\\"b\""),
            row(Opcode.STRING, "S\"\\x41\\102\\n\\\\ \\q\"\n.", "\"AB\\n\\\\ \\\\q\""),
            row(Opcode.STRING, "S'\\a\\b\\f\\r\\t\\v\\07\\1234'\n.", "\"\\u0007\\b\\f\\r\\t\\u000b\\u0007S4\""),
            row(Opcode.STRING, "S'\\xff\\777'\n.", "bffff"),
            row(Opcode.STRING, "S'\303\251'\n.", "\"\\u00e9\""),
            row(Opcode.BINSTRING, "T\2\0\0\0\303\251.", "\"\\u00e9\""),
            row(Opcode.BINSTRING, "T\1\0\0\0\303.", "bc3"),
            row(Opcode.SHORT_BINSTRING, "U\3abc.", "\"abc\""),
            row(Opcode.SHORT_BINSTRING, "U\0.", "\"\""),
            row(Opcode.BINBYTES, "B\2\0\0\0a\377.", "b61ff"),
            row(Opcode.SHORT_BINBYTES, "C\1\0.", "b00"),
            row(Opcode.BINBYTES8, "\216\1\0\0\0\0\0\0\0z.", "b7a"),
            row(Opcode.BYTEARRAY8, "\226\2\0\0\0\0\0\0\0zz.", "b7a7a"),
            row(Opcode.UNICODE, "Va\351\\u20ac\\\\u0041\\x41\n.", "\"a\\u00e9\\u20ac\\\\\\\\u0041\\\\x41\""),
            row(Opcode.UNICODE, "V\\U0001f600\\\n.", "\"\\ud83d\\ude00\\\\\""),
            row(Opcode.UNICODE, "V\\ud83d\\ude00\n.", "\"\\ud83d\\ude00\""),
            row(Opcode.SHORT_BINUNICODE, "\214\2\303\251.", "\"\\u00e9\""),
            row(Opcode.BINUNICODE, "X\3\0\0\0\342\202\254.", "\"\\u20ac\""),
            row(Opcode.BINUNICODE8, "\215\1\0\0\0\0\0\0\0a.", "\"a\""));

    private static final List<Row> COLLECTIONS = List.of(
            row(Opcode.EMPTY_LIST, "].", "[]"),
            row(Opcode.APPEND, "]K\1a.", "[1]"),
            row(Opcode.APPENDS, "](K\1K\2e.", "[1, 2]"),
            row(Opcode.APPENDS, "](e.", "[]"),
            row(Opcode.LIST, "(K\1(lK\2l.", "[1, [], 2]"),
            row(Opcode.EMPTY_TUPLE, ").", "()"),
            row(Opcode.TUPLE, "(K\1(tK\2t.", "(1, (), 2)"),
            row(Opcode.TUPLE1, "N\205.", "(None)"),
            row(Opcode.TUPLE2, "K\1K\2\206.", "(1, 2)"),
            row(Opcode.TUPLE3, "K\1K\2K\3\207.", "(1, 2, 3)"),
            row(Opcode.EMPTY_DICT, "}.", "{}"),
            row(Opcode.DICT, "(K\1K\2d.", "{1: 2}"),
            row(Opcode.SETITEM, "}K\1K\2s.", "{1: 2}"),
            row(Opcode.SETITEMS, "}(K\1K\2K\3K\4u.", "{1: 2, 3: 4}"),
            row(Opcode.SETITEMS, "}(u.", "{}"),
            row(Opcode.EMPTY_SET, "\217.", "{}"),
            row(Opcode.ADDITEMS, "\217(K\1K\2K\1\220.", "{1, 2}"),
            row(Opcode.FROZENSET, "(K\1K\1\221.", "builtins.frozenset{1}"));

    private static final List<Row> STACK = List.of(
            row(Opcode.POP, "K\1K\0020.", "1"),
            row(Opcode.POP, "K\1(0.", "1"),
            row(Opcode.DUP, "K\0012\206.", "(1, 1)"),
            row(Opcode.MARK, "((K\1tt.", "((1))"),
            row(Opcode.POP_MARK, "K\1(K\2K\0031.", "1"),
            row(Opcode.GET, "K\1p12\n0g12\n.", "1"),
            row(Opcode.BINGET, "]q\5h\5\206.", "([], [])"),
            row(Opcode.LONG_BINGET, "K\1r\1\2\3\3770j\1\2\3\377.", "1"),
            row(Opcode.PUT, "K\1p0\nK\2p0\n0h\0\206.", "(1, 2)"),
            row(Opcode.BINPUT, "]q\0h\0a.", "[...]"),
            row(Opcode.LONG_BINPUT, "K\1r\377\377\377\3770K\2.", "2"),
            row(Opcode.MEMOIZE, "K\1\224K\2\224h\0h\1\206\206\206.", "(1, (2, (1, 2)))"),
            row(Opcode.STOP, "N.", "None"),
            row(Opcode.PROTO, "\200\5\200\0N.", "None"),
            row(Opcode.FRAME, "\225\2\0\0\0\0\0\0\0N.", "None"));

    private static final List<Row> OBJECTS = List.of(
            row(Opcode.GLOBAL, "cos.path\nja\303\251\n.", "<os.path.ja\u00e9>"),
            row(Opcode.STACK_GLOBAL, "\214\2os\214\6system\223.", "<os.system>"),
            row(Opcode.REDUCE, "ca.b\nC\n)R.", "stub a.b.C"),
            row(Opcode.REDUCE, "ctorch\nSize\nK\1K\2\206\205R.", "torch.Size((1, 2))"),
            row(Opcode.BUILD, "ca.b\nC\n)\201}K\1K\2sb.", "stub a.b.C|{1: 2}"),
            row(Opcode.INST, "(ia.b\nC\n.", "stub a.b.C"),
            row(Opcode.INST, "(icollections\nOrderedDict\n.", "collections.OrderedDict{}"),
            row(Opcode.OBJ, "(ca.b\nC\no.", "stub a.b.C"),
            row(Opcode.OBJ, "(cpathlib\nPosixPath\nU\1ao.", "pathlib.PosixPath(\"a\")"),
            row(Opcode.NEWOBJ, "ca.b\nC\n)\201.", "stub a.b.C"),
            row(Opcode.NEWOBJ, "ctorch\nSize\nK\1\205\205\201.", "torch.Size((1))"),
            row(Opcode.NEWOBJ_EX, "ca.b\nC\n)}\222.", "stub a.b.C"),
            row(
                    Opcode.BINPERSID,
                    "(U\7storagectorch\nFloatStorage\nU\0010U\3cpuK\14tQ.",
                    "@(\"storage\", <torch.FloatStorage>, \"0\", \"cpu\", 12)"),
            row(Opcode.BINPERSID, "(U\6moduleca.b\nNet\nU\4b.pyU\4codetQ)\201.", "stub a.b.Net"));

    @TestFactory
    Stream<DynamicTest> everyOpcodeDoesWhatPythonSays() {
        return all().map(row -> DynamicTest.dynamicTest(
                row.opcode + " gives " + row.value,
                () -> assertThat(Pickles.shown(row.pickle)).isEqualTo(row.value)));
    }

    @Test
    void noOpcodeIsMissingHere() {
        EnumSet<Opcode> seen = EnumSet.copyOf(ONLY_REJECTED);
        all().forEach(row -> seen.add(row.opcode));
        assertThat(seen).isEqualTo(EnumSet.allOf(Opcode.class));
    }

    @Test
    void everyOpcodeHasItsOwnCode() {
        long codes = java.util.stream.IntStream.range(0, 256)
                .mapToObj(Opcode::of)
                .filter(java.util.Objects::nonNull)
                .distinct()
                .count();
        assertThat(codes).isEqualTo(Opcode.values().length).isEqualTo(68);
    }

    private static Stream<Row> all() {
        return Stream.of(NUMBERS, STRINGS, COLLECTIONS, STACK, OBJECTS).flatMap(List::stream);
    }
}
