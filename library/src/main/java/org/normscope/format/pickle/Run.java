package org.normscope.format.pickle;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Global;
import org.normscope.format.PickleValue.Text;
import org.normscope.format.PickleValue.Tuple;
import org.normscope.format.PickleWalk;
import org.normscope.tensor.BadCheckpointException;

/** One pickle while it is read: input, stack, memo, and the opcodes that do more than push a value. */
final class Run {
    /** The empty tuple. */
    static final Tuple NO_ARGUMENTS = new Tuple(List.of());

    private static final int LAST_PROTOCOL = 5;

    final Spot spot;
    final PickleInput input;
    final Literals literals;
    final ValueStack stack;
    final Filling filling;
    final Making making;

    private final Allowance allowance;
    private final Map<Long, PickleValue> memo = new HashMap<>();
    private @Nullable PickleValue root;

    Run(Spot spot, PickleInput input, Allowance allowance, PersistentIds ids) {
        this.spot = spot;
        this.input = input;
        this.allowance = allowance;
        this.literals = new Literals(input, spot);
        this.stack = new ValueStack(allowance.limits().stack(), spot);
        this.filling = new Filling(spot);
        this.making = new Making(spot, allowance, filling, ids);
    }

    /** Does all opcodes up to STOP, and returns the value that is left. */
    PickleValue root() throws BadCheckpointException, IOException {
        PickleValue found = root;
        while (found == null) {
            step();
            found = root;
        }
        int deepest = allowance.limits().nesting();
        PickleWalk.over(found, (path, value) -> {
            spot.require(path.depth() <= deepest, "values are nested more than %d deep", deepest);
            return true;
        });
        return found;
    }

    private void step() throws BadCheckpointException, IOException {
        spot.at(input.offset());
        spot.require(input.remaining() > 0, "ends without STOP");
        allowance.steps(1);
        int code = input.u8();
        @Nullable Opcode opcode = Opcode.of(code);
        if (opcode == null) {
            throw spot.because("no protocol has an opcode 0x%02x", code);
        }
        spot.opcode(opcode);
        opcode.on(this);
    }

    void push(PickleValue value) throws BadCheckpointException {
        stack.push(value);
    }

    void refuse(String what) throws BadCheckpointException {
        throw spot.because("%s", what);
    }

    void protocol() throws BadCheckpointException, IOException {
        int version = input.u8();
        spot.require(version <= LAST_PROTOCOL, "protocol %d is unknown, the last one is %d", version, LAST_PROTOCOL);
    }

    void stop() throws BadCheckpointException {
        spot.require(stack.size() == 1, "%d values and marks are on the stack, not one", stack.size());
        root = stack.pop();
    }

    void append(List<PickleValue> items) throws BadCheckpointException {
        filling.append(stack.top(), items);
    }

    void set(List<PickleValue> keysAndValues) throws BadCheckpointException {
        filling.set(stack.top(), keysAndValues);
    }

    void add(List<PickleValue> members) throws BadCheckpointException {
        filling.add(stack.top(), members);
    }

    void build() throws BadCheckpointException {
        PickleValue state = stack.pop();
        filling.build(stack.top(), state);
    }

    void get(long slot) throws BadCheckpointException {
        @Nullable PickleValue value = memo.get(slot);
        if (value == null) {
            throw spot.because("slot %d of the memo was never written", slot);
        }
        push(value);
    }

    void put(long slot) throws BadCheckpointException {
        memo.put(slot, stack.top());
        int most = allowance.limits().memo();
        spot.require(memo.size() <= most, "more than %d values are in the memo, %s", most, PickleLimits.CURE);
    }

    void memoize() throws BadCheckpointException {
        put(memo.size());
    }

    void globalFromStack() throws BadCheckpointException {
        List<PickleValue> names = stack.pop(2);
        if (names.get(0) instanceof Text module && names.get(1) instanceof Text name) {
            push(literals.global(module.value(), name.value()));
        } else {
            throw spot.because(
                    "a class or function is named by two texts, not by %s and %s",
                    words(names.get(0)), words(names.get(1)));
        }
    }

    /** A callable and a tuple of arguments are on the stack. */
    void call() throws BadCheckpointException {
        List<PickleValue> both = stack.pop(2);
        push(making.make(both.get(0), arguments(both.get(1))));
    }

    /** The same with a dict of named arguments behind, which must be empty. */
    void callWithNames() throws BadCheckpointException {
        PickleValue names = stack.pop();
        spot.require(
                names instanceof PickleObject.Dict dict && dict.entries().isEmpty(),
                "a call with named arguments: %s; only data is read here",
                words(names));
        call();
    }

    /** A mark, a class and its arguments are on the stack. */
    void object() throws BadCheckpointException {
        List<PickleValue> all = stack.popToMark();
        spot.require(!all.isEmpty(), "no class is on the stack");
        push(making.make(all.get(0), all.subList(1, all.size())));
    }

    /** Two lines name a class, a mark and its arguments are on the stack. */
    void instance() throws BadCheckpointException, IOException {
        Global type = literals.globalLines();
        push(making.make(type, stack.popToMark()));
    }

    void persistentId() throws BadCheckpointException {
        push(making.persistent(stack.pop()));
    }

    private List<PickleValue> arguments(PickleValue arguments) throws BadCheckpointException {
        if (arguments instanceof Tuple tuple) {
            return tuple.items();
        }
        throw spot.because("arguments must be a tuple, not %s", words(arguments));
    }

    private static String words(PickleValue value) {
        return value.inWords();
    }
}
