package org.normscope.format.dcp;

import java.util.List;
import java.util.Optional;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;

/**
 * What is expected of the values of a pickle.
 *
 * @param file its name for messages
 */
record Fields(String file) {
    private static final int MOST_DIMENSIONS = 64;

    BadCheckpointException because(String what) {
        return new BadCheckpointException(file + ": " + what);
    }

    /** An attribute of an object of this class of {@code torch.distributed.checkpoint.metadata}, or its neighbours. */
    PickleValue attribute(PickleValue holder, String type, String name) throws BadCheckpointException {
        if (!isA(holder, type)) {
            throw because(holder.inWords() + " stands where a " + type + " should");
        }
        return ((PickleObject.Stub) holder).attribute(name).orElseThrow(() -> because("a " + type + " has no " + name));
    }

    /** The same, if it is there and not None. */
    Optional<PickleValue> optional(PickleValue holder, String name) {
        return holder instanceof PickleObject.Stub stub
                ? stub.attribute(name).filter(value -> value != PickleValue.None.NONE)
                : Optional.empty();
    }

    static boolean isA(PickleValue value, String type) {
        return value instanceof PickleObject.Stub stub
                && stub.type().name().equals(type)
                && stub.type().module().startsWith("torch.distributed.checkpoint.");
    }

    PickleObject.Dict dict(PickleValue value, String what) throws BadCheckpointException {
        if (value instanceof PickleObject.Dict dict) {
            return dict;
        }
        throw because(what + " is " + value.inWords() + ", not a dict");
    }

    String text(PickleValue value, String what) throws BadCheckpointException {
        if (value instanceof PickleValue.Text text) {
            return text.value();
        }
        throw because(what + " is " + value.inWords() + ", not a string");
    }

    long natural(PickleValue value, String what) throws BadCheckpointException {
        if (value instanceof PickleValue.Int number && number.value() >= 0) {
            return number.value();
        }
        throw because(what + " is " + value.inWords() + ", not a number of bytes or elements");
    }

    List<PickleValue> list(PickleValue value, String what) throws BadCheckpointException {
        if (value instanceof PickleObject.Sequence sequence) {
            return sequence.items();
        }
        throw because(what + " is " + value.inWords() + ", not a list");
    }

    /** A {@code torch.Size}. */
    List<Long> sizes(PickleValue value, String what) throws BadCheckpointException {
        Optional<List<Long>> sizes = PickleValue.integers(value);
        boolean right = sizes.isPresent()
                && sizes.get().size() <= MOST_DIMENSIONS
                && sizes.get().stream().allMatch(size -> size >= 0);
        if (!right) {
            throw because(what + " is " + value.inWords() + ", not a torch.Size of at most " + MOST_DIMENSIONS
                    + " numbers from 0 on");
        }
        return sizes.get();
    }

    Shape shape(PickleValue value, String what) throws BadCheckpointException {
        List<Long> sizes = sizes(value, what);
        try {
            return new Shape(sizes);
        } catch (ArithmeticException e) {
            throw because(what + " " + sizes + " has more than 2^63 - 1 elements");
        }
    }

    /** How messages call a tensor. */
    static String tensor(String name) {
        return "tensor " + Printable.quoted(name);
    }
}
