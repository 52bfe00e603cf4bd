package org.normscope.format.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.normscope.format.CheckpointFormat;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Sha256;
import org.normscope.tensor.StoredTensor;

/**
 * An ONNX model (<a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>): the tensors of its graphs, in the file
 * itself or in files beside it. The graphs are walked field by field; elements are skipped, their places noted.
 */
public final class OnnxFormat implements CheckpointFormat {
    private static final String SUFFIX = ".onnx";
    private static final int HEAD_BYTES = 9;

    /** SHA-256 of nothing: a file of elements alone describes no tensor. */
    private static final String NOTHING = new Sha256().hex();

    @Override
    public String name() {
        return "onnx";
    }

    /** By name; or by first bytes: field 1 with a small number (ir_version), then one of the fields 2 to 8. */
    @Override
    public boolean recognizes(Storage storage, String location) throws IOException {
        if (storage.kind(location) != Storage.Kind.FILE) {
            return false;
        }
        if (storage.name(location).endsWith(SUFFIX)) {
            return true;
        }
        try (RangeReader in = storage.open(location)) {
            byte[] head = new byte[(int) Math.min(HEAD_BYTES, in.length())];
            in.readFully(0, head, 0, head.length);
            return head.length == HEAD_BYTES && beginsModel(head) && !beginsSafetensors(head);
        }
    }

    private static boolean beginsModel(byte[] head) {
        boolean next = switch (head[2]) {
            case 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42 -> true;
            default -> false;
        };
        return head[0] == 0x08 && head[1] > 0 && head[1] < 0x20 && next;
    }

    private static boolean beginsSafetensors(byte[] head) {
        return head[4] == 0 && head[5] == 0 && head[6] == 0 && head[7] == 0 && head[8] == '{';
    }

    @Override
    public Checkpoint read(Storage storage, String location) throws BadCheckpointException, IOException {
        try (RangeReader in = storage.open(location)) {
            Position start = new Position(location, 0);
            start.require(
                    in.length() <= Integer.MAX_VALUE,
                    "%d bytes, a protobuf message has at most 2^31 - 1; export the model with external data",
                    in.length());
            ExternalFiles others = new ExternalFiles(storage, storage.parent(location));
            Graphs graphs = new Graphs(location, others);
            graphs.model(new Message(new Source(location, in), 0, in.length()));
            CheckpointFile model = new CheckpointFile(
                    storage.name(location), location, in.length(), Described.sha256(in, graphs.payloads()));
            return checkpoint(location, model, others, graphs);
        }
    }

    private Checkpoint checkpoint(String location, CheckpointFile model, ExternalFiles others, Graphs graphs)
            throws BadCheckpointException {
        List<CheckpointFile> found = new ArrayList<>(List.of(model));
        for (ExternalFiles.OtherFile other : others.files()) {
            found.add(new CheckpointFile(other.name(), other.location(), other.bytes(), NOTHING));
        }
        List<CheckpointFile> files = new ArrayList<>(found);
        files.sort(Comparator.comparing(CheckpointFile::name));
        int[] numbers = found.stream().mapToInt(files::indexOf).toArray();
        List<StoredTensor> tensors = new ArrayList<>();
        for (StoredTensor tensor : graphs.tensors()) {
            tensors.add(new StoredTensor(
                    tensor.name(),
                    tensor.dtype(),
                    tensor.shape(),
                    tensor.layout().renumbered(file -> numbers[file])));
        }
        tensors.sort(Comparator.comparingInt(StoredTensor::file)
                .thenComparingLong(StoredTensor::offset)
                .thenComparingLong(StoredTensor::bytes));
        requireNoPartialOverlap(files, tensors);
        List<String> notes =
                graphs.hasTraining() ? List.of("the graphs for training (training_info) are not read") : List.of();
        return new Checkpoint(location, name(), files, tensors, notes, Optional.empty());
    }

    /** Tensors may share all their bytes, as tied weights do, but not some of them. */
    private static void requireNoPartialOverlap(List<CheckpointFile> files, List<StoredTensor> all)
            throws BadCheckpointException {
        List<StoredTensor> tensors =
                all.stream().filter(tensor -> tensor.bytes() > 0).toList();
        for (int i = 1; i < tensors.size(); i++) {
            StoredTensor before = tensors.get(i - 1);
            StoredTensor tensor = tensors.get(i);
            boolean isSame = tensor.offset() == before.offset() && tensor.bytes() == before.bytes();
            boolean isBehind = tensor.offset() - before.offset() >= before.bytes();
            new Position(files.get(tensor.file()).location(), tensor.offset())
                    .require(
                            tensor.file() != before.file() || isSame || isBehind,
                            "tensor %s begins within %s: overlapping data, export the model again",
                            Printable.quoted(tensor.name()),
                            Printable.quoted(before.name()));
        }
    }
}
