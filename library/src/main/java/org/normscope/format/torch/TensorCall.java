package org.normscope.format.torch;

import java.util.List;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Shape;

/**
 * A tensor as a pickle makes it: {@code torch._utils._rebuild_tensor(storage, offset, size, stride)}, {@code _rebuild_tensor_v2} with more
 * arguments behind them, {@code _rebuild_tensor_v3} with the type as seventh (torch/_utils.py). Every element lies inside the storage.
 *
 * @param storage that it is a view of
 * @param type of its elements
 * @param first element in the storage
 * @param shape dimensions
 * @param strides elements from one index to the next, one per dimension
 */
record TensorCall(StorageRef storage, ElementType type, long first, Shape shape, List<Long> strides)
        implements TorchTensor {
    static final int MOST_DIMENSIONS = 64;

    /** Whether a value is such a call. */
    static boolean isTensor(PickleValue value) {
        return value instanceof PickleObject.Call call && fits(call.type(), call.arguments());
    }

    /** Whether a function with these arguments makes such a tensor. */
    static boolean fits(PickleValue.Global function, List<PickleValue> arguments) {
        return function.module().equals("torch._utils")
                && switch (function.name()) {
                    case "_rebuild_tensor" -> arguments.size() >= 4;
                    case "_rebuild_tensor_v2" -> arguments.size() >= 6;
                    case "_rebuild_tensor_v3" -> arguments.size() >= 7;
                    default -> false;
                };
    }

    /** @throws BadCheckpointException if the call has wrong arguments, or elements lie outside of the storage */
    static TensorCall of(PickleObject.Call call, StorageRef.Fault fault) throws BadCheckpointException {
        List<PickleValue> arguments = call.arguments();
        if (!(arguments.get(0) instanceof PickleValue.PersistentId id)) {
            throw fault.because("its storage is " + arguments.get(0).inWords());
        }
        StorageRef storage = StorageRef.of(id, fault);
        ElementType type = type(call, storage, fault);
        long offset = number(arguments.get(1), fault);
        List<Long> sizes = numbers(arguments.get(2), fault);
        return of(storage, type, offset, sizes, numbers(arguments.get(3), fault), fault);
    }

    /**
     * A view of a storage.
     *
     * @param offset of its first element from that of the storage, or of the view of it
     * @throws BadCheckpointException if sizes and strides are wrong, or elements lie outside of the storage
     */
    static TensorCall of(
            StorageRef storage,
            ElementType type,
            long offset,
            List<Long> sizes,
            List<Long> strides,
            StorageRef.Fault fault)
            throws BadCheckpointException {
        if (sizes.size() != strides.size() || sizes.size() > MOST_DIMENSIONS) {
            throw fault.because("it has " + sizes.size() + " dimensions and " + strides.size() + " strides");
        }
        try {
            Shape shape = new Shape(sizes);
            Math.multiplyExact(shape.elements(), 8L * type.bytes());
            TensorCall tensor = new TensorCall(storage, type, Math.addExact(offset, storage.first()), shape, strides);
            tensor.requireInside(fault);
            return tensor;
        } catch (ArithmeticException e) {
            throw fault.because("its size " + sizes + " or strides " + strides + " exceed 2^63");
        } catch (IllegalArgumentException e) {
            throw fault.because("its size is " + sizes);
        }
    }

    /** The storage's type, unless the call says another. */
    private static ElementType type(PickleObject.Call call, StorageRef storage, StorageRef.Fault fault)
            throws BadCheckpointException {
        ElementType type = storage.type();
        if (call.type().name().equals("_rebuild_tensor_v3")) {
            type = call.arguments().get(6) instanceof PickleValue.Global global
                    ? ElementType.named(global.name())
                    : null;
        }
        if (type == null) {
            throw fault.because("the type of its elements is not known");
        }
        return type;
    }

    private void requireInside(StorageRef.Fault fault) throws BadCheckpointException {
        long last = first;
        for (int i = 0; i < strides.size(); i++) {
            if (strides.get(i) < 0) {
                throw fault.because("its strides are " + strides);
            }
            last = Math.addExact(
                    last, Math.multiplyExact(Math.max(0, shape.dims().get(i) - 1), strides.get(i)));
        }
        long end = shape.elements() == 0 ? first : Math.addExact(last, 1);
        long available = storage.elements() * storage.elementBytes() / type.bytes();
        if (first < 0 || end > available) {
            throw fault.because("it reaches from element " + first + " to " + end + " of a storage with " + available);
        }
    }

    private static long number(PickleValue value, StorageRef.Fault fault) throws BadCheckpointException {
        if (value instanceof PickleValue.Int number) {
            return number.value();
        }
        throw fault.because(value.inWords() + " stands where a number should");
    }

    private static List<Long> numbers(PickleValue value, StorageRef.Fault fault) throws BadCheckpointException {
        return PickleValue.integers(value)
                .orElseThrow(() -> fault.because(value.inWords() + " stands where sizes should"));
    }
}
