package org.normscope.format.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Int;
import org.normscope.format.PickleValue.Text;
import org.normscope.format.TensorBudget;
import org.normscope.format.Unpickler;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.Strided;
import org.normscope.tensor.Position;

/**
 * A tar archive of torch 0.1 (torch/serialization.py, {@code legacy_load}), whose members are sequences of pickles with bytes between them:
 *
 * <pre>
 * sys_info    {"protocol_version": 1000, "little_endian": True, ...}
 * storages    their number; for each (key, location, type), the number of elements in 8 bytes, and the elements;
 *             then [(key of a view, key of its storage, first element, elements), ...]
 * tensors     their number; for each (key, key of its storage, type), and in numbers of 8 bytes the number of dimensions,
 *             the sizes, the strides, and the first element
 * pickle      the object, in which the keys are persistent ids
 * </pre>
 */
final class TarArchive implements TensorValues {
    /** The name of the member that is written first. */
    static final String FIRST = "sys_info";

    private static final int VERSION = 1000;

    private final Contents contents;
    private final RangeReader in;
    private final Unpickler unpickler;
    private final TensorBudget budget;
    private final Map<Long, StorageRef> storages = new HashMap<>();
    private final Map<String, Long> places = new HashMap<>();
    private final Map<Long, TensorCall> tensors = new HashMap<>();

    /** @param unpickler takes texts for persistent ids */
    TarArchive(Contents contents, RangeReader in, Unpickler unpickler) {
        this.contents = contents;
        this.in = in;
        this.unpickler = unpickler;
        this.budget = new TensorBudget(contents.file());
    }

    void read() throws BadCheckpointException, IOException {
        Map<String, Tar.Member> members = Tar.members(contents.file(), in);
        requireKnown(member(members, FIRST).next());
        readStorages(member(members, "storages"));
        readTensors(member(members, "tensors"));
        TarSequence object = member(members, "pickle");
        Unpickler.Pickle pickle = object.nextPickle();
        contents.stubs(pickle.stubs());
        NamedTensors named = NamedTensors.of(object.file(), pickle.root(), this);
        contents.leftOut(named);
        for (Map.Entry<String, TorchTensor> tensor : named.tensors().entrySet()) {
            if (tensor.getValue() instanceof TensorCall call) {
                contents.add(tensor.getKey(), call, place(call));
            } else if (tensor.getValue() instanceof UnreadTensor unread) {
                contents.add(tensor.getKey(), unread);
            }
        }
    }

    private Strided place(TensorCall tensor) {
        long place = places.getOrDefault(tensor.storage().key(), 0L);
        long offset = place + tensor.first() * tensor.type().bytes();
        return new Strided(0, offset, tensor.strides(), Layout.ByteOrder.LITTLE_ENDIAN);
    }

    private TarSequence member(Map<String, Tar.Member> members, String name) throws BadCheckpointException {
        Tar.@Nullable Member member = members.get(name);
        if (member == null) {
            throw contents.because("a tar archive without " + name
                    + ", so not of torch's; unpack it, and give the file that" + " has the weights");
        }
        return new TarSequence(contents, in, unpickler, name, member);
    }

    private void requireKnown(PickleValue machine) throws BadCheckpointException {
        PickleValue version = fact(machine, "protocol_version");
        if (!version.equals(new Int(VERSION))) {
            throw contents.because("protocol " + version.inWords() + " of torch's tar archives is not known");
        }
        if (!fact(machine, "little_endian").equals(new PickleValue.Bool(true))) {
            throw contents.because(
                    "a tar archive of torch's from a big-endian machine; load it there and save it again");
        }
    }

    private static PickleValue fact(PickleValue machine, String name) {
        return machine instanceof PickleObject.Dict facts
                ? facts.get(name).orElse(PickleValue.None.NONE)
                : PickleValue.None.NONE;
    }

    private static long key(Position here, PickleValue value) throws BadCheckpointException {
        if (value instanceof Int number) {
            return number.value();
        }
        throw here.because("where a key should be is %s", value.inWords());
    }

    private void readStorages(TarSequence from) throws BadCheckpointException, IOException {
        long count = from.count();
        for (long i = 0; i < count; i++) {
            Position here = from.here();
            List<PickleValue> entry = from.tuple(3);
            long key = key(here, entry.get(0));
            ElementType type = type(here, entry.get(2));
            long elements = from.numbers(1).getLong();
            budget.spend(Long.toString(key));
            StorageRef storage = new StorageRef(type, Long.toString(key), elements, 0);
            here.require(storages.put(key, storage) == null, "storage %d is there twice", key);
            places.put(storage.key(), from.position());
            from.skip(elements, type.bytes());
        }
        readViews(from);
        from.requireEnd();
    }

    private static ElementType type(Position here, PickleValue value) throws BadCheckpointException {
        boolean isTorch = value instanceof PickleValue.Global global
                && (global.module().equals("torch") || global.module().equals("torch.cuda"));
        @Nullable ElementType type = isTorch ? ElementType.ofStorage(((PickleValue.Global) value).name()) : null;
        if (type == null) {
            throw here.because("%s is no type of a storage", value.inWords());
        }
        return type;
    }

    private void readViews(TarSequence from) throws BadCheckpointException, IOException {
        Position here = from.here();
        PickleValue views = from.next();
        if (!(views instanceof PickleObject.Sequence list)) {
            throw here.because("where the views of storages should be is %s", views.inWords());
        }
        for (PickleValue item : list.items()) {
            List<Long> view = PickleValue.integers(item).orElse(List.of());
            here.require(view.size() == 4, "a view of a storage is %s", item.inWords());
            budget.spend(Long.toString(view.get(0)));
            @Nullable StorageRef root = storages.get(view.get(1));
            boolean inside = root != null
                    && view.get(2) >= 0
                    && view.get(3) >= 0
                    && view.get(2) <= root.elements()
                    && view.get(3) <= root.elements() - view.get(2);
            if (root == null || !inside) {
                throw here.because("the view %s leaves its storage", view);
            }
            long end = view.get(2) + view.get(3);
            StorageRef storage = new StorageRef(root.type(), root.key(), end, view.get(2));
            here.require(storages.put(view.get(0), storage) == null, "storage %d is there twice", view.get(0));
        }
    }

    private void readTensors(TarSequence from) throws BadCheckpointException, IOException {
        long count = from.count();
        for (long i = 0; i < count; i++) {
            Position here = from.here();
            List<PickleValue> entry = from.tuple(3);
            long key = key(here, entry.get(0));
            budget.spend(Long.toString(key));
            TensorCall tensor = tensor(from, here, entry);
            here.require(tensors.put(key, tensor) == null, "tensor %d is there twice", key);
        }
        from.requireEnd();
    }

    /** Old versions wrote 8 bytes for the number of dimensions, of which the first 4 count. */
    private TensorCall tensor(TarSequence from, Position here, List<PickleValue> entry)
            throws BadCheckpointException, IOException {
        int dimensions = (int) from.numbers(1).getLong();
        here.require(
                dimensions >= 0 && dimensions <= TensorCall.MOST_DIMENSIONS,
                "a tensor of %d dimensions, not of 0 to %d",
                dimensions,
                TensorCall.MOST_DIMENSIONS);
        List<Long> sizes = list(from.numbers(dimensions));
        List<Long> strides = list(from.numbers(dimensions));
        long first = from.numbers(1).getLong();
        StorageRef storage = storage(here, entry);
        StorageRef.Fault fault =
                what -> here.because("tensor %s: %s", entry.get(0).inWords(), what);
        ElementType type = Objects.requireNonNull(storage.type());
        // Without dimensions a tensor of that time has no elements.
        return dimensions == 0
                ? TensorCall.of(storage, type, 0, List.of(0L), List.of(1L), fault)
                : TensorCall.of(storage, type, first, sizes, strides, fault);
    }

    private static List<Long> list(ByteBuffer numbers) {
        List<Long> list = new ArrayList<>();
        while (numbers.hasRemaining()) {
            list.add(numbers.getLong());
        }
        return list;
    }

    /** The storage of a tensor; an empty tensor may have none. */
    private StorageRef storage(Position here, List<PickleValue> entry) throws BadCheckpointException {
        if (entry.get(1) == PickleValue.None.NONE) {
            String tensor = entry.get(2) instanceof PickleValue.Global global ? global.name() : "";
            @Nullable ElementType type = ElementType.ofStorage(tensor.replace("Tensor", "Storage"));
            if (type == null) {
                throw here.because("%s is no type of a tensor", entry.get(2).inWords());
            }
            return new StorageRef(type, "", 0, 0);
        }
        @Nullable StorageRef storage = storages.get(key(here, entry.get(1)));
        if (storage == null) {
            throw here.because(
                    "the storage of a tensor, %s, is missing", entry.get(1).inWords());
        }
        return storage;
    }

    @Override
    public boolean contains(PickleValue value) throws BadCheckpointException {
        if (!(value instanceof PickleValue.PersistentId id)) {
            return false;
        }
        Long key = key(id);
        if (!tensors.containsKey(key) && !storages.containsKey(key)) {
            throw contents.because("the persistent id " + key + " is no tensor and no storage of the archive");
        }
        return tensors.containsKey(key);
    }

    private long key(PickleValue.PersistentId id) throws BadCheckpointException {
        List<PickleValue> parts = id.id().items();
        if (parts.size() == 1
                && parts.get(0) instanceof Text text
                && text.value().matches("[0-9]{1,18}")) {
            return Long.parseLong(text.value());
        }
        throw contents.because("the persistent id " + id.id().inWords() + " is no key of a tensor or a storage");
    }

    @Override
    public TensorCall tensor(PickleValue value, StorageRef.Fault fault) throws BadCheckpointException {
        TensorCall tensor = tensors.get(key((PickleValue.PersistentId) value));
        if (tensor == null) {
            throw fault.because("it is not in the archive");
        }
        return tensor;
    }
}
