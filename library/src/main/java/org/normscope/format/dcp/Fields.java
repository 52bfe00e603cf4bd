package org.normscope.format.dcp;

import java.util.List;
import java.util.Optional;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Shape;

/**
 * The fields of an object of torch's in {@code .metadata}.
 *
 * @param file for messages
 * @param what the object is about, for messages
 */
record Fields(String file, String what, PickleObject.Stub object) {
    private static final String MODULE = "torch.distributed.";
    private static final int MOST_DIMENSIONS = 64;

    /** @throws BadCheckpointException if the value is no object of torch's of a class of this name */
    static Fields of(String file, String what, String type, PickleValue value) throws BadCheckpointException {
        if (isOf(type, value)) {
            return new Fields(file, what, (PickleObject.Stub) value);
        }
        throw new BadCheckpointException(
                file + ": " + what + ": " + value.inWords() + " stands where torch's " + type + " should");
    }

    static boolean isOf(String type, PickleValue value) {
        return value instanceof PickleObject.Stub stub
                && stub.type().name().equals(type)
                && stub.type().module().startsWith(MODULE);
    }

    BadCheckpointException because(String fault) {
        return new BadCheckpointException(file + ": " + what + ": " + fault);
    }

    /** A field that is there and not {@code None}. */
    Optional<PickleValue> find(String name) {
        return object.attribute(name).filter(value -> value != PickleValue.None.NONE);
    }

    PickleValue get(String name) throws BadCheckpointException {
        return find(name).orElseThrow(() -> because("its " + object.type().name() + " has no " + name));
    }

    String text(String name) throws BadCheckpointException {
        PickleValue value = get(name);
        if (value instanceof PickleValue.Text text) {
            return text.value();
        }
        throw because(name + " is " + value.inWords() + ", not a text");
    }

    /** An integer of 0 and above. */
    long size(String name) throws BadCheckpointException {
        PickleValue value = get(name);
        if (value instanceof PickleValue.Int number && number.value() >= 0) {
            return number.value();
        }
        throw because(name + " is " + value.inWords() + ", which is no size");
    }

    /** Integers of 0 and above, at most 64. */
    List<Long> sizes(String name) throws BadCheckpointException {
        PickleValue value = get(name);
        List<Long> sizes = PickleValue.integers(value)
                .orElseThrow(() -> because(name + " is " + value.inWords() + ", which is no list of sizes"));
        if (sizes.size() > MOST_DIMENSIONS) {
            throw because(name + " has " + sizes.size() + " dimensions, more than " + MOST_DIMENSIONS);
        }
        if (sizes.stream().anyMatch(size -> size < 0)) {
            throw because(name + " is " + sizes + ", with a negative number in it");
        }
        return sizes;
    }

    /** The dimensions of a tensor or a part of one, which has less than 2^63 bits. */
    Shape shape(String name) throws BadCheckpointException {
        List<Long> sizes = sizes(name);
        try {
            Shape shape = new Shape(sizes);
            Math.multiplyExact(shape.elements(), 2L * Long.SIZE);
            return shape;
        } catch (ArithmeticException e) {
            throw because(name + " is " + sizes + ", which exceeds 2^63");
        }
    }
}
