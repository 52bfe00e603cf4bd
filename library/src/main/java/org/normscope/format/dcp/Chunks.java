package org.normscope.format.dcp;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.normscope.format.EmbeddedFormat;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/** Parts of tensors while they are read, file after file, and the tensors that they make. */
final class Chunks {
    private final Storage storage;
    private final String directory;
    private final EmbeddedFormat saved;
    private final List<CheckpointFile> files = new ArrayList<>();
    private final List<StoredTensor> tensors = new ArrayList<>();

    Chunks(Storage storage, String directory, EmbeddedFormat saved) {
        this.storage = storage;
        this.directory = directory;
        this.saved = saved;
    }

    List<CheckpointFile> files() {
        return files;
    }

    List<StoredTensor> tensors() {
        return tensors;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes a file that describes the tensors and holds none; it is the first one. */
    void describe(String name, byte[] content) {
        String hash = HexFormat.of().formatHex(sha256().digest(content));
        files.add(new CheckpointFile(name, storage.child(directory, name), content.length, hash));
    }

    /** A chunk that waits for its file: the tensor's number and its own. */
    private record Wanted(int tensor, int chunk, Metadata.Chunk where) {}

    void read(Metadata metadata) throws BadCheckpointException, IOException {
        Map<String, List<Wanted>> byFile = new TreeMap<>();
        List<@Nullable Layout[]> layouts = new ArrayList<>();
        for (int t = 0; t < metadata.tensors().size(); t++) {
            List<Metadata.Chunk> chunks = metadata.tensors().get(t).chunks();
            layouts.add(new Layout[chunks.size()]);
            for (int c = 0; c < chunks.size(); c++) {
                byFile.computeIfAbsent(chunks.get(c).place().file(), file -> new ArrayList<>())
                        .add(new Wanted(t, c, chunks.get(c)));
            }
        }
        for (String name : byFile.keySet()) {
            requireFile(name);
        }
        for (Map.Entry<String, List<Wanted>> file : byFile.entrySet()) {
            readFile(file.getKey(), file.getValue(), metadata, layouts);
        }
        for (int t = 0; t < layouts.size(); t++) {
            tensors.add(tensor(metadata.tensors().get(t), layouts.get(t)));
        }
    }

    private void requireFile(String name) throws BadCheckpointException, IOException {
        String location = storage.child(directory, name);
        String shown = directory + ": file " + Printable.quoted(name);
        if (storage.kind(location) != Storage.Kind.FILE) {
            throw new BadCheckpointException(
                    shown + ", which .metadata names, is missing, or no file; copy the whole checkpoint");
        }
        if (!storage.belongsTo(directory, location)) {
            throw new BadCheckpointException(
                    shown + " is a link that leads out of the checkpoint; put the file itself there");
        }
    }

    private void readFile(String name, List<Wanted> wanted, Metadata metadata, List<@Nullable Layout[]> layouts)
            throws BadCheckpointException, IOException {
        String location = storage.child(directory, name);
        int number = files.size();
        MessageDigest digest = sha256();
        try (RangeReader in = storage.open(location)) {
            for (Wanted one : wanted) {
                Checkpoint found = read(location, in, metadata.tensors().get(one.tensor), one.where);
                digest.update(found.files().get(0).headerSha256().getBytes(StandardCharsets.US_ASCII));
                layouts.get(one.tensor)[one.chunk] =
                        found.tensors().get(0).layout().renumbered(file -> number);
            }
            String hash = HexFormat.of().formatHex(digest.digest());
            files.add(new CheckpointFile(name, location, in.length(), hash));
        }
    }

    private Checkpoint read(String location, RangeReader in, Metadata.Described tensor, Metadata.Chunk chunk)
            throws BadCheckpointException, IOException {
        String what = location + ", " + Fields.tensor(tensor.name());
        long offset = chunk.place().offset();
        long length = chunk.place().length();
        if (length > in.length() || offset > in.length() - length) {
            throw new BadCheckpointException(what + ": its chunk of " + length + " bytes at " + offset
                    + " ends behind the file, which has " + in.length() + ": truncated, download it again");
        }
        if (!saved.recognizes(in, offset, offset + length)) {
            throw new BadCheckpointException(
                    what + ": at " + offset + " is nothing that torch.save wrote: damaged, download it again");
        }
        Checkpoint found = saved.read(what, in, offset, offset + length);
        if (found.tensors().size() != 1) {
            throw new BadCheckpointException(
                    what + ": at " + offset + " lie " + found.tensors().size() + " tensors, not one");
        }
        StoredTensor chunkHeader = found.tensors().get(0);
        boolean same = chunkHeader.type().equals(type(tensor))
                && chunkHeader.shape().equals(chunk.part().shape());
        if (!same) {
            throw new BadCheckpointException(what + ": at " + offset + " lies " + chunkHeader.type() + " "
                    + chunkHeader.shape() + ", .metadata says " + tensor.type() + " "
                    + chunk.part().shape());
        }
        return found;
    }

    /** What a chunk says of its type. */
    private static String type(Metadata.Described tensor) {
        return DType.byTorchName(tensor.type()).map(DType::name).orElse(tensor.type());
    }

    private StoredTensor tensor(Metadata.Described tensor, @Nullable Layout[] layouts) {
        DType dtype = DType.byTorchName(tensor.type()).orElse(DType.OPAQUE);
        List<Layout.Box> boxes = new ArrayList<>();
        long bytes = 0;
        for (int c = 0; c < layouts.length; c++) {
            Layout layout = requireNonNull(layouts[c]);
            Metadata.Chunk chunk = tensor.chunks().get(c);
            bytes += chunk.place().length();
            boxes.add(new Layout.Box(chunk.part().start(), chunk.part().shape(), layout));
        }
        return new StoredTensor(tensor.name(), dtype, tensor.shape(), layout(tensor, boxes, dtype, bytes));
    }

    private static Layout layout(Metadata.Described tensor, List<Layout.Box> boxes, DType dtype, long bytes) {
        if (boxes.isEmpty()) {
            return Layout.contiguous(0, 0, tensor.shape());
        }
        Layout first = boxes.get(0).layout();
        if (dtype == DType.OPAQUE) {
            return new Layout.Opaque(first.files().iterator().next(), first.offset(), bytes, tensor.type());
        }
        return boxes.size() == 1 ? first : new Layout.Boxes(boxes);
    }
}
