package org.normscope.format.dcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleObject.Dict;
import org.normscope.format.PickleValue;
import org.normscope.format.TensorBudget;
import org.normscope.format.Tiling;
import org.normscope.storage.RelativePath;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;

/**
 * What {@code .metadata} says (torch/distributed/checkpoint/metadata.py): every tensor with its chunks, and where each chunk was saved.
 * Chunks tile their tensor, and each has a place.
 *
 * @param tensors in the order of the file
 * @param others entries of the state that are no tensors
 */
record Metadata(List<Described> tensors, int others) {
    /**
     * A tensor.
     *
     * @param type torch's name for its elements, e.g. {@code float32}
     * @param chunks parts with elements, which tile it
     */
    record Described(String name, String type, Shape shape, List<Chunk> chunks) {}

    /** A part of a tensor and where it was saved. */
    record Chunk(Tiling.Part part, Place place) {}

    /** Bytes of a file, which lies below the directory. */
    record Place(String file, long offset, long length) {}

    /** What a place belongs to. */
    private record Key(String tensor, List<Long> start) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int names = tensor.compareTo(other.tensor);
            if (names != 0 || start.size() != other.start.size()) {
                return names != 0 ? names : Integer.compare(start.size(), other.start.size());
            }
            for (int i = 0; i < start.size(); i++) {
                int order = start.get(i).compareTo(other.start.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }
    }

    static Metadata of(String file, PickleValue root) throws BadCheckpointException {
        Fields fields = new Fields(file);
        TensorBudget budget = new TensorBudget(file);
        PickleValue described = fields.attribute(root, "Metadata", "state_dict_metadata");
        Map<Key, Place> places = places(fields, fields.attribute(root, "Metadata", "storage_data"));
        List<Described> tensors = new ArrayList<>();
        int others = 0;
        for (Dict.Entry entry : fields.dict(described, "state_dict_metadata").entries()) {
            String name = fields.text(entry.key(), "a name");
            budget.spend(name);
            if (Fields.isA(entry.value(), "BytesStorageMetadata")) {
                others++;
            } else {
                tensors.add(tensor(fields, name, entry.value(), places));
            }
        }
        return new Metadata(List.copyOf(tensors), others);
    }

    private static Map<Key, Place> places(Fields fields, PickleValue stored) throws BadCheckpointException {
        Map<Key, Place> places = new TreeMap<>();
        for (Dict.Entry entry : fields.dict(stored, "storage_data").entries()) {
            String name = fields.text(fields.attribute(entry.key(), "MetadataIndex", "fqn"), "a name");
            Optional<PickleValue> start = fields.optional(entry.key(), "offset");
            if (start.isEmpty()) {
                continue;
            }
            String what = Fields.tensor(name) + ": its place in a file";
            Key key = new Key(name, fields.sizes(start.get(), what));
            if (places.put(key, place(fields, what, entry.value())) != null) {
                throw fields.because(Fields.tensor(name) + " has two chunks at " + key.start);
            }
        }
        return places;
    }

    private static Place place(Fields fields, String what, PickleValue info) throws BadCheckpointException {
        String path = fields.text(fields.attribute(info, "_StorageInfo", "relative_path"), what);
        Optional<String> fault = RelativePath.fault(path);
        if (fault.isPresent()) {
            throw fields.because(what + " is " + Printable.quoted(path) + ", which " + fault.get());
        }
        if (fields.optional(info, "transform_descriptors").isPresent()) {
            throw fields.because(what + ": it was transformed when it was saved, compressed perhaps; save it without");
        }
        long offset = fields.natural(fields.attribute(info, "_StorageInfo", "offset"), what);
        long length = fields.natural(fields.attribute(info, "_StorageInfo", "length"), what);
        return new Place(path, offset, length);
    }

    private static Described tensor(Fields fields, String name, PickleValue value, Map<Key, Place> places)
            throws BadCheckpointException {
        String what = Fields.tensor(name);
        Shape shape = fields.shape(fields.attribute(value, "TensorStorageMetadata", "size"), what + ": its size");
        List<PickleValue> listed =
                fields.list(fields.attribute(value, "TensorStorageMetadata", "chunks"), what + ": chunks");
        List<Tiling.Part> parts = new ArrayList<>();
        List<Chunk> chunks = new ArrayList<>();
        for (PickleValue chunk : listed) {
            Tiling.Part part = part(fields, what, chunk, shape);
            if (part.shape().elements() > 0) {
                parts.add(part);
                Place place = places.get(new Key(name, part.start()));
                if (place == null) {
                    throw fields.because(what + ": its chunk at " + part.start() + " lies in no file");
                }
                chunks.add(new Chunk(part, place));
            }
        }
        requireTiled(fields, what, shape, parts);
        PickleValue properties = fields.attribute(value, "TensorStorageMetadata", "properties");
        return new Described(name, type(fields, what, properties), shape, chunks);
    }

    private static Tiling.Part part(Fields fields, String what, PickleValue chunk, Shape whole)
            throws BadCheckpointException {
        List<Long> start =
                fields.sizes(fields.attribute(chunk, "ChunkStorageMetadata", "offsets"), what + ": a chunk's offsets");
        Shape shape =
                fields.shape(fields.attribute(chunk, "ChunkStorageMetadata", "sizes"), what + ": a chunk's sizes");
        boolean inside = start.size() == whole.rank() && shape.rank() == whole.rank();
        for (int i = 0; inside && i < start.size(); i++) {
            long room = whole.dims().get(i) - start.get(i);
            inside = room >= 0 && shape.dims().get(i) <= room;
        }
        if (!inside) {
            throw fields.because(
                    what + ": its chunk of " + shape + " at " + start + " leaves the tensor, which is " + whole);
        }
        return new Tiling.Part(start, shape);
    }

    private static void requireTiled(Fields fields, String what, Shape shape, List<Tiling.Part> parts)
            throws BadCheckpointException {
        if (shape.elements() == 0) {
            return;
        }
        if (Tiling.isTooMuch(shape, parts.size())) {
            throw fields.because(what + " of " + shape.rank() + " dimensions has " + parts.size() + " chunks");
        }
        if (!Tiling.tiles(shape, parts)) {
            double held =
                    parts.stream().mapToDouble(part -> part.shape().elements()).sum();
            throw fields.because(what + ": its chunks " + (held < shape.elements() ? "leave holes" : "overlap")
                    + "; save the checkpoint again, with all its ranks");
        }
    }

    /** {@code TensorProperties} keeps its state as a tuple whose first item is the type. */
    private static String type(Fields fields, String what, PickleValue properties) throws BadCheckpointException {
        Optional<PickleValue> type = fields.optional(properties, "dtype");
        if (type.isEmpty()
                && properties instanceof PickleObject.Stub stub
                && stub.state().orElse(PickleValue.None.NONE) instanceof PickleValue.Tuple state
                && !state.items().isEmpty()) {
            type = Optional.of(state.items().get(0));
        }
        if (type.orElse(PickleValue.None.NONE) instanceof PickleValue.Global global) {
            return global.name();
        }
        throw fields.because(what + ": the type of its elements isn't given");
    }
}
