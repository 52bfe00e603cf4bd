package org.normscope.format.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Shape;

/** The elements of small tensors: constants that say how, not what, a graph computes. */
final class SmallValues {
    private static final int LONGEST_VARINT = 10;

    private SmallValues() {}

    /** A tensor with its values where they are few, of a common type and in the model's own file. */
    static Constant constant(TensorProto proto, GraphBudget budget) throws BadCheckpointException, IOException {
        String shown = TensorProto.shown(proto.name());
        OnnxType type = proto.type(shown);
        Shape shape = proto.shape(shown);
        Constant unread = unread(proto.name(), proto);
        TensorField field = proto.field().orElse(type.home());
        long stored = proto.pieces().stream().mapToLong(Message::bytes).sum();
        boolean isHere = proto.external().isEmpty() && stored <= (long) Constant.MOST_VALUES * LONGEST_VARINT;
        if (!isHere || !budget.spendValues(shape.elements())) {
            return unread;
        }
        // Halfs in int32_data are bits, not numbers.
        if (field == TensorField.RAW || (field == type.home() && type != OnnxType.FLOAT16)) {
            List<Number> values = new ArrayList<>();
            for (Message piece : proto.pieces()) {
                values.addAll(field == TensorField.RAW ? fixed(type, piece) : typed(field, piece));
            }
            return values.size() == shape.elements() ? filled(unread, type, values) : unread;
        }
        return unread;
    }

    /** A tensor without its values. */
    static Constant unread(String name, TensorProto proto) throws BadCheckpointException {
        String shown = TensorProto.shown(proto.name());
        return new Constant(name, proto.type(shown).dtype(), proto.shape(shown), Optional.empty(), Optional.empty());
    }

    private static Constant filled(Constant empty, OnnxType type, List<Number> values) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16 ->
                new Constant(
                        empty.name(),
                        empty.dtype(),
                        empty.shape(),
                        Optional.of(values.stream().map(Number::doubleValue).toList()),
                        Optional.empty());
            case INT64, INT32, BOOL ->
                new Constant(
                        empty.name(),
                        empty.dtype(),
                        empty.shape(),
                        Optional.empty(),
                        Optional.of(values.stream().map(Number::longValue).toList()));
            default -> empty;
        };
    }

    /** Elements of raw_data, little-endian; none of types that aren't read. */
    private static List<Number> fixed(OnnxType type, Message piece) throws IOException {
        ByteBuffer bytes = bytes(piece);
        List<Number> values = new ArrayList<>();
        int size = size(type);
        while (size > 0 && bytes.remaining() >= size) {
            values.add(
                    switch (type) {
                        case FLOAT -> bytes.getFloat();
                        case DOUBLE -> bytes.getDouble();
                        case FLOAT16 -> half(bytes.getShort());
                        case INT64 -> bytes.getLong();
                        case INT32 -> bytes.getInt();
                        default -> bytes.get();
                    });
        }
        return values;
    }

    private static double half(short bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double size = switch (exponent) {
            case 0 -> Math.scalb((double) fraction, -24);
            case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> Math.scalb(1024.0 + fraction, exponent - 25);
        };
        return bits < 0 ? -size : size;
    }

    private static int size(OnnxType type) {
        return switch (type) {
            case DOUBLE, INT64 -> Long.BYTES;
            case FLOAT, INT32 -> Integer.BYTES;
            case FLOAT16 -> Short.BYTES;
            case BOOL -> 1;
            default -> 0;
        };
    }

    private static List<? extends Number> typed(TensorField field, Message piece)
            throws BadCheckpointException, IOException {
        return switch (field) {
            case FLOATS -> floats(piece);
            case DOUBLES -> doubles(piece);
            case INT32S, INT64S -> varints(piece);
            default -> List.of();
        };
    }

    /** Packed floats. */
    static List<Double> floats(Message piece) throws IOException {
        ByteBuffer bytes = bytes(piece);
        List<Double> values = new ArrayList<>();
        while (bytes.remaining() >= Float.BYTES) {
            values.add((double) bytes.getFloat());
        }
        return values;
    }

    private static List<Double> doubles(Message piece) throws IOException {
        ByteBuffer bytes = bytes(piece);
        List<Double> values = new ArrayList<>();
        while (bytes.remaining() >= Double.BYTES) {
            values.add(bytes.getDouble());
        }
        return values;
    }

    /** Packed varints, or a single one. */
    static List<Long> varints(Message piece) throws BadCheckpointException, IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes(piece));
        List<Long> values = new ArrayList<>();
        try {
            while (!in.isAtEnd()) {
                values.add(in.readRawVarint64());
            }
        } catch (InvalidProtocolBufferException e) {
            throw piece.place().because("integers that are none; damaged, export the model again");
        }
        return values;
    }

    /** The content of a piece whose size was checked. */
    private static ByteBuffer bytes(Message piece) throws IOException {
        byte[] bytes = new byte[(int) piece.bytes()];
        for (int done = 0; done < bytes.length; ) {
            done += piece.source().read(piece.start() + done, bytes, done, bytes.length - done);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
