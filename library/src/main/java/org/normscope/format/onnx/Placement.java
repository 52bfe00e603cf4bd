package org.normscope.format.onnx;

import java.io.IOException;
import java.util.List;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * Finds the places of elements. Raw and external data, float_data and double_data are addressed where they lie. The other fields have varints,
 * of one to ten bytes each, so that no element can be addressed: these tensors are listed and not read.
 */
final class Placement {
    private static final int LONGEST_VARINT = 10;

    private final TensorProto proto;
    private final String name;
    private final String shown;
    private final OnnxType type;
    private final Shape shape;
    private final long bytes;

    private Placement(TensorProto proto, String name) throws BadCheckpointException {
        this.proto = proto;
        this.name = name;
        this.shown = TensorProto.shown(name);
        this.type = proto.type(shown);
        this.shape = proto.shape(shown);
        try {
            this.bytes = type.bytes(shape.elements());
        } catch (ArithmeticException e) {
            throw proto.place().because("tensor %s: %s of %s exceed 2^63 - 1 bits", shown, shape, type);
        }
    }

    /**
     * The tensor where it lies: in file 0, or one of the external files.
     *
     * @throws BadCheckpointException if it lies nowhere or has another size than its shape
     */
    static StoredTensor of(TensorProto proto, String name, ExternalFiles files)
            throws BadCheckpointException, IOException {
        return new Placement(proto, name).placed(files);
    }

    private StoredTensor placed(ExternalFiles files) throws BadCheckpointException, IOException {
        if (proto.external().isPresent()) {
            require(proto.field().isEmpty(), "has elements here and in another file");
            require(type != OnnxType.STRING, "is of text in another file");
            ExternalFiles.Range range = files.find(proto.external().get(), bytes, proto.place(), shown);
            return fixed(range.file(), range.offset());
        }
        if (proto.field().isEmpty()) {
            require(shape.elements() == 0, "has no data; export the model again");
            return fixed(0, proto.place().offset());
        }
        TensorField field = proto.field().get();
        require(
                field == type.home() || (field == TensorField.RAW && type != OnnxType.STRING),
                "has its elements in " + field.word());
        long stored = proto.pieces().stream().mapToLong(Message::bytes).sum();
        return field.isFixed() ? fixed(field, stored) : varying(field, stored);
    }

    private StoredTensor fixed(TensorField field, long stored) throws BadCheckpointException {
        require(stored == bytes, "needs " + bytes + " bytes, " + field.word() + " has " + stored);
        long offset = proto.pieces().get(0).start();
        if (proto.isOnePiece()) {
            return fixed(0, offset);
        }
        return opaque(DType.OPAQUE, stored, type + " in pieces");
    }

    /** Elements of a fixed size, one behind the other. */
    private StoredTensor fixed(int file, long offset) {
        if (type.dtype() == DType.OPAQUE) {
            return new StoredTensor(name, DType.OPAQUE, shape, new Layout.Opaque(file, offset, bytes, type.name()));
        }
        return StoredTensor.contiguous(name, type.dtype(), shape, file, offset);
    }

    private StoredTensor varying(TensorField field, long stored) throws BadCheckpointException {
        long elements = shape.elements();
        if (field == TensorField.STRINGS) {
            require(proto.pieces().size() == elements, "needs " + elements + " texts, string_data has another number");
            return opaque(DType.OPAQUE, stored, type.name());
        }
        boolean possible =
                (stored + LONGEST_VARINT - 1) / LONGEST_VARINT <= elements && (!type.isWhole() || elements <= stored);
        require(possible, "has " + elements + " elements, which can't be the " + stored + " bytes of " + field.word());
        boolean isInteger = type.dtype().kind() == DType.Kind.INTEGER;
        return isInteger
                ? opaque(type.dtype(), stored, type.dtype().name())
                : opaque(DType.OPAQUE, stored, type + " as varints");
    }

    private StoredTensor opaque(DType dtype, long stored, String word) {
        List<Message> pieces = proto.pieces();
        long offset = pieces.isEmpty() ? proto.place().offset() : pieces.get(0).start();
        return new StoredTensor(name, dtype, shape, new Layout.Opaque(0, offset, stored, word));
    }

    private void require(boolean condition, String what) throws BadCheckpointException {
        proto.place().require(condition, "tensor %s %s", shown, what);
    }
}
