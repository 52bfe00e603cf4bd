package org.normscope.format.torch;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.format.PickleValue;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * A storage as a persistent id names it: {@code ("storage", torch.FloatStorage, key, device, number of elements)}, in streams of old
 * versions with a view {@code (key, first element, elements)} behind it.
 *
 * @param type of the elements; null for untyped storages, whose elements are bytes
 * @param key its name in the file
 * @param elements how many the whole storage has
 * @param first element of the view; 0 without one
 */
record StorageRef(@Nullable ElementType type, String key, long elements, long first) {
    private static final String UNTYPED = "UntypedStorage";

    /** @throws BadCheckpointException if it is none */
    static StorageRef of(PickleValue.PersistentId id, Fault fault) throws BadCheckpointException {
        List<PickleValue> items = id.id().items();
        boolean whole = items.size() >= 5
                && items.get(0) instanceof PickleValue.Text kind
                && kind.value().equals("storage")
                && items.get(1) instanceof PickleValue.Global
                && items.get(2) instanceof PickleValue.Text
                && items.get(4) instanceof PickleValue.Int;
        if (!whole) {
            throw fault.because("the persistent id " + id.id().inWords() + " names no storage");
        }
        PickleValue.Global storage = (PickleValue.Global) items.get(1);
        ElementType type = ElementType.ofStorage(storage.name());
        boolean torch = storage.module().equals("torch")
                || storage.module().equals("torch.cuda")
                || storage.module().equals("torch.storage");
        if (!torch || (type == null && !storage.name().equals(UNTYPED))) {
            throw fault.because(Printable.quoted(storage.toString()) + " is no storage of torch's");
        }
        String key = ((PickleValue.Text) items.get(2)).value();
        long elements = ((PickleValue.Int) items.get(4)).value();
        if (elements < 0) {
            throw fault.because("storage " + Printable.quoted(key) + " has " + elements + " elements");
        }
        return new StorageRef(type, key, elements, items.size() > 5 ? first(items.get(5), fault) : 0);
    }

    private static long first(PickleValue view, Fault fault) throws BadCheckpointException {
        if (view == PickleValue.None.NONE) {
            return 0;
        }
        Optional<Long> first = view instanceof PickleValue.Tuple tuple
                        && tuple.items().size() == 3
                        && tuple.items().get(1) instanceof PickleValue.Int offset
                        && offset.value() >= 0
                ? Optional.of(((PickleValue.Int) tuple.items().get(1)).value())
                : Optional.empty();
        return first.orElseThrow(() -> fault.because("the view " + view.inWords() + " of a storage is wrong"));
    }

    /** Bytes of an element. */
    int elementBytes() {
        return type == null ? 1 : type.bytes();
    }

    /** What is wrong with a tensor. */
    @FunctionalInterface
    interface Fault {
        BadCheckpointException because(String what);
    }
}
