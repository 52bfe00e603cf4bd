package org.normscope.format.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Sha256;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/** What was found in one file so far. */
final class Contents {
    /** A tensor that repeats elements beyond this is a few numbers, and nobody's weight. */
    private static final long LARGEST_EXPANDED = 1L << 30;

    private static final int MOST_LISTED = 5;

    private final String file;
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Integer> stubs = new TreeMap<>();
    private final Sha256 digest = new Sha256();
    private int arrays;
    private int attributes;

    /** @param file its name for messages */
    Contents(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    BadCheckpointException because(String what) {
        return new BadCheckpointException(file + ": " + what);
    }

    void note(String text) {
        notes.add(text);
    }

    /** Bytes that describe the tensors. */
    void describe(byte[] bytes) {
        digest.add(bytes);
    }

    void stubs(Map<String, Integer> found) {
        found.forEach((type, count) -> stubs.merge(type, count, Integer::sum));
    }

    void leftOut(NamedTensors named) {
        arrays += named.arrays();
        attributes += named.attributes();
    }

    void add(String name, TensorCall tensor, Layout layout) {
        if (tensor.type().dtype() == DType.OPAQUE || isMostlyRepeated(tensor)) {
            Shape shape = tensor.shape();
            long bytes = Math.min(
                    Math.multiplyExact(shape.elements(), (long) tensor.type().bytes()),
                    Math.multiplyExact(
                            tensor.storage().elements(), (long) tensor.storage().elementBytes()));
            String type = isMostlyRepeated(tensor)
                    ? tensor.type().word() + " expanded over "
                            + tensor.storage().elements() + " stored elements"
                    : tensor.type().word();
            Layout opaque = new Layout.Opaque(0, layout.offset(), bytes, type);
            tensors.add(new StoredTensor(name, DType.OPAQUE, shape, opaque));
        } else {
            tensors.add(new StoredTensor(name, tensor.type().dtype(), tensor.shape(), layout));
        }
    }

    /** A tensor that isn't read; nothing is known of its place. */
    void add(String name, UnreadTensor tensor) {
        Layout nowhere = new Layout.Opaque(0, 0, 0, tensor.word());
        tensors.add(new StoredTensor(name, DType.OPAQUE, tensor.shape(), nowhere));
    }

    private static boolean isMostlyRepeated(TensorCall tensor) {
        long elements = tensor.shape().elements();
        return elements > LARGEST_EXPANDED / tensor.type().bytes()
                && elements / 1024 > tensor.storage().elements() / tensor.type().bytes();
    }

    Checkpoint checkpoint(String location, String format, CheckpointFile unhashed) {
        if (!stubs.isEmpty()) {
            int count = stubs.values().stream().mapToInt(Integer::intValue).sum();
            notes.add("not made, only what they hold was read (objects: " + count + ", classes: " + stubs.size() + "): "
                    + listed(stubs.keySet().stream().toList()));
        }
        if (arrays > 0) {
            notes.add("numpy arrays inside the pickle, no tensors of torch's and not read: " + arrays);
        }
        if (attributes > 0) {
            notes.add(
                    "tensors that are attributes of modules, neither parameters nor buffers, not read: " + attributes);
        }
        String hash = digest.hex();
        CheckpointFile hashed = new CheckpointFile(unhashed.name(), unhashed.location(), unhashed.bytes(), hash);
        return new Checkpoint(location, format, List.of(hashed), tensors, notes, Optional.empty());
    }

    private static String listed(List<String> names) {
        String first = names.stream().limit(MOST_LISTED).map(Printable::quoted).collect(Collectors.joining(", "));
        return names.size() > MOST_LISTED ? first + ", …" : first;
    }
}
