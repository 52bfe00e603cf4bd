package org.normscope.format.pickle;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.tensor.BadCheckpointException;

/**
 * All opcodes of protocols 0 to 5, in the order of Python's {@code pickletools}, and what each does. A byte that isn't
 * here is rejected.
 */
enum Opcode {
    INT('I', run -> run.push(run.literals.intLine())),
    BININT('J', run -> run.push(new PickleValue.Int(run.input.i32()))),
    BININT1('K', run -> run.push(new PickleValue.Int(run.input.u8()))),
    BININT2('M', run -> run.push(new PickleValue.Int(run.input.u16()))),
    LONG('L', run -> run.push(run.literals.longLine())),
    LONG1(0x8a, run -> run.push(run.literals.integer(run.input.u8()))),
    LONG4(0x8b, run -> run.push(run.literals.integer(run.input.i32()))),
    STRING('S', run -> run.push(run.literals.stringLine())),
    BINSTRING('T', run -> run.push(run.literals.oldString(run.input.i32()))),
    SHORT_BINSTRING('U', run -> run.push(run.literals.oldString(run.input.u8()))),
    BINBYTES('B', run -> run.push(run.literals.bytes(run.input.u32()))),
    SHORT_BINBYTES('C', run -> run.push(run.literals.bytes(run.input.u8()))),
    BINBYTES8(0x8e, run -> run.push(run.literals.bytes(run.input.u64()))),
    BYTEARRAY8(0x96, run -> run.push(run.literals.bytes(run.input.u64()))),
    NEXT_BUFFER(0x97, run -> run.refuse("a buffer outside the pickle, which no file has")),
    READONLY_BUFFER(0x98, run -> run.refuse("a buffer outside the pickle, which no file has")),
    NONE('N', run -> run.push(PickleValue.None.NONE)),
    NEWTRUE(0x88, run -> run.push(new PickleValue.Bool(true))),
    NEWFALSE(0x89, run -> run.push(new PickleValue.Bool(false))),
    UNICODE('V', run -> run.push(run.literals.unicodeLine())),
    SHORT_BINUNICODE(0x8c, run -> run.push(run.literals.text(run.input.u8()))),
    BINUNICODE('X', run -> run.push(run.literals.text(run.input.u32()))),
    BINUNICODE8(0x8d, run -> run.push(run.literals.text(run.input.u64()))),
    FLOAT('F', run -> run.push(run.literals.realLine())),
    BINFLOAT('G', run -> run.push(new PickleValue.Real(run.input.bigEndianDouble()))),
    EMPTY_LIST(']', run -> run.push(run.filling.list(List.of()))),
    APPEND('a', run -> run.append(run.stack.pop(1))),
    APPENDS('e', run -> run.append(run.stack.popToMark())),
    LIST('l', run -> run.push(run.filling.list(run.stack.popToMark()))),
    EMPTY_TUPLE(')', run -> run.push(Run.NO_ARGUMENTS)),
    TUPLE('t', run -> run.push(new PickleValue.Tuple(run.stack.popToMark()))),
    TUPLE1(0x85, run -> run.push(new PickleValue.Tuple(run.stack.pop(1)))),
    TUPLE2(0x86, run -> run.push(new PickleValue.Tuple(run.stack.pop(2)))),
    TUPLE3(0x87, run -> run.push(new PickleValue.Tuple(run.stack.pop(3)))),
    EMPTY_DICT('}', run -> run.push(run.filling.dict(List.of()))),
    DICT('d', run -> run.push(run.filling.dict(run.stack.popToMark()))),
    SETITEM('s', run -> run.set(run.stack.pop(2))),
    SETITEMS('u', run -> run.set(run.stack.popToMark())),
    EMPTY_SET(0x8f, run -> run.push(new PickleObject.Members(Constructors.SET))),
    ADDITEMS(0x90, run -> run.add(run.stack.popToMark())),
    FROZENSET(0x91, run -> run.push(run.filling.members(Constructors.FROZENSET, run.stack.popToMark()))),
    POP('0', run -> run.stack.drop()),
    DUP('2', run -> run.push(run.stack.top())),
    MARK('(', run -> run.stack.mark()),
    POP_MARK('1', run -> run.stack.popToMark()),
    GET('g', run -> run.get(run.literals.slotLine())),
    BINGET('h', run -> run.get(run.input.u8())),
    LONG_BINGET('j', run -> run.get(run.input.u32())),
    PUT('p', run -> run.put(run.literals.slotLine())),
    BINPUT('q', run -> run.put(run.input.u8())),
    LONG_BINPUT('r', run -> run.put(run.input.u32())),
    MEMOIZE(0x94, Run::memoize),
    EXT1(0x82, run -> run.refuse("a class by number, whose name only the writer's registry knows")),
    EXT2(0x83, run -> run.refuse("a class by number, whose name only the writer's registry knows")),
    EXT4(0x84, run -> run.refuse("a class by number, whose name only the writer's registry knows")),
    GLOBAL('c', run -> run.push(run.literals.globalLines())),
    STACK_GLOBAL(0x93, Run::globalFromStack),
    REDUCE('R', Run::call),
    BUILD('b', Run::build),
    INST('i', Run::instance),
    OBJ('o', Run::object),
    NEWOBJ(0x81, Run::call),
    NEWOBJ_EX(0x92, Run::callWithNames),
    PROTO(0x80, Run::protocol),
    STOP('.', Run::stop),
    FRAME(0x95, run -> run.input.requireLeft(run.input.u64())),
    PERSID('P', run -> run.refuse("a persistent id as a line of text, which no torch file has")),
    BINPERSID('Q', Run::persistentId);

    private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[256];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;
    private final Action action;

    Opcode(int code, Action action) {
        this.code = code;
        this.action = action;
    }

    /** The opcode of a byte, 0 to 255, if there is one. */
    static @Nullable Opcode of(int code) {
        return BY_CODE[code];
    }

    /** Does what the opcode says. */
    void on(Run run) throws BadCheckpointException, IOException {
        action.on(run);
    }

    /** What an opcode does to a run. */
    @FunctionalInterface
    private interface Action {
        void on(Run run) throws BadCheckpointException, IOException;
    }
}
