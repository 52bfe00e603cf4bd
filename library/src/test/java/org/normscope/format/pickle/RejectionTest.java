package org.normscope.format.pickle;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.normscope.tensor.BadCheckpointException;

/** What isn't a legal pickle is rejected at the offset of the opcode that is wrong. */
class RejectionTest {
    private static void rejects(int offset, String words, String... pickle) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Pickles.root(pickle))
                .withMessageStartingWith(Pickles.FILE + ", byte " + offset + ": pickle: ")
                .withMessageContaining(words);
    }

    @Test
    void refusesWhatEndsEarly() {
        rejects(0, "ends without STOP", "");
        rejects(1, "ends without STOP", "N");
        rejects(0, "BININT: the pickle is cut off", "J\1\2\3");
        rejects(0, "GLOBAL: the pickle is cut off", "cos\nsystem");
        rejects(1, "SHORT_BINUNICODE: 5 bytes are announced, 2 are left", "N\214\5ab");
        rejects(0, "BINUNICODE: 4294967295 bytes are announced, 1 are left", "X\377\377\377\377a");
        rejects(0, "BINUNICODE8: 1152921504606846976 bytes", "\215\0\0\0\0\0\0\0\20a");
        rejects(0, "BINBYTES8: 18446744073709551615 bytes", "\216\377\377\377\377\377\377\377\377a");
        rejects(2, "FRAME: 3 bytes are announced, 2 are left", "\200\4\225\3\0\0\0\0\0\0\0N.");
    }

    @Test
    void refusesOpcodesThatNeedSomethingOutside() {
        rejects(0, "EXT1: a class by number", "\202\1.");
        rejects(0, "EXT2: a class by number", "\203\1\0.");
        rejects(0, "EXT4: a class by number", "\204\1\0\0\0.");
        rejects(2, "NEXT_BUFFER: a buffer outside", "\200\5\227.");
        rejects(0, "READONLY_BUFFER: a buffer outside", "\230.");
        rejects(0, "PERSID: a persistent id as a line of text", "P0\n.");
    }

    @Test
    void refusesUnknownOpcodesAndProtocols() {
        rejects(1, "no protocol has an opcode 0xff", "N\377.");
        rejects(0, "PROTO: protocol 6 is unknown", "\200\6N.");
        rejects(0, "PROTO: protocol 99 is unknown", "\200\143N.");
    }

    @Test
    void refusesToReachBelowTheStackOrAMark() {
        rejects(0, "STOP: 0 values", ".");
        rejects(2, "STOP: 2 values", "NN.");
        rejects(2, "STOP: 2 values and marks", "(N.");
        rejects(0, "POP: no value", "0");
        rejects(2, "DUP: no value", "N(2");
        rejects(1, "TUPLE2: fewer than 2 values", "N\206");
        rejects(3, "TUPLE2: fewer than 2 values", "N(N\206");
        rejects(1, "TUPLE: no mark", "Nt");
        rejects(1, "APPENDS: no value", "(e");
        rejects(0, "MEMOIZE: no value", "\224");
        rejects(1, "OBJ: no class", "(o");
        rejects(0, "BUILD: no value", "b");
    }

    @Test
    void refusesSlotsOfTheMemoThatWereNeverWritten() {
        rejects(0, "BINGET: slot 0", "h\0.");
        rejects(3, "LONG_BINGET: slot 2147483648", "Nq\0j\0\0\0\200.");
        rejects(0, "GET: the memo has no slot '-1'", "g-1\n.");
        rejects(1, "PUT: the memo has no slot '99999999999999999999'", "Np99999999999999999999\n.");
    }

    @Test
    void refusesMisspeltNumbers() {
        rejects(0, "INT: 'x' is no integer", "Ix\n.");
        rejects(0, "INT: '' is no integer", "I\n.");
        rejects(0, "INT: '1_0' is no integer", "I1_0\n.");
        rejects(0, "LONG: '0x1' is no integer", "L0x1L\n.");
        rejects(0, "FLOAT: '0x1p3' is no number", "F0x1p3\n.");
        rejects(0, "FLOAT: '1d' is no number", "F1d\n.");
        rejects(0, "FLOAT: ' 1' is no number", "F 1\n.");
        rejects(0, "LONG4: an integer of -1 bytes", "\213\377\377\377\377.");
        rejects(0, "LONG4: an integer of 1001 bytes", "\213\351\3\0\0", "a".repeat(1001), ".");
        rejects(0, "LONG: a number of 1001 characters", "L", "1".repeat(1001), "\n.");
    }

    @Test
    void refusesTextsThatAreNone() {
        rejects(0, "SHORT_BINUNICODE: the text is not UTF-8", "\214\1\377.");
        rejects(0, "SHORT_BINUNICODE: the text is not UTF-8", "\214\3\355\240\200.");
        rejects(0, "GLOBAL: the text is not UTF-8", "c\377\nx\n.");
        rejects(0, "STRING: the string isn't in quotes", "Sabc\n.");
        rejects(0, "STRING: the string isn't in quotes", "S'\n.");
        rejects(0, "STRING: the string isn't in quotes", "S'a\"\n.");
        rejects(0, "STRING: the string ends in a backslash", "S'\\'\n.");
        rejects(0, "STRING: an escape in the text is cut off", "S'\\x4'\n.");
        rejects(0, "STRING: an escape in the text has a wrong digit", "S'\\x4g'\n.");
        rejects(0, "UNICODE: an escape in the text is cut off", "V\\u12\n.");
        rejects(0, "UNICODE: an escape in the text names no character", "V\\U00110000\n.");
        rejects(0, "UNICODE: the text holds half a surrogate pair", "V\\ud83d.\n.");
        rejects(0, "BINSTRING: a string of -1 bytes", "T\377\377\377\377.");
        rejects(0, "UNICODE: a line of more than 1048576 bytes", "V", "a".repeat(1_048_577), "\n.");
    }

    @Test
    void refusesToFillWhatCannotBeFilled() {
        rejects(3, "APPEND: items can't be appended to the integer 1", "K\1Na");
        rejects(2, "APPEND: items can't be appended to a dict of 0", "}Na");
        rejects(3, "SETITEM: entries can't be set in a list of 0", "]NNs");
        rejects(3, "SETITEMS: the last key has no value", "}(Nu");
        rejects(2, "DICT: the last key has no value", "(Nd");
        rejects(3, "ADDITEMS: members can't be added to a list", "](N\220");
        rejects(5, "ADDITEMS: members can't be added to a frozenset", "(\221(NN\220");
        rejects(3, "SETITEM: a list of 0 can't be a key", "}]Ns");
        rejects(4, "SETITEM: a tuple of 1 can't be a key", "}]\205Ns");
        rejects(3, "ADDITEMS: a dict of 0 can't be a key", "\217(}\220");
    }

    @Test
    void refusesKeysThatWouldTakeLongToCompare() {
        String longest = "X\0\0\1\0" + "k".repeat(65_536);
        rejects(longest.length() + 2, "is too large to be a key", "}", longest, "Ns");
        rejects(1 + 1 + 254 + 1 + 1, "a tuple of 254 is too large to be a key", "}(", "N".repeat(254), "tNs");
        rejects(2 + 64 + 1, "a tuple of 1 is too large to be a key", "})", "\205".repeat(64), "Ns");
        for (int doublings = 16; doublings < 200; doublings++) {
            int at = 2 + 2 * doublings + 1;
            rejects(at, "a tuple of 2 is too large to be a key", "}N", "2\206".repeat(doublings), "Ns");
        }
    }

    @Test
    void refusesNamesLongerThanAnyClassHas() {
        rejects(0, "GLOBAL: the name of a class or function", "c", "m".repeat(500), "\n", "n".repeat(501), "\n.");
    }

    @Test
    void quotesNamesSafelyInOneLine() {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Pickles.root("\214\7a\33[2J\r\n\214\1b\223K\1\205R."))
                .withMessageContaining("'a\\u001b[2J\\u000d\\u000a.b' is called with arguments");
    }
}
