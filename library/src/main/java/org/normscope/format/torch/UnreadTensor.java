package org.normscope.format.torch;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.tensor.Shape;

/**
 * A tensor that is made otherwise than as a view of a storage (torch/_utils.py, torch/_tensor.py): it is listed and not read.
 *
 * @param word what it is: {@code sparse tensor}
 * @param shape its dimensions; none where the call doesn't say them
 */
record UnreadTensor(String word, Shape shape) implements TorchTensor {
    private static final String PREFIX = "_rebuild_";

    /**
     * Where a call has the sizes.
     *
     * @param argument which one of its arguments they are; {@link #NONE} if it is none
     * @param item which item of that tuple; {@link #NONE} if they are the argument itself
     */
    private record Kind(String word, int argument, int item) {}

    private static final int NONE = -1;

    private static final Kind SUBCLASS = new Kind("tensor of a subclass", NONE, NONE);

    private static final Map<String, Kind> KINDS = Map.of(
            "sparse_tensor", new Kind("sparse tensor", 1, 2),
            "sparse_csr_tensor", new Kind("sparse CSR tensor", 1, 3),
            "nested_tensor", new Kind("nested tensor", NONE, NONE),
            "qtensor", new Kind("quantized tensor", 2, NONE),
            "meta_tensor_no_storage", new Kind("meta tensor", 1, NONE),
            "wrapper_subclass", new Kind("tensor of a subclass", 2, NONE),
            "from_type", SUBCLASS,
            "from_type_v2", SUBCLASS);
    private static final Kind OTHER = new Kind("tensor of another device", NONE, NONE);

    /** The tensor that a call makes; null if it makes none. */
    static @Nullable UnreadTensor of(PickleObject.Call call) {
        String name = call.type().name();
        if (!name.startsWith(PREFIX)) {
            return null;
        }
        Kind kind = KINDS.getOrDefault(name.substring(PREFIX.length()), OTHER);
        return new UnreadTensor(kind.word, sizes(call, kind).orElse(Shape.of()));
    }

    private static Optional<Shape> sizes(PickleObject.Call call, Kind kind) {
        if (kind.argument == NONE) {
            return Optional.empty();
        }
        PickleValue value = call.arguments().get(kind.argument);
        if (kind.item != NONE) {
            List<PickleValue> items = value instanceof PickleValue.Tuple tuple ? tuple.items() : List.of();
            value = kind.item < items.size() ? items.get(kind.item) : PickleValue.None.NONE;
        }
        return PickleValue.integers(value).flatMap(UnreadTensor::shape);
    }

    /** The shape of these sizes, which nothing has checked. */
    private static Optional<Shape> shape(List<Long> sizes) {
        try {
            return sizes.size() <= TensorCall.MOST_DIMENSIONS ? Optional.of(new Shape(sizes)) : Optional.empty();
        } catch (ArithmeticException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
