package org.normscope.format.torch;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleWalk;
import org.normscope.format.Unpickler;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Layout.ByteOrder;
import org.normscope.tensor.Layout.Strided;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * A stream of torch before 1.6 (torch/serialization.py, {@code _legacy_save}): pickles of a magic number, a protocol version, facts about
 * the machine, the object, and the keys of the storages; then, for each key, the number of elements in 8 bytes, and the elements.
 */
final class Stream {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

    /** How a stream begins whose pickles are of protocol 1, which has integers of this size as text only. */
    static final String MAGIC_AS_TEXT = "L" + MAGIC + "L\n";

    private static final int VERSION = 1001;

    private final Contents contents;
    private final RangeReader in;
    private final Unpickler unpickler;
    private long at;

    Stream(Contents contents, RangeReader in, Unpickler unpickler) {
        this.contents = contents;
        this.in = in;
        this.unpickler = unpickler;
    }

    private PickleValue next() throws BadCheckpointException, IOException {
        Unpickler.Pickle pickle = unpickler.read(contents.file(), in, at, in.length());
        contents.stubs(pickle.stubs());
        at = pickle.end();
        return pickle.root();
    }

    void read() throws BadCheckpointException, IOException {
        requireTorch();
        ByteOrder order = order(next());
        PickleValue root = next();
        NamedTensors named = NamedTensors.of(contents.file(), root);
        contents.leftOut(named);
        PickleValue keys = next();
        if (!(keys instanceof PickleObject.Sequence list)) {
            throw contents.because("where the keys of storages should be is " + keys.inWords());
        }
        describe();
        Map<String, Long> places = places(list.items(), storages(root), order);
        for (Map.Entry<String, TorchTensor> tensor : named.tensors().entrySet()) {
            if (tensor.getValue() instanceof TensorCall call) {
                contents.add(tensor.getKey(), call, place(tensor.getKey(), call, places, order));
            } else if (tensor.getValue() instanceof UnreadTensor unread) {
                contents.add(tensor.getKey(), unread);
            }
        }
    }

    private void requireTorch() throws BadCheckpointException, IOException {
        PickleValue magic = next();
        if (!(magic instanceof PickleValue.BigInt number && number.value().equals(MAGIC))) {
            throw contents.because("a pickle, but not one of torch's: it begins with " + magic.inWords()
                    + "; give the file that has the weights");
        }
        PickleValue version = next();
        if (!(version instanceof PickleValue.Int protocol && protocol.value() == VERSION)) {
            throw contents.because("protocol " + version.inWords() + " of torch's streams is not known");
        }
    }

    private Strided place(String name, TensorCall tensor, Map<String, Long> places, ByteOrder order)
            throws BadCheckpointException {
        String key = tensor.storage().key();
        Long place = places.get(key);
        if (place == null) {
            throw contents.because("tensor " + Printable.quoted(name) + ": its storage " + Printable.quoted(key)
                    + " is not in the file");
        }
        return new Strided(0, place + tensor.first() * tensor.type().bytes(), tensor.strides(), order);
    }

    private void describe() throws IOException {
        byte[] part = new byte[1 << 16];
        for (long from = 0; from < at; from += part.length) {
            int count = (int) Math.min(part.length, at - from);
            in.readFully(from, part, 0, count);
            contents.describe(count == part.length ? part : Arrays.copyOf(part, count));
        }
    }

    private ByteOrder order(PickleValue machine) throws BadCheckpointException {
        Optional<PickleValue> little =
                machine instanceof PickleObject.Dict facts ? facts.get("little_endian") : Optional.empty();
        if (little.isPresent() && little.get() instanceof PickleValue.Bool said) {
            return said.value() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        }
        throw contents.because("the facts about the machine that wrote it don't say its byte order");
    }

    /** All storages of the pickle, also those of tensors that aren't read: the file has them one after another. */
    private Map<String, StorageRef> storages(PickleValue root) throws BadCheckpointException {
        Map<String, StorageRef> storages = new HashMap<>();
        PickleWalk.over(root, (path, value) -> {
            if (value instanceof PickleValue.PersistentId id) {
                StorageRef storage = StorageRef.of(id, what -> contents.because(path + ": " + what));
                storages.putIfAbsent(storage.key(), storage);
            }
            return true;
        });
        return storages;
    }

    /** Where the elements of each storage begin. */
    private Map<String, Long> places(List<PickleValue> keys, Map<String, StorageRef> storages, ByteOrder order)
            throws BadCheckpointException, IOException {
        Map<String, Long> places = new HashMap<>();
        for (PickleValue key : keys) {
            Position here = new Position(contents.file(), at);
            StorageRef storage = key instanceof PickleValue.Text text ? storages.get(text.value()) : null;
            if (storage == null) {
                throw here.because(
                        "nothing in the pickle has the storage %s, so its size can't be told", key.inWords());
            }
            String shown = Printable.quoted(storage.key());
            here.require(in.length() - at >= Long.BYTES, "storage %s is missing: truncated, download it again", shown);
            long elements = elements(order);
            here.require(
                    elements == storage.elements(),
                    "storage %s has %d elements, the pickle says %d",
                    shown,
                    elements,
                    storage.elements());
            at += Long.BYTES;
            here.require(
                    elements <= (in.length() - at) / storage.elementBytes(),
                    "storage %s of %d elements ends behind the file: truncated, download it again",
                    shown,
                    elements);
            here.require(places.put(storage.key(), at) == null, "storage %s is there twice", shown);
            at += elements * storage.elementBytes();
        }
        return places;
    }

    private long elements(ByteOrder order) throws IOException {
        byte[] number = new byte[Long.BYTES];
        in.readFully(at, number, 0, number.length);
        return ByteBuffer.wrap(number)
                .order(
                        order == ByteOrder.LITTLE_ENDIAN
                                ? java.nio.ByteOrder.LITTLE_ENDIAN
                                : java.nio.ByteOrder.BIG_ENDIAN)
                .getLong();
    }
}
