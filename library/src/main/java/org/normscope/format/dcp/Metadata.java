package org.normscope.format.dcp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.normscope.format.ChunkBudget;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.format.TensorBudget;
import org.normscope.format.Tiling;
import org.normscope.storage.RelativePath;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;

/**
 * What {@code .metadata} says (torch/distributed/checkpoint/metadata.py, {@code Metadata}): the tensors with their chunks, other entries, and where
 * each of them lies.
 *
 * @param tensors in the order of the file
 * @param others names of entries that are no tensors
 * @param places of chunks and other entries
 */
record Metadata(List<Described> tensors, List<String> others, SortedMap<ChunkId, Place> places) {
    /** @throws BadCheckpointException if anything is wrong, the chunks of a tensor overlap, or leave a hole */
    static Metadata of(String file, PickleValue root) throws BadCheckpointException {
        Fields fields = Fields.of(file, "the checkpoint", "Metadata", root);
        Metadata metadata = new Metadata(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
        Reading reading = new Reading(file, metadata);
        for (PickleObject.Dict.Entry entry : entries(fields, "state_dict_metadata")) {
            reading.tensor(entry);
        }
        for (PickleObject.Dict.Entry entry : entries(fields, "storage_data")) {
            reading.place(entry.key(), entry.value());
        }
        return metadata;
    }

    private static Collection<PickleObject.Dict.Entry> entries(Fields fields, String name)
            throws BadCheckpointException {
        PickleValue value = fields.get(name);
        if (value instanceof PickleObject.Dict dict) {
            return dict.entries();
        }
        throw fields.because(name + " is " + value.inWords() + ", not a dict");
    }

    private static final class Reading {
        private final String file;
        private final Metadata metadata;
        private final TensorBudget budget;
        private final ChunkBudget chunks = new ChunkBudget();

        Reading(String file, Metadata metadata) {
            this.file = file;
            this.metadata = metadata;
            this.budget = new TensorBudget(file);
        }

        void tensor(PickleObject.Dict.Entry entry) throws BadCheckpointException {
            if (!(entry.key() instanceof PickleValue.Text name)) {
                throw new BadCheckpointException(
                        file + ": state_dict_metadata: " + entry.key().inWords() + " is a key, not a name");
            }
            budget.spend(name.value());
            if (Fields.isOf("BytesStorageMetadata", entry.value())) {
                metadata.others.add(name.value());
                return;
            }
            String what = "tensor " + Printable.quoted(name.value());
            Fields fields = Fields.of(file, what, "TensorStorageMetadata", entry.value());
            Shape shape = fields.shape("size");
            List<Tiling.Part> chunks = chunks(fields, shape);
            String fault = Tiling.fault(shape, chunks).orElse("");
            if (!fault.isEmpty()) {
                throw fields.because(fault);
            }
            metadata.tensors.add(new Described(name.value(), type(fields), shape, chunks));
        }

        private static String type(Fields fields) throws BadCheckpointException {
            Fields properties = Fields.of(fields.file(), fields.what(), "TensorProperties", fields.get("properties"));
            PickleValue type = properties
                    .object()
                    .state()
                    .filter(state -> state instanceof PickleValue.Tuple tuple
                            && !tuple.items().isEmpty())
                    .map(state -> ((PickleValue.Tuple) state).items().get(0))
                    .or(() -> properties.find("dtype"))
                    .orElse(PickleValue.None.NONE);
            if (type instanceof PickleValue.Global global && global.module().equals("torch")) {
                return DType.byTorchName(global.name()).map(DType::name).orElse(global.name());
            }
            throw fields.because("its type is " + type.inWords() + ", none of torch's");
        }

        private List<Tiling.Part> chunks(Fields fields, Shape shape) throws BadCheckpointException {
            PickleValue value = fields.get("chunks");
            if (!(value instanceof PickleObject.Sequence sequence)) {
                throw fields.because("its chunks are " + value.inWords());
            }
            this.chunks.spend(file + ": " + fields.what(), sequence.items().size(), shape.rank());
            List<Tiling.Part> chunks = new ArrayList<>(sequence.items().size());
            for (PickleValue item : sequence.items()) {
                chunks.add(chunk(Fields.of(file, fields.what(), "ChunkStorageMetadata", item), shape));
            }
            return chunks;
        }

        private static Tiling.Part chunk(Fields fields, Shape whole) throws BadCheckpointException {
            Tiling.Part chunk = new Tiling.Part(fields.sizes("offsets"), fields.shape("sizes"));
            boolean inside =
                    chunk.start().size() == whole.rank() && chunk.shape().rank() == whole.rank();
            for (int dim = 0; inside && dim < whole.rank(); dim++) {
                long size = whole.dims().get(dim);
                long extent = chunk.shape().dims().get(dim);
                inside = extent <= size && chunk.start().get(dim) <= size - extent;
            }
            if (!inside) {
                throw fields.because("its chunk of " + chunk + " leaves the tensor, which is " + whole);
            }
            return chunk;
        }

        void place(PickleValue key, PickleValue value) throws BadCheckpointException {
            Fields index = Fields.of(file, "storage_data", "MetadataIndex", key);
            String name = index.text("fqn");
            List<Long> start = index.find("offset").isPresent() ? index.sizes("offset") : List.of();
            Fields fields = Fields.of(file, "storage of " + Printable.quoted(name), "_StorageInfo", value);
            String path = fields.text("relative_path");
            String fault = RelativePath.fault(path).orElse("");
            if (!fault.isEmpty()) {
                throw fields.because("the path " + Printable.quoted(path) + " " + fault);
            }
            requirePlain(fields);
            Place place = new Place(new RelativePath(path), fields.size("offset"), fields.size("length"));
            if (metadata.places.put(new ChunkId(name, start), place) != null) {
                throw fields.because("two entries for the chunk at " + start);
            }
        }

        private static void requirePlain(Fields fields) throws BadCheckpointException {
            PickleValue transforms = fields.find("transform_descriptors").orElse(PickleValue.None.NONE);
            boolean plain = transforms == PickleValue.None.NONE
                    || transforms instanceof PickleObject.Sequence sequence
                            && sequence.items().isEmpty()
                    || transforms instanceof PickleValue.Tuple tuple
                            && tuple.items().isEmpty();
            if (!plain) {
                throw fields.because("unsupported format: its bytes were compressed or otherwise transformed by an"
                        + " extension; save it again without extensions");
            }
        }
    }
}
